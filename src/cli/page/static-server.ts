// A server of files for browsers on this computer: reading only, and for names of this computer only.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import sirv from 'sirv';

/** A folder of files; with `names`, these of it alone. */
export interface Part {
  readonly folder: string;
  readonly names?: ReadonlySet<string>;
}

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

export interface StaticServerOptions {
  /** On every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The address that it listens on, where that is to be reached from elsewhere: its name and any numeric address are right then. */
  readonly host?: string;
}

/** A server of `parts`: the first that has a file serves it. */
export function staticServer(parts: readonly Part[], options: StaticServerOptions = {}): Server {
  // files are looked for at each request: a page that is built anew is served anew
  const folders = parts.map(({ folder, names }) => ({ names, serve: sirv(folder, { dev: true }) }));
  return createServer((request, response) => {
    for (const [name, value] of Object.entries(options.headers ?? {})) response.setHeader(name, value);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
    if (!METHODS.has(request.method ?? '')) return end(response.setHeader('allow', 'GET, HEAD'), 405);
    if (!isOurs(request, options.host)) return end(response, 421);
    // //main.js would be a file of the host main.js
    if (!/^\/(?!\/)/.test(request.url ?? '')) return end(response, 404);
    // sirv believes every range, and one that ends before it begins would end the server
    delete request.headers.range;
    const name = (request.url ?? '').slice(1).replace(/[?#].*$/s, '');
    const having = folders.filter(({ names }) => names?.has(name) ?? true);
    const next = (i: number): void =>
      having[i] === undefined ? end(response, 404) : having[i].serve(request, response, () => next(i + 1));
    next(0);
  });
}

/** Names can be made to lead anywhere; numbers cannot. */
function isOurs({ headers }: IncomingMessage, listening: string | undefined): boolean {
  const host = `http://${headers.host ?? ''}`;
  if (!URL.canParse(host)) return false;
  const { hostname } = new URL(host);
  if (HOSTS.has(hostname)) return true;
  if (listening === undefined) return false;
  return hostname === listening.toLowerCase() || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
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
