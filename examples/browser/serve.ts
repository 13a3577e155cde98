// Builds main.ts for browsers and serves it with the two images it needs: npx node examples/browser/serve.ts
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { staticServer } from '../../tools/static-server.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const PAGE = '<!doctype html><title>earlyboot</title><body><script type="module" src="main.js"></script>';

/** The page, its script in one file and the images, for any static server; fails where something of Node's would be needed. */
export async function buildSite(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [at('main.ts')],
    outfile: join(folder, 'main.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'index.html'), PAGE);
  copyFileSync(fileURLToPath(import.meta.resolve('v86/build/v86.wasm')), join(folder, 'v86.wasm'));
  copyFileSync(at('../../images/firmware.bin'), join(folder, 'firmware.bin'));
}

if (import.meta.main) {
  const folder = at('../../.tmp/example-page');
  await buildSite(folder);
  staticServer(folder).listen(8087, '127.0.0.1', () =>
    console.log('http://127.0.0.1:8087/ (Ctrl-C ends it)'),
  );
}
