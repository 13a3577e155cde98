// `earlyboot page`: what it serves, what it refuses, and that a signal ends it.
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { builtPage } from '../../src/cli/page/parts.ts';
import { buildPage } from '../../tools/page.ts';
import { cli } from '../helpers/cli.ts';
import { start } from '../helpers/process.ts';
import { ROOT } from '../helpers/sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'earlyboot-page-'));

test.before(async () => {
  if (builtPage() === undefined) await buildPage(join(ROOT, '.tmp/page'));
});

test.after.always(() => rmSync(folder, { recursive: true }));

test('the page and its images, on a free port; SIGINT ends it', async (t) => {
  const server = start(['page', '--port', '0'], folder);
  let printed = '';
  server.child.stdout?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  while (!printed.includes('\n')) await once(server.child.stdout ?? server.child, 'data');
  const url = /^(http:\/\/127\.0\.0\.1:\d+\/) \(Ctrl-C ends it\)\n$/.exec(printed)?.[1] ?? printed;
  const page = await fetch(url);
  t.regex(await page.text(), /<script type="module" src="main\.js">/);
  t.is(page.headers.get('cross-origin-embedder-policy'), 'require-corp');
  for (const name of ['main.js', 'worker.js', 'page.css', 'v86.wasm', 'firmware.bin', 'linux.bin', 'init-32'])
    t.is((await fetch(new URL(`${name}?x`, url))).status, 200, name);
  // beside the images lies what is not the page's
  for (const name of ['floppy.bin', 'libv86.js', 'SHA256SUMS'])
    t.is((await fetch(new URL(name, url))).status, 404, name);
  t.is(server.stderr, '');
  // a browser keeps its connection open
  t.is(await server.ends('SIGINT'), 'SIGINT');
});

test('an address, a port or a folder that cannot be had: one line, status 2', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.teardown(() => taken.close());
  await once(taken, 'listening');
  const port = String((taken.address() as AddressInfo).port);
  writeFileSync(join(folder, 'file'), '');
  const cases: [string[], RegExp][] = [
    [['--port', port], new RegExp(`^earlyboot: --port ${port}: in use: expected a free one`)],
    [
      ['--port', '65536'],
      /^earlyboot: option '--port <n>' argument '65536' is invalid\. expected a port from 0/,
    ],
    [['--port', '-1'], /expected a port from 0/],
    [['--host', '192.0.2.1'], /^earlyboot: --host 192\.0\.2\.1: no address of this computer: expected one/],
    [['-o', 'file'], /^earlyboot: file: is not a folder$/m],
    [['-o', 'file/below'], /^earlyboot: file\/below: is not a folder$/m],
  ];
  for (const [argv, expected] of cases) {
    const { code, stdout, stderr } = await cli(['page', ...argv], { cwd: folder });
    t.deepEqual([code, stdout], [2, ''], argv.join(' '));
    t.regex(stderr, expected);
    t.is(stderr.split('\n').length, 2, stderr);
  }
});

test('-o writes all that a static server needs', async (t) => {
  const { code, stdout } = await cli(['page', '-o', 'public'], { cwd: folder });
  t.deepEqual([code, stdout], [0, 'public: the page, for any static server\n']);
  const names = readdirSync(join(folder, 'public'));
  for (const name of ['index.html', 'main.js', 'v86.wasm', 'firmware.bin', 'linux.bin', 'init-32'])
    t.true(names.includes(name), name);
  t.deepEqual(
    readFileSync(join(folder, 'public/firmware.bin')),
    readFileSync(join(ROOT, 'images/firmware.bin')),
  );
  t.false(existsSync(join(folder, 'public/floppy.bin')));
});
