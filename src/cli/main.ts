// The process around the command line: streams, environment, exit status.
import { readFileSync } from 'node:fs';
import type { CliIo } from './io.ts';
import { runCli } from './run.ts';
import { openStdio } from './stdio.ts';

const stdio = openStdio();
const io: CliIo = {
  ...stdio,
  color: stdio.stdoutIsTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  env: process.env,
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

const status = await runCli(process.argv.slice(2), io, packageVersion());
// an emulator that was stopped may leave a timer behind; what was printed is out already
process.exit(status || process.exitCode);
