// npm run build: dist/ for publishing. ES modules for Node 20 (Node strips no types under node_modules), chunks shared between
// entry points, declarations beside them. Dependencies stay imports; images/ is published as it is.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** Files that run in a worker thread, by name: `new URL('./worker.js', import.meta.url)` finds them beside the chunks. */
function workerEntries(): Record<string, string> {
  const entries: Record<string, string> = {};
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((f) => /(^|[/\\_-])worker\.ts$/.test(f) && !/^web[/\\]/.test(f))) {
    const name = basename(file, '.ts');
    if (name in entries) throw new Error(`two workers are called ${name}: they would share a file in dist`);
    entries[name] = join(ROOT, 'src', file);
  }
  return entries;
}

function libraryEntry(): Record<string, string> {
  const index = join(ROOT, 'src', 'index.ts');
  return existsSync(index) ? { index } : {};
}

async function bundle(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { cli: join(ROOT, 'src/cli/main.ts'), ...libraryEntry(), ...workerEntries() },
    outdir: DIST,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    chunkNames: '[name]-[hash]',
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  chmodSync(join(DIST, 'cli.js'), 0o755);
}

/** Declarations of everything that the library's entry point reaches. */
function declarations(): void {
  const config = join(ROOT, '.tmp', 'tsconfig.build.json');
  const options = {
    extends: '../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rewriteRelativeImportExtensions: true,
      rootDir: '../src',
      outDir: '../dist/types',
    },
    files: ['../src/index.ts'],
    include: [],
  };
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  writeFileSync(config, JSON.stringify(options));
  const { status } = spawnSync(process.execPath, [TSC, '-p', config], { stdio: 'inherit' });
  rmSync(config);
  if (status !== 0) throw new Error('tsc: declarations were not written');
}

rmSync(DIST, { recursive: true, force: true });
await bundle();
if ('index' in libraryEntry()) declarations();
