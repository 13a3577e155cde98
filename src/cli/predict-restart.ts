// earlyboot predict --keep-guests: a fast restart.
import { nodeSummaries } from '../boot/node-summary.ts';
import { mostCpus } from '../predict/early-state.ts';
import { withGuestsKept } from '../predict/fast-restart.ts';
import { predict } from '../predict/predict.ts';
import { restartText, type RestartRow } from '../predict/text.ts';
import { answer, textColumns } from './answer.ts';
import { askedBoot } from './asked.ts';
import type { BootChoices } from './boot-options.ts';
import { prepare } from './early-state.ts';
import { printJson, type CliIo } from './io.ts';

export interface RestartOptions extends BootChoices {
  readonly keepGuests?: string | undefined;
  readonly json?: true | undefined;
}

/** `predict MACHINE… --keep-guests PERCENT` */
export async function restart(io: CliIo, names: readonly string[], options: RestartOptions): Promise<void> {
  const percent = Number(options.keepGuests?.replace(/%$/, ''));
  const rows: RestartRow[] = [];
  for (const name of names) {
    const { machine: whole, boot } = await askedBoot(io, name, options);
    for (const machine of [whole, withGuestsKept(whole, percent)]) {
      const { spec, state } = await prepare(machine, boot);
      const all = mostCpus(state);
      const { rows: times } = predict({
        machine: spec.name,
        kernel: '',
        state,
        timing: spec.timing,
        threads: [all],
      });
      rows.push({
        machine: spec.name,
        deferredPages: nodeSummaries(state).reduce((sum, node) => sum + node.deferredPages, 0),
        withoutMs: times[0]?.deferredInitMs.value ?? 0,
        withMs: times.at(-1)?.deferredInitMs.value ?? 0,
        restMs: spec.timing.restOfBootMs ?? null,
      });
    }
  }
  if (options.json === true) printJson(io, { version: 1, source: 'model', restarts: rows });
  else answer(io, restartText(rows, textColumns(io)));
}
