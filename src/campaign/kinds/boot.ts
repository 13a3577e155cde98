// kind boot: the kernel model boots the item's machine; the record's invariants hold.
import { earlyBoot } from '../../boot/early.ts';
import { parseMaxThreads } from '../../boot/max_threads_text.ts';
import { kernelStart } from '../../boot/kernel_place.ts';
import { chooseKernel } from '../../boot/machine.ts';
import { chooseMaxThreads } from '../../boot/max_threads.ts';
import { BootPanic } from '../../boot/panic.ts';
import { bootSimulated } from '../../boot/simulated.ts';
import { checkRecord } from '../../fuzz/invariants.ts';
import type { RunRecord } from '../../init/record.ts';
import type { ItemValues } from '../campaign.ts';
import { numberOf, textOf, type LoadedKind, type Place, type Ran } from './kind.ts';
import { guestOf } from './machines.ts';
import { smallerMachine } from './smaller-machine.ts';

async function recordOf(values: ItemValues, place: Place): Promise<RunRecord> {
  const { spec, params } = await guestOf(values, place);
  const profile = await chooseKernel(spec, { kernel: textOf(values, 'kernel') });
  const threads = textOf(values, 'threads');
  try {
    const early = earlyBoot(params, {
      ...{ machine: spec.name, profile, warnings: spec.warnings },
      ...kernelStart(spec, profile.kernel, params),
    });
    const maxThreads = threads === null ? null : parseMaxThreads(threads);
    const boot = await chooseMaxThreads(early, spec, { arch: 'x86', maxThreads });
    return bootSimulated(boot, spec, { seed: numberOf(values, 'seed', 1) });
  } catch (error) {
    if (!(error instanceof BootPanic)) throw error;
    return error.record(spec.name, 'simulated');
  }
}

async function run(values: ItemValues, place: Place): Promise<Ran> {
  const record = await recordOf(values, place);
  const panic = record.panic ?? null;
  if (place.invariants && panic === null) checkRecord(record);
  return {
    end: panic === null ? 'ok' : 'panic',
    ...(panic !== null && { message: panic }),
    facts: { record, log: record.log, panic },
  };
}

export const BOOT: LoadedKind = { run, smaller: smallerMachine };
