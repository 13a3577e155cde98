// npm run build: dist/ for publishing. ES modules for Node 20 (Node strips no types under node_modules), chunks shared between
// entry points, declarations beside them. Dependencies stay imports, what only we install is bundled; images/ is published as it is.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** The package's entry points: src/NAME.ts, dist/NAME.js, dist/types/NAME.d.ts. */
export const LIBRARY_ENTRIES = ['index', 'ava', 'browser', 'smp'].filter((name) =>
  existsSync(join(ROOT, 'src', `${name}.ts`)),
);

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

/** linkedom asks for it where it is installed, to draw canvases; nobody here does. */
const NEVER_REACHED = ['canvas'];

/** Packages that are installed beside ours stay imports; the others, such as the chart library, are bundled. */
function installed(): string[] {
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const names = (key: string): string[] => Object.keys(Object(manifest[key]));
  return [...names('dependencies'), ...names('peerDependencies'), 'bullmq', 'ioredis'];
}

/** The bundles, into `dist`. */
export async function bundle(dist: string): Promise<void> {
  const entries = LIBRARY_ENTRIES.map((name) => [name, join(ROOT, 'src', `${name}.ts`)] as const);
  await build({
    absWorkingDir: ROOT,
    entryPoints: {
      cli: join(ROOT, 'src/cli/main.ts'),
      ...Object.fromEntries(entries),
      ...workerEntries(),
    },
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['node:*', ...installed(), ...NEVER_REACHED],
    chunkNames: '[name]-[hash]',
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  chmodSync(join(dist, 'cli.js'), 0o755);
}

/** Declarations of everything that the entry points reach, below `out`. */
export function declarations(out: string): void {
  const config = join(ROOT, '.tmp', `tsconfig.build-${process.pid}.json`);
  const options = {
    extends: '../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      // typecheck's business
      noUnusedLocals: false,
      noUnusedParameters: false,
      rewriteRelativeImportExtensions: true,
      rootDir: '../src',
      outDir: out,
    },
    files: LIBRARY_ENTRIES.map((name) => `../src/${name}.ts`),
    include: [],
  };
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  writeFileSync(config, JSON.stringify(options));
  const { status } = spawnSync(process.execPath, [TSC, '-p', config], { stdio: 'inherit' });
  rmSync(config);
  if (status !== 0) throw new Error('tsc: declarations were not written');
  nameModules(out);
}

/** tsc leaves `.ts` in the imports of declarations; beside the bundles they are `.js`, as every version of TypeScript expects. */
function nameModules(out: string): void {
  for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const path = join(out, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/((?:from |import\()['"]\.[^'"]*)\.ts(?=['"])/g, '$1.js'));
  }
}

/** Builds everything into `dist`, which is emptied first. */
export async function buildPackage(dist: string): Promise<void> {
  rmSync(dist, { recursive: true, force: true });
  await bundle(dist);
  declarations(join(dist, 'types'));
}

if (import.meta.main) await buildPackage(join(ROOT, 'dist'));
