// What the environment says of colours, and of the folder that a command was called in.
import type { CliIo } from './io.ts';

type Env = CliIo['env'];

/** ANSI colours on stdout: FORCE_COLOR before NO_COLOR, as Node has it; else where stdout is a terminal that is not dumb. */
export function wantsColor(env: Env, stdoutIsTTY: boolean): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stdoutIsTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}

/**
 * Where `npm run earlyboot` was called, of this package: npm runs scripts in the package's own folder. null otherwise, in scripts of
 * other packages too: those are written for their folder.
 */
export function folderOfNpmRun(env: Env): string | null {
  const own = env['npm_package_name'] === 'earlyboot' && env['npm_lifecycle_event'] === 'earlyboot';
  return own ? (env['INIT_CWD'] ?? null) : null;
}
