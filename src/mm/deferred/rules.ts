// What differs between kernels in deferred struct page initialisation: data and small functions. profiles.ts has the versions.
import type { Nid, Pfn } from '../../lib/units.ts';
import type { FreeRanges } from './ranges.ts';

/** What pgdatinit makes of its node's free memory, piece by piece. */
export type DeferredPiece =
  /** A multithreaded job. */
  | {
      readonly kind: 'job';
      readonly start: Pfn;
      readonly size: number;
      readonly align: number;
      readonly minChunk: number;
    }
  /** Done by the thread itself, without a job. */
  | { readonly kind: 'serial'; readonly start: Pfn; readonly end: Pfn };

/** The zone that a node defers, as far as splitting depends on it. */
export interface DeferredZone {
  readonly ranges: FreeRanges;
  readonly zoneEndPfn: Pfn;
}

/** What one call of deferred_grow_zone() initialises: the free pages of [from, to). */
export interface GrowPlan {
  readonly from: Pfn;
  readonly to: Pfn;
  /** Free pages in it. */
  readonly pages: number;
  /** first_deferred_pfn afterwards; null: nothing is left. */
  readonly firstDeferredPfn: Pfn | null;
}

/** One version's rules. */
export interface DeferredRules {
  /** Cuts the free memory from `first` on into pieces, in the order in which the thread does them. */
  readonly pieces: (zone: DeferredZone, first: Pfn) => Iterable<DeferredPiece>;
  /**
   * How a chunk works: over whole blocks of the largest order, across free ranges, first initialising and then freeing
   * (`maxorder`); or range by range, freeing each step at once (`range`).
   */
  readonly chunk: 'maxorder' | 'range';
  /** Pages in one call that frees, where a whole aligned block of that many is free. */
  readonly freeBlockPages: number;
  /** Ranges that the iterator passes before it finds range `index`: all again from the first, or none. */
  readonly iteratorRestarts: boolean;
  /** What deferred_grow_zone() does for `needed` pages (whole sections) from `first` on; undefined where no memory is left. */
  readonly grow: (zone: DeferredZone, first: Pfn, needed: number) => GrowPlan | undefined;
  /** Interrupts stay off for all of it (4.17 to 5.7). */
  readonly irqsOff: boolean;
  /** cond_resched() after each block: without it a CPU is busy to the end of a piece. */
  readonly condResched: boolean;
  /** How often each block of 1024 pages touches the NMI watchdog. */
  readonly watchdogTouchesPerBlock: number;
  readonly logLine: (node: Nid, pages: number, ms: number) => string;
}
