// Mirrors zone_batchsize and nr_pcp_alloc of mm/page_alloc.c (v6.12): a CPU takes pages from a zone in batches and keeps what is
// left over in lists of its own. Such pages are no longer free for who counts the zone's.
import { ilog2 } from '../lib/align.ts';
import type { KernelRules } from '../kernel/rules.ts';
import { MiB, PAGE_SIZE } from '../lib/units.ts';

/** Most pages of a batch, before it is made a power of two less one. */
const MAX_BATCH = MiB / PAGE_SIZE / 4;
/** Pages of a zone for each page of a batch. */
const ZONE_PAGES_PER_BATCHED = 4096;

/** Single pages that a CPU takes at once from a zone with so many managed pages: 1, 3, … 63. With 1 no list keeps any. */
export function zoneBatchsize(managedPages: number): number {
  const batch = Math.max(1, Math.min(Math.floor(managedPages / ZONE_PAGES_PER_BATCHED), MAX_BATCH));
  return Math.max(1, 2 ** ilog2(batch + Math.floor(batch / 2)) - 1);
}

/** Blocks of 2^order pages, order above 0, that a CPU takes at once where its batch is `batch`. */
export function blocksAtOnce(batch: number, order: number): number {
  return batch > 1 ? Math.max(Math.floor(batch / 2 ** order), 2) : 1;
}

/** CONFIG_PCP_BATCH_SCALE_MAX: how often a batch doubles at most. */
const MAX_DOUBLINGS = 5;

/**
 * Single pages that still wait after `pages` were taken in a row and none came back: a quarter of what was taken at once last.
 * Half of it is left on average, and others have used some by the time; boots of Debian's 6.12 on 2 and 4 nodes had 14 to 225.
 */
export function waitingAfter(pages: number, batch: number, growth: KernelRules['perCpuBatch']): number {
  if (batch <= 1) return 0;
  const doublings = growth === 'doubling' ? ilog2(Math.ceil(pages / batch)) : 0;
  return Math.floor((batch * 2 ** Math.min(doublings, MAX_DOUBLINGS)) / 4);
}
