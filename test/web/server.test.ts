// The page's server against what a hostile page or a port scanner may send; raw requests, since clients tidy theirs up.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ISOLATION, staticServer } from '../../src/cli/page/static-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'earlyboot-server-'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
writeFileSync(join(folder, 'main.js'), 'export {};');
writeFileSync(join(folder, 'v86.wasm'), new Uint8Array(8));
const server = staticServer([{ folder }], { headers: ISOLATION });
let port = 0;

test.before(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ({ port } = server.address() as AddressInfo);
});

test.after.always(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

interface Reply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** `text` as it is, on a connection of its own; the answer up to its end. */
async function raw(text: string, to = port): Promise<Reply> {
  const socket = connect(to, '127.0.0.1');
  socket.write(text);
  let reply = '';
  for await (const chunk of socket.setEncoding('latin1')) reply += String(chunk);
  const [head = '', body = ''] = reply.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const pairs = lines.map((line) => /^(.*?): (.*)$/.exec(line) ?? []);
  const headers = new Map(pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value]));
  return { status: Number(first.split(' ')[1]), headers, body };
}

const request = (line: string, host = 'localhost:8086', more = ''): string =>
  `${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`;

test('the page with its headers: isolation, and a policy that a frame, a form and a base cannot get round', async (t) => {
  const { status, headers, body } = await raw(request('GET /'));
  t.is(status, 200);
  t.is(body, '<!doctype html><title>page</title>');
  t.is(headers.get('content-type'), 'text/html;charset=utf-8');
  t.is(headers.get('cache-control'), 'no-store');
  t.is(headers.get('cross-origin-opener-policy'), 'same-origin');
  t.is(headers.get('cross-origin-embedder-policy'), 'require-corp');
  t.is(headers.get('x-content-type-options'), 'nosniff');
  const policy = headers.get('content-security-policy') ?? '';
  for (const part of [
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "default-src 'self'",
  ])
    t.true(policy.split('; ').includes(part), part);
  t.is((await raw(request('GET /v86.wasm'))).headers.get('content-type'), 'application/wasm');
  t.is((await raw(request('GET /main.js?x'))).headers.get('content-type'), 'text/javascript');
  t.is((await raw(request('HEAD /'))).body, '');
});

test('what is not there is 404, however it is spelt, and the server goes on', async (t) => {
  const paths = [
    ...['/%', '//', '/%00', '/%2e%2e/%2e%2e/etc/passwd', '/../../../etc/passwd', '/..%2f..%2fetc/passwd'],
    ...['/constructor', '/__proto__', '//example.com/', '/\\..\\', '/%ff%fe', `/${'a'.repeat(8000)}`],
    ...['http://localhost/', '/nothing'],
  ];
  for (const path of paths) {
    const { status, headers } = await raw(request(`GET ${path}`));
    t.is(status, 404, path);
    t.true(headers.has('content-security-policy'), path);
  }
  t.is((await raw(request('GET /'))).status, 200);
});

test('a range that ends before it begins, or lies beyond the file, gets the file', async (t) => {
  for (const range of ['bytes=5-2', 'bytes=99999-', 'bytes=-', 'x'])
    t.is((await raw(request('GET /main.js', 'localhost', `Range: ${range}\r\n`))).status, 200, range);
});

test('other methods, and names that are not of this computer, are refused', async (t) => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
    const { status, headers } = await raw(request(`${method} /`));
    t.deepEqual([status, headers.get('allow')], [405, 'GET, HEAD'], method);
  }
  for (const host of ['localhost', 'localhost:8086', '127.0.0.1:1', '[::1]:8086', 'LOCALHOST'])
    t.is((await raw(request('GET /', host))).status, 200, host);
  for (const host of [
    'example.com',
    'localhost.example.com',
    'example.com:8086',
    '127.0.0.1.example.com',
    '',
    'a b',
  ])
    t.is((await raw(request('GET /', host))).status, 421, host);
});

test('a request that is no HTTP ends its connection only', async (t) => {
  t.is((await raw('nonsense\r\n\r\n')).status, 400);
  t.is((await raw(request('GET constructor'))).status, 400);
  t.is((await raw(request('GET /'))).status, 200);
});

test('a file that goes away between two requests', async (t) => {
  const path = join(folder, 'gone.js');
  writeFileSync(path, 'x');
  t.is((await raw(request('GET /gone.js'))).status, 200);
  rmSync(path);
  t.is((await raw(request('GET /gone.js'))).status, 404);
  symlinkSync(join(folder, 'nowhere'), path);
  t.is((await raw(request('GET /gone.js'))).status, 404);
});

test('a server that others may reach takes its own name and numbers, and no other name', async (t) => {
  const open = staticServer([{ folder }], { host: 'desk.example' });
  await new Promise<void>((done) => open.listen(0, '127.0.0.1', done));
  const at = (open.address() as AddressInfo).port;
  for (const [host, status] of [
    ['desk.example:80', 200],
    ['DESK.example', 200],
    ['192.0.2.7:8086', 200],
    ['[2001:db8::7]:8086', 200],
    ['localhost', 200],
    ['other.example', 421],
    ['192.0.2.7.example', 421],
  ] as const)
    t.is((await raw(request('GET /', host), at)).status, status, host);
  open.close();
});

test('of a part with names no other file is served, and the first part that has a file does', async (t) => {
  const parts = [{ folder: join(folder, 'none') }, { folder, names: new Set(['main.js']) }];
  const narrow = staticServer(parts);
  await new Promise<void>((done) => narrow.listen(0, '127.0.0.1', done));
  const at = (narrow.address() as AddressInfo).port;
  t.is((await raw(request('GET /main.js?x#y'), at)).status, 200);
  for (const path of ['/v86.wasm', '/', '/index.html', '/x/../v86.wasm', '/main%2ejs/../v86.wasm'])
    t.is((await raw(request(`GET ${path}`), at)).status, 404, path);
  narrow.close();
});
