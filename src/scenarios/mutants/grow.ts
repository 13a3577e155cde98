// deferred_grow_zone() that stops as soon as it has enough pages, inside a block of the largest order.
import { DEFERRED_5_8, growByBlocks } from '../../mm/deferred/profiles.ts';
import type { DeferredRules } from '../../mm/deferred/rules.ts';

/** Half a block more than nothing: enough for a small allocation. */
const ENOUGH = 512;

/** 5.8's rules but for where growing stops. */
export const growStopsInBlock: DeferredRules = {
  ...DEFERRED_5_8,
  // without blocks nothing holds the two passes together
  chunk: 'range',
  grow: (zone, first, needed) => {
    const plan = growByBlocks(zone, first, needed);
    return plan && { ...plan, to: plan.from + ENOUGH, pages: ENOUGH, firstDeferredPfn: plan.from + ENOUGH };
  },
};
