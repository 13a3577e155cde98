// earlyboot predict --kho: a restart that hands memory over to the next kernel.
import { earlyBootOf } from '../boot/machine.ts';
import { nodeSummaries } from '../boot/node-summary.ts';
import { resolveTiming } from '../cpus/simulated/cost/timing.ts';
import { earlyStateOf, mostCpus } from '../predict/early-state.ts';
import { withGuestsKept } from '../predict/fast-restart.ts';
import { deferredInitMs } from '../predict/slowest.ts';
import { khoText, predictKho, type KhoPrediction } from '../predict/users/kho.ts';
import { answer } from './answer.ts';
import { askedBoot } from './asked.ts';
import type { BootChoices } from './boot-options.ts';
import { prepare } from './early-state.ts';
import { printJson, warn, type CliIo } from './io.ts';

/** A kernel that has KHO, where none is named. */
const KHO_KERNEL = '7.2';

export interface KhoOptions extends BootChoices {
  readonly khoScratch?: string | undefined;
  readonly keepGuests?: string | undefined;
  readonly json?: true | undefined;
}

/** `predict MACHINE… --kho [--kho-scratch SIZES] [--keep-guests PERCENT]`: what is kept counts as preserved pages. */
export async function predictKhos(io: CliIo, names: readonly string[], options: KhoOptions): Promise<void> {
  const percent = Number(options.keepGuests?.replace(/%$/, '') ?? 0);
  const predictions: KhoPrediction[] = [];
  for (const name of names) {
    const choices = { ...options, kernel: options.kernel ?? KHO_KERNEL };
    const { machine: spec, boot } = await askedBoot(io, name, choices);
    const early = await earlyBootOf(spec, boot);
    const whole = earlyStateOf(early, spec);
    const { state } = await prepare(withGuestsKept(spec, percent), boot);
    const pages = (of: typeof state): number =>
      nodeSummaries(of).reduce((sum, { deferredPages }) => sum + deferredPages, 0);
    const timing = resolveTiming(spec.timing);
    predictions.push(
      predictKho({
        ...{ machine: spec.name, kernel: early.profile.name, early, state, scratch: options.khoScratch },
        preservedPages: Math.max(0, pages(whole) - pages(state)),
        pageInitNs: timing.pageInitNs,
        deferredMs: deferredInitMs(state, timing, mostCpus(state)),
        restMs: timing.restOfBootMs,
      }),
    );
  }
  warn(
    io,
    'KHO: no distribution kernel has it switched on; what the kernel reserves is taken from the early boot of this profile',
  );
  if (options.json === true) printJson(io, { version: 1, kho: predictions });
  else answer(io, predictions.map(khoText).join('\n'));
}
