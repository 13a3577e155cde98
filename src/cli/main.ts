// The process around the command line: streams, environment, exit status.
import { readFileSync } from 'node:fs';
import { folderOfNpmRun, wantsColor } from './environment.ts';
import type { CliIo } from './io.ts';
import { withoutPagerOption } from './pager-option.ts';
import { runCli } from './run.ts';
import { openStdio } from './stdio.ts';

const { env } = process;
const folder = folderOfNpmRun(env);
if (folder !== null) process.chdir(folder);
const stdio = openStdio();
const io: CliIo = {
  ...stdio,
  color: wantsColor(env, stdio.stdoutIsTTY),
  env,
  cwd: process.cwd(),
  now: () => performance.now(),
  beforeBoots: async () => (await import('./wasm.ts')).compileBoardQuickly(),
  setFailed: () => {
    process.exitCode = 1;
  },
};

/** From package.json: one folder above dist, two above src/cli. */
function packageVersion(): string {
  const up = import.meta.url.endsWith('.ts') ? '../../package.json' : '../package.json';
  const text = readFileSync(new URL(up, import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

/** On a terminal long answers go through a pager; elsewhere nothing of it is loaded. */
async function run(argv: readonly string[]): Promise<number> {
  const version = packageVersion();
  if (!io.stdoutIsTTY) return runCli(withoutPagerOption(argv), io, version);
  const { heldIo, pagerFor, runPager } = await import('./pager.ts');
  const pager = pagerFor(io, argv);
  if (pager === null) return runCli(withoutPagerOption(argv), io, version);
  const held = heldIo(io);
  const status = await runCli(argv, held.io, version);
  held.flush(process.stdout.rows, (text) => runPager(pager, text, env));
  return status;
}

const status = await run(process.argv.slice(2));
// an emulator that was stopped may leave a timer behind; what was printed is out already
process.exit(status || process.exitCode);
