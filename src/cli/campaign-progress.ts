// How far a campaign is: its rate and what is left, on a terminal; each tenth elsewhere.
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
  return {
    update: (failed) => {
      if (!io.stderrIsTTY) return progress.update(items.count, items.items);
      const rate = ((items.count - before) * 1000) / Math.max(io.now() - began, 1);
      const left = rate > 0 ? `, ${timeText((items.items - items.count) / rate)} left` : '';
      progress.say(
        `${items.count} of ${items.items} items, ${rateText(rate)} a second${left}, ${failed} failed`,
      );
    },
    done: progress.done,
  };
}

function rateText(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}

function timeText(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** Items at once where nobody says. */
export function defaultJobs(): number {
  return availableParallelism();
}
