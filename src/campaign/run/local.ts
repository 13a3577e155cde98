// A campaign on this machine: lots of items for each lane, sized so that results come several times a second.
import type { Campaign, ItemResult } from '../campaign.ts';
import type { DoneItems } from '../results/done.ts';
import type { Sink } from '../results/sink.ts';
import type { Engine, ToRun } from './engine.ts';

/** Time that a lot should take. */
const LOT_MS = 400;
const MOST_IN_A_LOT = 500;
const FIRST_LOT = 4;

export interface RunOptions {
  readonly campaign: Campaign;
  readonly engine: Engine;
  readonly sink: Sink;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly onResults?: (fresh: readonly ItemResult[]) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Numbers that are not done, in order. */
export function* numbersLeft(done: DoneItems): Generator<number> {
  for (let number = 0; number < done.items; number++) if (!done.has(number)) yield number;
}

/** Runs what is left. false: the time was over, or a signal said stop, before all was done. */
export async function runLocally(options: RunOptions): Promise<boolean> {
  const { campaign, engine, sink, now } = options;
  const numbers = numbersLeft(sink.done);
  const began = now();
  const { timeMs } = campaign.budget;
  const over = (): boolean => options.signal?.aborted === true || (timeMs !== null && now() - began > timeMs);
  const lots = new LotSize();
  const lane = async (): Promise<void> => {
    while (!over()) {
      // towards the end smaller ones, so that no lane waits long for the last
      const left = sink.done.items - sink.done.count;
      const lot = take(numbers, Math.min(lots.size, Math.ceil(left / (2 * engine.lanes))));
      if (lot.length === 0) return;
      const start = now();
      const results = await engine.run(campaign, lot);
      const fresh = sink.append(results);
      options.onResults?.(fresh);
      lots.took(lot.length, now() - start);
    }
  };
  await Promise.all(Array.from({ length: engine.lanes }, lane));
  return sink.done.count === sink.done.items;
}

function take(numbers: Iterator<number>, count: number): ToRun[] {
  const lot: ToRun[] = [];
  while (lot.length < count) {
    const { value, done } = numbers.next();
    if (done === true) break;
    lot.push({ number: value });
  }
  return lot;
}

/** How many items a lot should have. */
export class LotSize {
  size = FIRST_LOT;

  /** A lot of `items` took so long. */
  took(items: number, ms: number): void {
    const fitting = Math.max(1, Math.round((items * LOT_MS) / Math.max(ms, 1)));
    this.size = Math.min(MOST_IN_A_LOT, 4 * items, fitting);
  }
}
