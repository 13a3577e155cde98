// What the command line knows of a command before it loads it.
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { CliIo } from './io.ts';

export interface CommandEntry {
  readonly name: string;
  /** Its line in the help. */
  readonly summary: string;
  /** What makes the command; `all` are the entries of every command, for those that tell about the others. */
  readonly load: () => Promise<(io: CliIo, all: readonly CommandEntry[]) => CommandUnknownOpts>;
}
