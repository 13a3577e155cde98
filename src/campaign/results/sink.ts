// Where results go.
import type { ItemResult } from '../campaign.ts';
import { DoneItems } from './done.ts';

export interface Sink {
  readonly done: DoneItems;
  /** Keeps the results of items that have none yet; gives those. */
  readonly append: (results: readonly ItemResult[]) => ItemResult[];
}

/** Results that nobody keeps but `onResult`. */
export function memorySink(items: number, onResult: (result: ItemResult) => void): Sink {
  const done = new DoneItems(items);
  return {
    done,
    append: (results) => {
      const fresh = results.filter(({ item }) => done.add(item));
      for (const result of fresh) onResult(result);
      return fresh;
    },
  };
}
