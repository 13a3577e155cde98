// Pages whose struct pages one boot initialises late, on all CPUs, and the other early, on one.
import type { RunRecord } from '../init/record.ts';
import { PAGE_SIZE, PAGES_PER_SECTION } from '../lib/units.ts';

/** How many pages go over, and to which part of boot. */
export interface MovedPages {
  readonly pages: number;
  readonly to: 'early' | 'deferred';
}

/** Boundaries lie on sections: less is not the boundary's doing. */
const FEWEST = PAGES_PER_SECTION;

/** null where no more than a section's pages go over; memory that only one boot has does not count. */
export function movedPages(a: RunRecord, b: RunRecord): MovedPages | null {
  const [before, after] = [shares(a), shares(b)];
  const early = after.early - before.early;
  const late = after.late - before.late;
  const toEarly = Math.min(early, -late);
  const toLate = Math.min(late, -early);
  if (toEarly >= FEWEST) return { pages: toEarly, to: 'early' };
  return toLate >= FEWEST ? { pages: toLate, to: 'deferred' } : null;
}

/** Pages of memory below and above the boundary of their node. */
function shares({ nodes, memblockLate }: RunRecord): { readonly early: number; readonly late: number } {
  const boundary = new Map(nodes.map(({ id, firstDeferredPfn }) => [id, firstDeferredPfn ?? Infinity]));
  let [early, late] = [0, 0];
  for (const { base, size, nid } of memblockLate.memory) {
    const [start, end] = [base / PAGE_SIZE, (base + size) / PAGE_SIZE];
    const from = Math.min(Math.max(boundary.get(nid) ?? Infinity, start), end);
    early += from - start;
    late += end - from;
  }
  return { early, late };
}

/** What that means for the times that stand beside it. */
export function movedText({ pages, to }: MovedPages): string {
  const bytes = `${pages} pages (${(pages / (2 ** 30 / PAGE_SIZE)).toFixed(1)} GiB)`;
  return to === 'early'
    ? `${bytes} move from deferred to early init: the boot CPU alone initialises them, before the log has times: less deferred time is no speed-up`
    : `${bytes} move from early to deferred init: the boot CPU no longer initialises them: more deferred time is no slow-down`;
}
