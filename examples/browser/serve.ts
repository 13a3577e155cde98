// Builds main.ts for browsers with esbuild and serves it with the two images it needs: npm run example examples/browser/serve.ts
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, context } from 'esbuild';

const IMAGES = ['v86/build/v86.wasm', 'earlyboot/images/firmware.bin'];
const PAGE = '<!doctype html><title>earlyboot</title><body><script type="module" src="main.js"></script>';

/** The page, its script in one file and the images, for any static server; fails where something of Node's would be needed. */
export async function buildSite(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
    outfile: join(folder, 'main.js'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'index.html'), PAGE);
  for (const image of IMAGES)
    copyFileSync(fileURLToPath(import.meta.resolve(image)), join(folder, image.replace(/.*\//, '')));
}

if (import.meta.main) {
  const servedir = mkdtempSync(join(tmpdir(), 'earlyboot-page-'));
  await buildSite(servedir);
  const site = await context({});
  await site.serve({ servedir, host: '127.0.0.1', port: 8087 });
  console.log('http://127.0.0.1:8087/ (Ctrl-C ends it)');
}
