// A boot by what people call it: a machine, which is booted, or the record of a boot that was.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { bootMachine } from '../boot/machine.ts';
import type { RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { sayAssumed } from './assumed.ts';
import { askedBoot } from './asked.ts';
import { namesOf, type BootChoices } from './boot-options.ts';
import { warn, type CliIo } from './io.ts';

export interface Booted {
  readonly record: RunRecord;
  /** null where the record was read. */
  readonly machine: MachineSpec | null;
}

/**
 * The record in the file that `argument` names, or that of a boot of the machine that it names.
 * @throws InputError where neither can be had, and for choices beside a record, which is not booted again
 */
export async function booted(io: CliIo, argument: string, choices: BootChoices): Promise<Booted> {
  const read = await recordOrText(io, argument);
  if (read !== null && 'record' in read) {
    const names = namesOf(choices);
    if (names.length > 0)
      throw new InputError(
        'usage',
        `${names.join(', ')}: ${argument} is a run record, which is not booted again: expected a machine`,
      );
    return { record: read.record, machine: null };
  }
  // an empty file is refused as what it should have been
  const { machine, boot } = await askedBoot(io, argument, choices, read?.text || undefined);
  const record = await bootMachine(machine, boot);
  sayWarnings(io, record.warnings, machine);
  await sayAssumed(io, record);
  return { record, machine };
}

/** What the boot itself warns of: what the machine's own description did is on stderr already. */
export function sayWarnings(io: CliIo, warnings: readonly string[], machine: MachineSpec): void {
  for (const text of warnings.filter((warning) => !machine.warnings.includes(warning))) warn(io, text);
}

/** The record; the text of a file that may be one and is none; null where no look was needed. */
async function recordOrText(
  io: CliIo,
  argument: string,
): Promise<{ readonly record: RunRecord } | { readonly text: string } | null> {
  if (argument !== '-' && !/\.json$/i.test(argument)) return null;
  const path = argument === '-' ? argument : resolve(io.cwd, argument);
  if (path !== argument && !existsSync(path)) return null;
  const { readText } = await import('../machine/import/files.ts');
  const { looksLikeRecord, parseRecord } = await import('../report/read-record.ts');
  const text = await readText(path, 'record');
  return looksLikeRecord(text) ? { record: parseRecord(text, argument) } : { text };
}
