// What runs items: threads, or this thread.
import type { Campaign, ItemResult, ItemValues } from '../campaign.ts';
import type { LoadedKind } from '../kinds/kind.ts';
import { itemRunner } from './run-item.ts';

/** An item to run: by its number, or with values that no number has. */
export interface ToRun {
  readonly number: number;
  readonly values?: ItemValues;
}

export interface Engine {
  /** A result for each, in any order. One at a time for each lane. */
  readonly run: (campaign: Campaign, items: readonly ToRun[]) => Promise<ItemResult[]>;
  /** How many calls of run can be under way at once. */
  readonly lanes: number;
  readonly close: () => Promise<void>;
}

/** Runs items in this thread: for tests and for one item. Nothing ends an item that hangs. */
export function engineHere(loaded?: LoadedKind): Engine {
  return {
    lanes: 1,
    run: async (campaign, items) => {
      const runner = await itemRunner(campaign, loaded);
      const results: ItemResult[] = [];
      for (const { number, values } of items)
        results.push(await (values ? runner.runValues(values, number) : runner.run(number)));
      return results;
    },
    close: () => Promise.resolve(),
  };
}
