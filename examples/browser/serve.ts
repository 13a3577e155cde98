// Builds main.ts for browsers and serves it with the two images it needs: npx node examples/browser/serve.ts
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PAGE = '<!doctype html><title>earlyboot</title><body><script type="module" src="main.js"></script>';

/** The page's script in one file; fails where something of Node's would be needed. */
export async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [at('main.ts')],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** A server of the page, its script and the images. */
export function serve(script: Uint8Array): Server {
  const files: Readonly<Record<string, readonly [type: string, body: string | Uint8Array]>> = {
    '/': ['text/html', PAGE],
    '/main.js': ['text/javascript', script],
    '/v86.wasm': ['application/wasm', readFileSync(fileURLToPath(import.meta.resolve('v86/build/v86.wasm')))],
    '/firmware.bin': ['application/octet-stream', readFileSync(at('../../images/firmware.bin'))],
  };
  return createServer((request, response) => {
    const [type, body] = files[request.url ?? ''] ?? ['text/plain', 'not found'];
    response.writeHead((request.url ?? '') in files ? 200 : 404, { 'content-type': type }).end(body);
  });
}

if (import.meta.main) {
  const server = serve(await bundle());
  server.listen(8087, '127.0.0.1', () => console.log('http://127.0.0.1:8087/ (Ctrl-C ends it)'));
}
