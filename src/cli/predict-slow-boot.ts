// earlyboot predict --slow-boot: what of early boot grows with memory.
import { DEFAULT_BOOT, earlyBootOf } from '../boot/machine.ts';
import { slowBoot, type SlowBoot } from '../predict/slow-boot.ts';
import { slowBootText } from '../report/slow-boot-text.ts';
import { answer, textColumns } from './answer.ts';
import { printJson, type CliIo } from './io.ts';
import { resolveMachine } from './machine.ts';
import { appended } from './options.ts';

export interface SlowBootOptions {
  readonly kernel?: string | undefined;
  readonly append?: string | undefined;
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
    const spec = await resolveMachine(io, name);
    const cmdline = appended(spec.cmdline, options.append);
    const early = await earlyBootOf(spec, { ...DEFAULT_BOOT, kernel: options.kernel ?? null, cmdline });
    tables.push(slowBoot(early, spec));
  }
  if (options.json === true) printJson(io, { version: 1, slowBoots: tables });
  else answer(io, tables.map((one) => slowBootText(one, textColumns(io))).join('\n'));
}
