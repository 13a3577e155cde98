// Mirrors deferred_init_memmap_chunk() (v6.1) as the simulator runs it: which pages a call initialises and frees, without
// touching one. memmap/deferred_chunk.ts is the same on struct pages that exist.
import { alignUp } from '../../lib/align.ts';
import { MAX_ORDER_NR_PAGES, type Nid, type Pfn } from '../../lib/units.ts';
import type { PageLedger } from './ledger.ts';
import { freeWithin, rangeFrom, type FreeRange, type FreeRanges } from './ranges.ts';
import type { DeferredRules } from './rules.ts';

/** What a call did, as far as time depends on it. */
export interface ChunkDone {
  readonly pages: number;
  readonly node: Nid;
  readonly rangesWalked: number;
}

/** One free or initialise of the data plane, in order: what the explorer interleaves. */
export interface PageAction {
  readonly kind: 'init' | 'free';
  readonly start: Pfn;
  readonly end: Pfn;
}

/** The end of what a chunk touches: blocks are worked whole where that is the rule. */
function chunkEnd(rules: DeferredRules, end: Pfn): Pfn {
  return rules.chunk === 'maxorder' ? alignUp(end, MAX_ORDER_NR_PAGES) : end;
}

/** The whole call at once. Cost grows with the free ranges that it meets. */
export function deferredChunk(
  rules: DeferredRules,
  ranges: FreeRanges,
  ledger: PageLedger,
  node: Nid,
  start: Pfn,
  end: Pfn,
): ChunkDone {
  let pages = 0;
  let met = 0;
  for (const { startPfn, endPfn } of freeWithin(ranges, start, chunkEnd(rules, end))) {
    ledger.init(startPfn, endPfn);
    ledger.free(startPfn, endPfn);
    pages += endPfn - startPfn;
    met += 1;
  }
  const passed = rules.iteratorRestarts ? (rangeFrom(ranges, start)?.index ?? ranges.length) : 0;
  return { pages, node, rangesWalked: passed + met };
}

/** The same call block by block, with its two passes where it has two. */
export function* deferredChunkActions(
  rules: DeferredRules,
  ranges: FreeRanges,
  start: Pfn,
  end: Pfn,
): Generator<PageAction> {
  for (let at = rangeFrom(ranges, start); at && at.spfn < end;) {
    const block = alignUp(at.spfn + 1, MAX_ORDER_NR_PAGES);
    const stop = rules.chunk === 'maxorder' ? block : Math.min(block, end, at.epfn);
    const parts: FreeRange[] = [...freeWithin(ranges, at.spfn, stop)];
    for (const { startPfn, endPfn } of parts) yield { kind: 'init', start: startPfn, end: endPfn };
    for (const { startPfn, endPfn } of parts) {
      // deferred_free_pages(): whole free blocks in one call, else up to the next boundary of one
      for (let pfn = startPfn; pfn < endPfn;) {
        const to = Math.min(endPfn, alignUp(pfn + 1, rules.freeBlockPages));
        yield { kind: 'free', start: pfn, end: to };
        pfn = to;
      }
    }
    at = rangeFrom(ranges, stop);
  }
}
