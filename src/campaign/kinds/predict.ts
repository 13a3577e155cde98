// kind predict: one thread count of a machine. Intervals hold their value, and no time is below 0.
import { earlyBoot } from '../../boot/early.ts';
import { kernelStart } from '../../boot/kernel_place.ts';
import { chooseKernel } from '../../boot/machine.ts';
import { Wrong } from '../../fuzz/target.ts';
import { earlyStateOf } from '../../predict/early-state.ts';
import { predict, type Predicted } from '../../predict/predict.ts';
import type { ItemValues } from '../campaign.ts';
import { numberOf, textOf, type LoadedKind, type Place, type Ran } from './kind.ts';
import { guestOf } from './machines.ts';
import { smallerMachine } from './smaller-machine.ts';

async function run(values: ItemValues, place: Place): Promise<Ran> {
  const { spec, params } = await guestOf(values, place);
  const profile = await chooseKernel(spec, { kernel: textOf(values, 'kernel') });
  const early = earlyBoot(params, {
    ...{ machine: spec.name, profile, warnings: spec.warnings },
    ...kernelStart(spec, profile.kernel, params),
  });
  const prediction = predict({
    machine: spec.name,
    kernel: profile.name,
    state: earlyStateOf(early, spec),
    timing: spec.timing,
    threads: [numberOf(values, 'threads', 1)],
  });
  const [base, row] = prediction.rows;
  if (!base || !row) throw new Wrong(`${prediction.rows.length} rows for one thread count`);
  if (place.invariants)
    for (const { deferredInitMs, bootMs } of prediction.rows) {
      checkInterval('deferredInitMs', deferredInitMs);
      if (bootMs !== null) checkInterval('bootMs', bootMs);
    }
  return {
    end: 'ok',
    facts: {
      deferredInitMs: row.deferredInitMs,
      baseMs: base.deferredInitMs,
      nodeCpus: prediction.nodeCpus,
    },
  };
}

function checkInterval(what: string, { low, value, high }: Predicted): void {
  if (!(low >= 0 && low <= value && value <= high && Number.isFinite(high)))
    throw new Wrong(`${what}: ${value} in [${low}, ${high}]`);
}

export const PREDICT: LoadedKind = { run, smaller: smallerMachine };
