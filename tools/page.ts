// npm run page: builds the page with esbuild into .tmp/page, where `earlyboot page` of a checkout finds it. tools/build.ts builds it into dist.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Builds the page into `out`, which is emptied first; its images lie elsewhere (src/cli/page/parts.ts). */
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
  ] as const;
  for (const [from, to] of files) copyFileSync(join(ROOT, from), join(out, to));
}

if (import.meta.main) await buildPage(join(ROOT, '.tmp', 'page'));
