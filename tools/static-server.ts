// A server of one folder for browsers on this computer: reading only, and for names of this computer only.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import sirv from 'sirv';

/** Another name in Host means that a foreign site's name was made to lead here. */
const HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * What our pages may do: scripts and styles of their own, WebAssembly, workers; no foreign address, no form that is sent, no frame around
 * them. `blob:` is v86's.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What real threads need of a page. */
export const ISOLATION: Readonly<Record<string, string>> = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** A server of `folder`, with `headers` on every answer. */
export function staticServer(folder: string, headers: Readonly<Record<string, string>> = {}): Server {
  // files are looked for at each request: a page that is built anew is served anew
  const files = sirv(folder, { dev: true });
  return createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    if (!METHODS.has(request.method ?? '')) return end(response.setHeader('allow', 'GET, HEAD'), 405);
    if (!isOurs(request)) return end(response, 421);
    // //main.js would be a file of the host main.js
    if (!/^\/(?!\/)/.test(request.url ?? '')) return end(response, 404);
    // sirv believes every range, and one that ends before it begins would end the server
    delete request.headers.range;
    files(request, response, () => end(response, 404));
  });
}

function isOurs({ headers }: IncomingMessage): boolean {
  const host = `http://${headers.host ?? ''}`;
  return URL.canParse(host) && HOSTS.has(new URL(host).hostname);
}

const WORDS: ReadonlyMap<number, string> = new Map([
  [404, 'not found'],
  [405, 'expected GET or HEAD'],
  [421, 'expected localhost as the host'],
]);

function end(response: ServerResponse, status: number): void {
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
    .end(`${WORDS.get(status) ?? ''}\n`);
}
