// npm run conformance: Linux's own tests of memblock, and a differential run against its mm/memblock.c.
//
//   npm run conformance -- [--kernel 5.10,7.2] [--kho] [--fuzz N [--seed S]] [--linux DIR] [any other option of the tool]
//
// With --kho memblock is built with CONFIG_MEMBLOCK_KHO_SCRATCH (6.16 on): the same tests, and the differential run then also
// allocates from scratch memory alone, as the kernel that is handed over to does.
// Without --kernel or --linux: 5.10, 6.1, 6.12 and 7.2. 5.10 has no tests of its own: its memblock.c runs under 6.1's.
// With --fuzz and no --seed, three seeds are run. The tool is outside the repository: EARLYBOOT_CONFORMANCE, or
// ../shared/tools/memblock-conformance beside the checkout. Nothing is installed; what is missing is said.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../src/lib/input-error.ts';
import { downloadSource } from './download.ts';
import { CHECKOUT, hasTests, linuxSource } from '../../src/campaign/memblock/linux-source.ts';
import { patchedTool } from './tool.ts';

const ADAPTER = path.join(CHECKOUT, 'test/conformance/memblock.ts');
const KERNELS = ['5.10', '6.1', '6.12', '7.2'];
const KHO_KERNELS = ['7.2', '7.3'];
/** Whose tests a kernel without tests is run under: the oldest here that has them. */
const TESTS_FROM = '6.1';

/** Throws InputError where gcc or Node's headers, which the tool compiles with, are not there. */
function checkCompiler(): void {
  const cc = process.env['CC'] ?? 'gcc';
  if (spawnSync(cc, ['--version']).status !== 0)
    throw new InputError('tool', `${cc} does not run: the tool compiles C`);
  const beside = path.join(path.dirname(process.execPath), '../include/node');
  const places = [process.env['NODE_INCLUDE'], beside, '/usr/include/node', '/usr/include/nodejs/src'];
  if (places.some((dir) => dir !== undefined && existsSync(path.join(dir, 'node_api.h')))) return;
  throw new InputError(
    'tool',
    `no node_api.h in ${places.slice(1).join(', ')}: install Node's headers or set NODE_INCLUDE`,
  );
}

/** VERSION.PATCHLEVEL of a kernel tree. */
function versionOf(linux: string): string {
  const file = path.join(linux, 'Makefile');
  if (!existsSync(file)) throw new InputError('tool', `--linux ${linux}: no kernel tree`);
  const makefile = readFileSync(file, 'utf8');
  const [version, patchlevel] = ['VERSION', 'PATCHLEVEL'].map(
    (key) => new RegExp(`^${key} = (\\d+)`, 'm').exec(makefile)?.[1],
  );
  return `${version}.${patchlevel}`;
}

function hasKho(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 6 || (major === 6 && minor >= 16);
}

/** The value of an option, and the arguments without it. */
function takeOption(args: readonly string[], name: string): [string | undefined, string[]] {
  const at = args.indexOf(name);
  if (at < 0) return [undefined, [...args]];
  const value = args[at + 1];
  if (value === undefined || value.startsWith('--')) throw new InputError('tool', `${name}: needs a value`);
  return [value, args.toSpliced(at, 2)];
}

const source = (version: string): string =>
  linuxSource(version, (name, use) => downloadSource(name, use, (line) => process.stderr.write(`${line}\n`)));

/** Runs the tool for one kernel, whose tree is `linux`; returns the worst exit status. */
function runKernel(script: string, version: string, linux: string, rest: readonly string[]): number {
  const trees = hasTests(version) ? ['--linux', linux] : ['--linux', source(TESTS_FROM), '--memblock', linux];
  const kho = rest.includes('--kho');
  if (kho && !hasKho(version))
    throw new InputError('tool', `--kho: Linux ${version} has no KHO, 6.16 is the first`);
  const env = { ...process.env, MEMBLOCK_VERSION: version, ...(kho && { MEMBLOCK_KHO: '1' }) };
  // the tool's own limit of a minute is too short for a machine with other work
  const patience = rest.includes('--timeout') ? [] : ['--timeout', '600'];
  const options = [...rest.filter((option) => option !== '--kho'), ...patience];
  const seeds = rest.includes('--fuzz') && !rest.includes('--seed') ? ['1', '2', '3'] : [null];
  let worst = 0;
  for (const seed of seeds) {
    const more = seed === null ? options : [...options, '--seed', seed];
    const under = hasTests(version) ? '' : ` under the tests of ${TESTS_FROM}`;
    process.stdout.write(
      `Linux ${version}${kho ? ' with KHO' : ''}${under}${seed === null ? '' : `, seed ${seed}`}\n`,
    );
    const command = [script, ...trees, '--impl', ADAPTER, ...more];
    const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env });
    worst = Math.max(worst, status ?? 3);
  }
  return worst;
}

function main(args: readonly string[]): number {
  const [linux, others] = takeOption(args, '--linux');
  const [kernels, rest] = takeOption(others, '--kernel');
  const versions = kernels?.split(',') ?? (rest.includes('--kho') ? KHO_KERNELS : KERNELS);
  const odd = versions.find((version) => !/^\d+\.\d+$/.test(version));
  if (odd !== undefined) throw new InputError('tool', `--kernel ${odd}: expected a release such as 6.1`);
  const script = patchedTool();
  checkCompiler();
  if (linux !== undefined) return runKernel(script, versionOf(linux), linux, rest);
  if (process.env['LINUX_SRC'] !== undefined)
    return runKernel(script, versionOf(process.env['LINUX_SRC']), linuxSource(), rest);
  let worst = 0;
  for (const version of versions) worst = Math.max(worst, runKernel(script, version, source(version), rest));
  return worst;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
