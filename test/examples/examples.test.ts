// The examples that are scripts, run as a user would; those that are tests run by themselves (examples/*.test.ts).
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { buildSite } from '../../examples/browser/serve.ts';
import { staticServer } from '../../src/cli/page/static-server.ts';
import { importsOf, ROOT, sourcesBelow } from '../helpers/sources.ts';

async function output(script: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    join(ROOT, 'tools/as-installed.mjs'),
    join(ROOT, 'examples', script),
  ]);
  return stdout;
}

test('padata-sum: both kinds of CPU get the same sum', async (t) => {
  const printed = await output('padata-sum.ts');
  // the numbers below 4,000,000 added up: n (n - 1) / 2
  t.regex(printed, /^simulator: sum 7999998000000$/m);
  t.regex(printed, /^workers: sum 7999998000000$/m);
});

test('custom-hook: half of the threads, and one', async (t) => {
  const threads = [...(await output('custom-hook.ts')).matchAll(/: (\d+) threads a node/g)];
  t.deepEqual(
    threads.map(([, count]) => Number(count)),
    [52, 26, 1],
  );
});

test('lost-update: the bug is found and replayed, the sound version holds', async (t) => {
  const printed = await output('lost-update.ts');
  t.regex(printed, /^ {2}again: counted to 1, not to 2$/m);
  t.regex(printed, /^sound: \d+ schedules, all there are$/m);
});

test('browser: the bundle needs nothing of Node and boots from a server', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  await buildSite(folder);
  t.notRegex(readFileSync(join(folder, 'main.js'), 'utf8'), /(from|import)\s*\(?\s*["']node:/);
  const file = join(folder, 'main.mjs');
  copyFileSync(join(folder, 'main.js'), file);
  const server = staticServer([{ folder }]).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  try {
    const page: unknown = await import(pathToFileURL(file).href);
    const boot = typeof page === 'object' && page !== null && 'bootOnPage' in page ? page.bootOnPage : null;
    if (typeof boot !== 'function') return t.fail('no bootOnPage');
    await t.throwsAsync(() => boot(`http://127.0.0.1:${port}/nowhere/`), { message: /404: expected/ });
    const { lines, explained } = await boot(`http://127.0.0.1:${port}/`);
    t.true(lines > 40);
    t.regex(explained, /page frame 0x1000/);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test('examples import the package by its name: they run wherever it is installed', (t) => {
  const foreign = sourcesBelow('examples').flatMap((source) =>
    importsOf(source)
      .filter((to) => !/^(node:|examples\/|earlyboot(\/|$)|ava$|esbuild$)/.test(to))
      .map((to) => `${source.path} imports ${to}`),
  );
  t.deepEqual(foreign, []);
});

test('an example fits on a screen', (t) => {
  const long = sourcesBelow('examples').filter(({ text }) => text.split('\n').length > 60);
  t.deepEqual(
    long.map(({ path }) => path),
    [],
  );
});
