// npm run page: builds the page with esbuild and serves it on this computer, cross-origin isolated.
// `node tools/page.ts --out DIR` only builds; DIR can be put on any static server.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { ISOLATION, staticServer } from './static-server.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DEFAULT_PORT = 8086;

/** Builds the page into `out`, which is emptied first. */
export async function buildPage(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await build({
    absWorkingDir: ROOT,
    entryPoints: { main: join(ROOT, 'src/web/main.ts'), worker: join(ROOT, 'src/web/worker.ts') },
    outdir: out,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    // what v86 and our own Node drivers would import and a page never reaches
    external: ['crypto', 'fs', 'perf_hooks', 'node:*'],
    chunkNames: 'part-[hash]',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const files = [
    ['src/web/index.html', 'index.html'],
    ['src/web/page.css', 'page.css'],
    ['node_modules/v86/build/v86.wasm', 'v86.wasm'],
    ['images/firmware.bin', 'firmware.bin'],
    ['images/linux.bin', 'linux.bin'],
    ['images/init-32', 'init-32'],
  ] as const;
  for (const [from, to] of files) copyFileSync(join(ROOT, from), join(out, to));
}

/** Serves `folder` with the headers that real threads would need; `isolated` false leaves them out. */
export function servePage(folder: string, isolated = true): Server {
  return staticServer(folder, isolated ? ISOLATION : {});
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { out: { type: 'string' }, port: { type: 'string', default: String(DEFAULT_PORT) } },
  });
  const out = resolve(values.out ?? join(ROOT, '.tmp', 'page'));
  await buildPage(out);
  if (values.out !== undefined) {
    process.stdout.write(`${out}: the page, for any static server\n`);
    return;
  }
  const server = servePage(out);
  server.on('error', (error) => {
    process.stderr.write(`earlyboot: port ${values.port}: ${error.message}: try --port\n`);
    process.exitCode = 2;
  });
  server.listen(Number(values.port), '127.0.0.1', () =>
    process.stdout.write(`http://127.0.0.1:${values.port}/ (Ctrl-C ends it)\n`),
  );
}

if (import.meta.main) await main();
