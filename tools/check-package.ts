// npm run check-package: packs the tarball, installs it into an empty project, and uses it under every Node that we support.
// `node tools/check-package.ts NODE…` takes other Node binaries instead; publint and attw look at the tarball as well.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Majors that `engines` allows, as versions of npm's package `node`. */
const NODES = ['20.19', '22', '24'];

/** What a user's first file might be: types, ESM, the guest, worker threads, the schema. */
const CONSUMER = `import { bootMachine, defineArch, InputError, machineJsonSchema, Padata } from 'earlyboot';
import { fetchImages } from 'earlyboot/browser';
import { createSmpMachine } from 'earlyboot/smp';
import type { RunRecord } from 'earlyboot';

const boot = await bootMachine('tiny-512m', { arch: defineArch({ name: 'two', deferredPageInitMaxThreads: () => 2 }) });
const record: RunRecord = boot.record;
if (record.e820.length !== 8 || boot.zone(0, 'DMA32') === undefined) throw new Error('not the machine');
const threads = await bootMachine('tiny-512m', { cpus: 'threads' });
if (threads.page(0x1000)?.pfn !== 0x1000) throw new Error('no struct pages');
await threads[Symbol.asyncDispose]();
const padata = new Padata({ cpus: 2, on: 'workers' });
const data = new SharedArrayBuffer(64);
await padata.multithreaded({ work: { module: new URL('./work.mjs', import.meta.url), data }, start: 0, size: 16 });
await padata.close();
if (new Int32Array(data).some((count) => count !== 1)) throw new Error('not every unit once');
if (typeof (await machineJsonSchema())['$schema'] !== 'string') throw new Error('no schema');
if (typeof createSmpMachine !== 'function' || typeof fetchImages !== 'function') throw new Error('no entry');
const error = await bootMachine('no-such-machine').catch((thrown: unknown) => thrown);
if (!(error instanceof InputError) || error.kind !== 'usage') throw new Error('not the typed error');
`;
const AVA_TEST = `import { earlybootTest } from 'earlyboot/ava';

const test = earlybootTest();
test('the small machine', async (t) => {
  const boot = await t.boot('tiny-512m');
  t.zone(boot, 0, 'DMA', { startPfn: 1 });
  t.is(boot.nodes.length, 1);
});
`;
const WORK =
  'export const threadFn = (s, e, d) => { for (let i = s; i < e; i++) Atomics.add(new Int32Array(d), i, 1); };\n';

interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

function run(command: string, args: readonly string[], cwd: string): Ran {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { ok: status === 0, output: error ? error.message : stdout + stderr };
}

const failures: string[] = [];

/** One line for each check; what a failed one said follows. */
function check(what: string, { ok, output }: Ran): boolean {
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${what}\n`);
  if (!ok) failures.push(`${what}\n${output}`);
  return ok;
}

/** The Node binaries to try: those given, or npm's, installed below `folder`. */
function nodes(folder: string): [name: string, binary: string][] {
  const given = process.argv.slice(2);
  if (given.length > 0) return given.map((binary) => [binary, binary]);
  return NODES.map((version) => {
    const prefix = join(folder, `node-${version}`);
    mkdirSync(prefix, { recursive: true });
    writeFileSync(join(prefix, 'package.json'), '{"allowScripts":{"node":true}}');
    check(
      `npm install node@${version}`,
      run('npm', ['install', '--no-audit', '--no-fund', `node@${version}`], prefix),
    );
    return [version, join(prefix, 'node_modules', '.bin', 'node')];
  });
}

function project(folder: string, tarball: string): string {
  const path = join(folder, 'project');
  mkdirSync(path);
  writeFileSync(join(path, 'package.json'), '{"name":"consumer","private":true,"type":"module"}');
  writeFileSync(join(path, 'consumer.ts'), CONSUMER);
  writeFileSync(join(path, 'boot.test.ts'), AVA_TEST);
  writeFileSync(join(path, 'work.mjs'), WORK);
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    lib: ['esnext', 'dom'],
    types: ['node'],
  };
  writeFileSync(
    join(path, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['consumer.ts', 'boot.test.ts'] }),
  );
  check('npm install the tarball', run('npm', ['install', '--no-audit', '--no-fund', tarball], path));
  const developing = ['ava@7', 'typescript', '@types/node'];
  check(
    'earlyboot runs without ava',
    run(process.execPath, ['--input-type=module', '-e', "await import('earlyboot')"], path),
  );
  check(
    'npm install ava and typescript',
    run('npm', ['install', '--no-audit', '--no-fund', '-D', ...developing], path),
  );
  check('types', run(process.execPath, [join(path, 'node_modules/typescript/bin/tsc'), '-p', '.'], path));
  return path;
}

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-package-'));
  try {
    check('build', run(process.execPath, [join(ROOT, 'tools/build.ts')], ROOT));
    check('npm pack', run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], ROOT));
    const name = readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? '';
    const tarball = join(folder, name);
    const bin = (tool: string): string => join(ROOT, 'node_modules', '.bin', tool);
    check('publint', run(bin('publint'), [tarball, '--strict'], ROOT));
    const attw = [
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      'images/firmware.bin',
      'schema/machine.schema.json',
      'schema/run-record.schema.json',
      'schema/missing.schema.json',
      'schema/fits.schema.json',
      'schema/lint.schema.json',
      'schema/movable.schema.json',
      'schema/slow-boot.schema.json',
    ];
    check('attw', run(bin('attw'), [tarball, ...attw], ROOT));
    const path = project(folder, tarball);
    const cli = join(path, 'node_modules/earlyboot/dist/cli.js');
    for (const [version, node] of nodes(folder)) {
      check(`Node ${version}: library`, run(node, ['consumer.js'], path));
      check(
        `Node ${version}: ava`,
        run(node, [join(path, 'node_modules/ava/entrypoints/cli.mjs'), 'boot.test.js'], path),
      );
      for (const cpus of ['threads', 'emulated'])
        check(
          `Node ${version}: boot --cpus ${cpus}`,
          run(node, [cli, 'boot', 'tiny-512m', '--cpus', cpus], path),
        );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const failure of failures) process.stdout.write(`\n${failure}\n`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

main();
