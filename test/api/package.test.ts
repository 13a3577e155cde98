// What is published: package.json's exports against what the build makes, and the bundles at work. `npm run check-package`
// does the same with the packed tarball under every Node that is supported.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { bundle, LIBRARY_ENTRIES } from '../../tools/build.ts';
import { ROOT } from '../helpers/sources.ts';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly files: readonly string[];
}

// package.json of this project
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;

test('every entry point is exported with its types, and nothing else is', (t) => {
  const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
    typeof target === 'string' ? [] : [{ name, ...target }],
  );
  t.deepEqual(
    entries,
    LIBRARY_ENTRIES.map((entry) => ({
      name: entry === 'index' ? '.' : `./${entry}`,
      types: `./dist/types/${entry}.d.ts`,
      default: `./dist/${entry}.js`,
    })),
  );
  for (const target of Object.values(manifest.exports))
    if (typeof target === 'string') t.true(existsSync(join(ROOT, target.replace('*', 'machine'))), target);
});

const USE = `import { bootMachine, Padata } from './dist/index.js';
const boot = await bootMachine('tiny-512m', { cpus: 'threads' });
const padata = new Padata({ cpus: 2, on: 'workers' });
const data = new SharedArrayBuffer(32);
const { chunks } = await padata.multithreaded({ work: { module: new URL('./work.mjs', import.meta.url), data }, start: 0, size: 8 });
await padata.close();
console.log(boot.page(1)?.pfn, new Int32Array(data).join(''), chunks.length > 0);
`;
const WORK = `export function threadFn(start, end, data) {
  for (let i = start; i < end; i += 1) Atomics.add(new Int32Array(data), i, 1);
}
`;

test('the bundles find images, workers and each other', async (t) => {
  const folder = join(ROOT, '.tmp', `package-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    await bundle(join(folder, 'dist'));
    for (const name of ['images', 'campaigns']) symlinkSync(join(ROOT, name), join(folder, name));
    // the package names itself: its examples import it as anyone does
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, scripts: {} }));
    cpSync(join(ROOT, 'examples'), join(folder, 'examples'), { recursive: true });
    writeFileSync(join(folder, 'use.js'), USE);
    writeFileSync(join(folder, 'work.mjs'), WORK);
    const run = promisify(execFile);
    t.is((await run(process.execPath, [join(folder, 'use.js')])).stdout, '1 11111111 true\n');
    const cli = await run(process.execPath, [join(folder, 'dist/cli.js'), 'boot', 'tiny-512m']);
    t.regex(cli.stdout, /Linux version/);
    // its items run in the worker, a bundle of its own
    const campaign = ['campaign', 'random-maps', '--items', '2', '--jobs', '2'];
    const ran = await run(process.execPath, [join(folder, 'dist/cli.js'), ...campaign]);
    t.regex(ran.stdout, /: 2 of 2 items: 2 ok, 0 failed$/m);
    const example = (...args: string[]) => run(process.execPath, args, { cwd: join(folder, 'examples') });
    const script = await example('script.js');
    t.regex(script.stdout, /^node 1: 4 CPUs, 8192 MiB, deferred from pfn 2392064 on$/m);
    t.regex(script.stdout, /^the EBDA was taken by setup_arch#first-megabyte$/m);
    t.regex((await example('--test', 'runners/node.test.js')).stdout, /^(?:ℹ|#) pass 2$/m);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
