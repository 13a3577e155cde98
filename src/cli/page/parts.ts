// What the page is made of: its own files, which the build makes, and the images that the package has anyhow.
import { cpSync, copyFileSync, existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { v86WasmPath } from '../../board/node.ts';
import { packageFile } from '../../board/package_file.ts';
import type { Part } from './static-server.ts';

/** What `npm run build` puts beside the command line, or `npm run page` into a checkout; undefined where it did not. */
export function builtPage(): string | undefined {
  const folder = packageFile(import.meta.url.endsWith('.ts') ? '.tmp/page' : 'dist/page');
  return existsSync(join(folder, 'index.html')) ? folder : undefined;
}

const IMAGES = ['firmware.bin', 'linux.bin', 'init-32'].map((name) => `images/${name}`);

function images(): string[] {
  return [v86WasmPath(), ...IMAGES.map(packageFile)];
}

/** The page in `folder`, and beside it the images. */
export function pageParts(folder: string): Part[] {
  return [
    { folder },
    ...images().map((path) => ({ folder: dirname(path), names: new Set([basename(path)]) })),
  ];
}

/** The page with its images in one folder, for any static server. */
export function copyPage(folder: string, out: string): void {
  cpSync(folder, out, { recursive: true });
  for (const path of images()) copyFileSync(path, join(out, basename(path)));
}
