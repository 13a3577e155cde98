// npm run build: dist/ for publishing. ES modules for Node 20 (Node strips no types under node_modules), chunks shared between
// entry points, declarations beside them. Dependencies stay imports, what only we install is bundled; images/ is published as it is.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { buildPage } from './page.ts';
import { freeOfDom } from './wasm-types.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** The package's entry points: src/NAME.ts, dist/NAME.js, dist/types/NAME.d.ts. */
export const LIBRARY_ENTRIES = ['index', 'ava', 'node-test', 'vitest', 'browser', 'smp'].filter((name) =>
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

/** What every bundle has in common. */
function common(dist: string): BuildOptions {
  return {
    absWorkingDir: ROOT,
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['node:*', ...installed(), ...NEVER_REACHED],
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    logLevel: 'warning',
  };
}

/** A worker of the command line's alone: it draws reports, and so shares what the command line has of that. */
const CAMPAIGN_WORKER = 'campaign_worker';

/** The library's entry points and the workers, into `dist`. */
async function bundleLibrary(dist: string): Promise<void> {
  const entries = LIBRARY_ENTRIES.map((name) => [name, join(ROOT, 'src', `${name}.ts`)] as const);
  const workers = Object.entries(workerEntries()).filter(([name]) => name !== CAMPAIGN_WORKER);
  await build({
    ...common(dist),
    entryPoints: { ...Object.fromEntries(entries), ...Object.fromEntries(workers) },
  });
}

/** The command line, into `dist`: by itself, so that what a boot loads is not cut up by what the library shares. */
async function bundleCli(dist: string): Promise<void> {
  const boot = join(ROOT, 'src/cli/boot.ts');
  const before = ['cli/main', 'cli/run', 'cli/pager', 'text/wrap'].map((name) =>
    join(ROOT, 'src', `${name}.ts`),
  );
  const worker = workerEntries()[CAMPAIGN_WORKER] ?? '';
  await build({
    ...common(dist),
    entryPoints: {
      cli: join(ROOT, 'src/cli/earlyboot.js'),
      [CAMPAIGN_WORKER]: worker,
    },
    // minified but for names, which errors print; the library is not, and needs no map to be read
    sourcemap: true,
    sourcesContent: false,
    minifyWhitespace: true,
    minifySyntax: true,
    // commander, which is bundled, requires Node's modules
    banner: {
      js: "import { createRequire as createRequire_ } from 'node:module'; const require = createRequire_(import.meta.url);",
    },
    plugins: [bootInOnePiece(boot, before, worker), commanderWithoutProcesses()],
  });
  chmodSync(join(dist, 'cli.js'), 0o755);
}

/**
 * esbuild cuts a chunk for each set of late imports that share a file: with some fifty of those, boot's way went through as many
 * small files, and each costs a millisecond to find. If whatever is imported late comes with boot's command, the sets collapse
 * and boot's files lie together. Not so what runs before it or without it (help, its pager), `before`, and JSON, which imports
 * nothing.
 */
function bootInOnePiece(boot: string, before: readonly string[], worker: string): Plugin {
  const alone = new Set([boot, ...before]);
  const resolving = Symbol('resolving');
  return {
    name: 'boot-in-one-piece',
    setup(esbuild) {
      esbuild.onResolve({ filter: /./ }, async ({ kind, path, resolveDir, importer, pluginData }) => {
        const isEntry = kind === 'entry-point' && path === worker;
        const isOurs = isEntry || (kind === 'dynamic-import' && /^\.{1,2}\/.*\.ts$/.test(path));
        if (!isOurs || pluginData === resolving) return undefined;
        const found = await esbuild.resolve(path, { kind, resolveDir, importer, pluginData: resolving });
        return alone.has(found.path) ? found : { path: found.path, namespace: 'with-boot' };
      });
      esbuild.onLoad({ filter: /./, namespace: 'with-boot' }, ({ path }) => {
        const [late, first] = [path, boot].map((file) => JSON.stringify(file));
        // `*` leaves the default out, which is what a worker is called by
        const ownDefault = readFileSync(path, 'utf8').includes('export default')
          ? `export { default } from ${late};`
          : '';
        return {
          contents: `import ${first};\nexport * from ${late};\n${ownDefault}\n`,
          resolveDir: dirname(path),
        };
      });
    },
  };
}

/** commander can start a program for a subcommand. Ours has none, and Node's child_process loads sockets for it: 10 ms a start. */
function commanderWithoutProcesses(): Plugin {
  return {
    name: 'commander-without-processes',
    setup(esbuild) {
      esbuild.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
        importer.includes('/node_modules/commander/') ? { path: 'none', namespace: 'none' } : undefined,
      );
      esbuild.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}

/** The bundles, into `dist`. */
export async function bundle(dist: string): Promise<void> {
  await bundleLibrary(dist);
  await bundleCli(dist);
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
  await buildPage(join(dist, 'page'));
  declarations(join(dist, 'types'));
  freeOfDom(join(dist, 'types'));
}

if (import.meta.main) await buildPackage(join(ROOT, 'dist'));
