#!/usr/bin/env node
// The process around the command line: streams, environment, exit status.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CliIo } from './io.ts';

const FROM_SOURCE = import.meta.url.endsWith('/src/cli/main.ts');
// Node keeps what it compiled, and from source what it stripped of types: most of a small boot's time is loading (Node 22 and later)
if (!process.env['NODE_DISABLE_COMPILE_CACHE'])
  module.enableCompileCache?.(
    FROM_SOURCE ? fileURLToPath(new URL('../../node_modules/.cache/earlyboot', import.meta.url)) : undefined,
  );

// imported here, after the cache is there
const [{ openStdio }, { runCli }] = await Promise.all([import('./stdio.ts'), import('./run.ts')]);
const stdio = openStdio();
const io: CliIo = {
  ...stdio,
  color: stdio.stdoutIsTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  env: process.env,
  cwd: process.cwd(),
  now: () => performance.now(),
  setFailed: () => {
    process.exitCode = 1;
  },
};

/** From package.json: one folder above dist, two above src/cli. */
function packageVersion(): string {
  const up = FROM_SOURCE ? '../../package.json' : '../package.json';
  const text = readFileSync(new URL(up, import.meta.url), 'utf8');
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown';
}

const status = await runCli(process.argv.slice(2), io, packageVersion());
// an emulator that was stopped may leave a timer behind; what was printed is out already
process.exit(status || process.exitCode);
