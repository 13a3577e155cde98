// npm run conformance: Linux's own tests of memblock, and a differential run against its mm/memblock.c.
//
//   npm run conformance -- [--fuzz N [--seed S]] [--linux DIR] [any other option of the tool]
//
// With --fuzz and no --seed, three seeds are run. The tool is outside the repository: EARLYBOOT_CONFORMANCE, or
// ../shared/tools/memblock-conformance beside the checkout. Nothing is installed; what is missing is said.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../src/lib/input-error.ts';
import { CHECKOUT, linuxSource } from '../../src/campaign/memblock/linux-source.ts';

const ADAPTER = path.join(CHECKOUT, 'test/conformance/memblock.ts');

function tool(): string {
  const dir =
    process.env['EARLYBOOT_CONFORMANCE'] ?? path.join(CHECKOUT, '../shared/tools/memblock-conformance');
  const script = path.join(dir, 'run.mjs');
  if (!existsSync(script))
    throw new InputError('tool', `no conformance tool at ${script}; set EARLYBOOT_CONFORMANCE`);
  return script;
}

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
  const makefile = readFileSync(path.join(linux, 'Makefile'), 'utf8');
  const [version, patchlevel] = ['VERSION', 'PATCHLEVEL'].map(
    (key) => new RegExp(`^${key} = (\\d+)`, 'm').exec(makefile)?.[1],
  );
  return `${version}.${patchlevel}`;
}

function main(args: readonly string[]): number {
  const script = tool();
  checkCompiler();
  const at = args.indexOf('--linux');
  const linux = at < 0 ? linuxSource() : (args[at + 1] ?? '');
  if (!existsSync(path.join(linux, 'Makefile')))
    throw new InputError('tool', `--linux ${linux}: no kernel tree`);
  const rest = at < 0 ? [...args] : args.toSpliced(at, 2);
  const env = { ...process.env, MEMBLOCK_VERSION: versionOf(linux) };
  const seeds = args.includes('--fuzz') && !args.includes('--seed') ? ['1', '2', '3'] : [null];
  let worst = 0;
  for (const seed of seeds) {
    const more = seed === null ? rest : [...rest, '--seed', seed];
    if (seed !== null) process.stdout.write(`seed ${seed}\n`);
    const command = [script, '--linux', linux, '--impl', ADAPTER, ...more];
    const { status } = spawnSync(process.execPath, command, { stdio: 'inherit', env });
    worst = Math.max(worst, status ?? 3);
  }
  return worst;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
