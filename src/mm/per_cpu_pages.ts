// Mirrors zone_batchsize, zone_highsize, nr_pcp_alloc and rmqueue_pcplist of mm/page_alloc.c (v6.12): a CPU takes blocks from a
// zone in batches and keeps what is left over in lists of its own. Such pages are no longer free for who counts the zone's.
import { ilog2 } from '../lib/align.ts';
import type { KernelRules } from '../kernel/rules.ts';
import { MiB, PAGE_SIZE } from '../lib/units.ts';

/** Most pages of a batch, before it is made a power of two less one. */
const MAX_BATCH = MiB / PAGE_SIZE / 4;
/** Pages of a zone for each page of a batch. */
const ZONE_PAGES_PER_BATCHED = 4096;
/** MIN_PERCPU_PAGELIST_HIGH_FRACTION: a CPU's lists hold so much of the zone at most. */
const HIGH_FRACTION = 8;
/** Batches that the lists may hold in any case. */
const BATCHES_HELD = 4;
/** CONFIG_PCP_BATCH_SCALE_MAX: how often a batch of single pages doubles at most. */
const MAX_DOUBLINGS = 5;

/** Single pages that a CPU takes at once from a zone with so many managed pages: 1, 3, … 63, before it doubles. */
export function zoneBatchsize(managedPages: number): number {
  const batch = Math.max(1, Math.min(Math.floor(managedPages / ZONE_PAGES_PER_BATCHED), MAX_BATCH));
  return Math.max(1, 2 ** ilog2(batch + Math.floor(batch / 2)) - 1);
}

/** Lists are apart by what their pages are for: MIGRATE_UNMOVABLE, MIGRATE_RECLAIMABLE. */
export type ListKind = 'unmovable' | 'reclaimable';

/** order_to_pindex(): the number of a list. */
const listOf = (order: number, kind: ListKind): number => 2 * order + (kind === 'reclaimable' ? 1 : 0);

/** One CPU's lists of one zone, by the number of blocks in each. */
export class PerCpuPages {
  /** Pages in all lists. */
  waiting = 0;
  readonly #batch: number;
  readonly #highMin: number;
  readonly #highMax: number;
  readonly #doubles: boolean;
  readonly #blocks = new Map<number, number>();
  #high = 0;
  #doublings = 0;

  /** `managedPages` of the zone as setup_per_cpu_pageset() finds it, before deferred init. */
  constructor(managedPages: number, growth: KernelRules['perCpuBatch']) {
    this.#batch = zoneBatchsize(managedPages);
    this.#highMin = BATCHES_HELD * this.#batch;
    this.#highMax = Math.max(Math.floor(managedPages / HIGH_FRACTION), this.#highMin);
    this.#doubles = growth === 'doubling';
  }

  /** Single pages that come at once next time, unless the lists are full. */
  get nextBatch(): number {
    return this.#batch * 2 ** this.#doublings;
  }

  /**
   * One block of 2^order pages. Where its list has none, `pull` moves up to that many blocks out of the zone and says how many came;
   * false where none did.
   */
  take(order: number, kind: ListKind, pull: (blocks: number) => number): boolean {
    const list = listOf(order, kind);
    let blocks = this.#blocks.get(list) ?? 0;
    if (blocks === 0) {
      blocks = pull(this.#blocksAtOnce(order));
      this.waiting += blocks * 2 ** order;
    }
    if (blocks === 0) return false;
    this.#blocks.set(list, blocks - 1);
    this.waiting -= 2 ** order;
    return true;
  }

  /** A page comes back to its list; the next batch is half of what it would have been. */
  free(): void {
    const list = listOf(0, 'unmovable');
    this.#doublings = Math.max(0, this.#doublings - 1);
    this.#blocks.set(list, (this.#blocks.get(list) ?? 0) + 1);
    this.waiting += 1;
  }

  /** nr_pcp_alloc(): blocks that an empty list is filled with; it also moves how much the lists may hold. */
  #blocksAtOnce(order: number): number {
    const batch = order === 0 ? this.#singlesAtOnce() : this.#batch;
    if (order > 0) this.#high = this.#allow(batch);
    return batch > 1 ? Math.max(Math.floor(batch / 2 ** order), 2) : 1;
  }

  #singlesAtOnce(): number {
    const batch = this.nextBatch;
    this.#high = this.#allow(batch);
    const most = Math.max(this.#high - this.waiting - this.#batch, this.#batch);
    if (this.#doubles && batch <= most) this.#doublings = Math.min(this.#doublings + 1, MAX_DOUBLINGS);
    return Math.min(batch, most);
  }

  #allow(batch: number): number {
    return Math.min(Math.max(this.#high, this.#highMin) + batch, this.#highMax);
  }
}
