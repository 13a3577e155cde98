// A thread that runs items for the pool.
import { treeKey } from '../../lib/tree.ts';
import type { Campaign, ItemResult } from '../campaign.ts';
import type { ToRun } from './engine.ts';
import { itemRunner, type ItemRunner } from './run-item.ts';

/** What the pool hands over. */
export interface PoolTask {
  readonly campaign: Campaign;
  readonly items: readonly ToRun[];
  /** [0]: which of the items runs now. */
  readonly clock: Int32Array<SharedArrayBuffer>;
}

let last: { readonly key: string; readonly runner: ItemRunner } | null = null;

async function runnerFor(campaign: Campaign): Promise<ItemRunner> {
  const key = treeKey(campaign);
  if (last?.key !== key) last = { key, runner: await itemRunner(campaign) };
  return last.runner;
}

export default async function runItems({ campaign, items, clock }: PoolTask): Promise<ItemResult[]> {
  const runner = await runnerFor(campaign);
  const results: ItemResult[] = [];
  for (const [i, { number, values }] of items.entries()) {
    Atomics.store(clock, 0, i);
    results.push(await (values ? runner.runValues(values, number) : runner.run(number)));
  }
  return results;
}
