// The process around the command line: streams, environment, exit status.
import { readFileSync } from 'node:fs';
import type { CliIo } from './io.ts';
import { runCli } from './run.ts';

const DEFAULT_COLUMNS = 80;

// `earlyboot boot … | head` closes the pipe: that is no error
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: Error & { code?: string }) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
}

const io: CliIo = {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  stdoutIsTTY: process.stdout.isTTY === true,
  stderrIsTTY: process.stderr.isTTY === true,
  columns: process.stdout.columns ?? DEFAULT_COLUMNS,
  color: process.stdout.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  env: process.env,
  cwd: process.cwd(),
  now: () => performance.now(),
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

process.exitCode = await runCli(process.argv.slice(2), io, packageVersion());
// an emulator that was stopped may leave a timer behind; what was printed goes out first
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
