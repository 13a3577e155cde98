// How far a campaign is: its rate and what is left.
import { availableParallelism } from 'node:os';
import type { DoneItems } from '../campaign/results/done.ts';
import type { CliIo } from './io.ts';
import { progressOn } from './progress.ts';

export interface RateProgress {
  readonly update: (failed: number) => void;
  readonly done: () => void;
}

/** Progress of `name`; what was done before does not count for the rate. */
export function rateProgress(io: CliIo, name: string, items: DoneItems): RateProgress {
  const progress = progressOn(io, name);
  const began = io.now();
  const before = items.count;
  progress.update(before, items.items, { unit: 'items' });
  return {
    update: (failed) => {
      const rate = ((items.count - before) * 1000) / Math.max(io.now() - began, 1);
      const note = `${rateText(rate)} a second, ${failed} failed`;
      progress.update(items.count, items.items, { unit: 'items', note });
    },
    done: progress.done,
  };
}

function rateText(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}

/** Items at once where nobody says. */
export function defaultJobs(): number {
  return availableParallelism();
}
