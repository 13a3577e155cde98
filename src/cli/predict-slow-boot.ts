// earlyboot predict --slow-boot: what of early boot grows with memory.
import { earlyBootOf } from '../boot/machine.ts';
import { slowBoot, type SlowBoot } from '../predict/slow-boot.ts';
import { slowBootText } from '../report/slow-boot-text.ts';
import { answer, textColumns } from './answer.ts';
import { askedBoot } from './asked.ts';
import type { BootChoices } from './boot-options.ts';
import { printJson, type CliIo } from './io.ts';

export interface SlowBootOptions extends BootChoices {
  readonly json?: true | undefined;
}

/** A table for each machine. */
export async function predictSlowBoots(
  io: CliIo,
  names: readonly string[],
  options: SlowBootOptions,
): Promise<void> {
  const tables: SlowBoot[] = [];
  for (const name of names) {
    const { machine, boot } = await askedBoot(io, name, options);
    tables.push(slowBoot(await earlyBootOf(machine, boot), machine));
  }
  if (options.json === true) printJson(io, { version: 1, slowBoots: tables });
  else answer(io, tables.map((one) => slowBootText(one, textColumns(io))).join('\n'));
}
