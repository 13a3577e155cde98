// How a node's free memory is cut into pieces, and how a zone grows, version by version.
import { alignDown, alignUp, isAligned } from '../../lib/align.ts';
import { MAX_ORDER_NR_PAGES, PAGES_PER_SECTION, type Pfn } from '../../lib/units.ts';
import { freePages, rangeFrom } from './ranges.ts';
import type { DeferredPiece, DeferredZone, GrowPlan } from './rules.ts';

const sectionJob = (start: Pfn, end: Pfn): DeferredPiece => ({
  kind: 'job',
  start,
  size: end - start,
  align: PAGES_PER_SECTION,
  minChunk: PAGES_PER_SECTION,
});

/** Before the series: the whole zone in one thread. */
export function* piecesSerial({ ranges }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  const at = rangeFrom(ranges, first);
  const last = ranges.at(-1);
  if (at && last) yield { kind: 'serial', start: at.spfn, end: last.endPfn };
}

/** v1: a job for each free range, in blocks of the largest order. */
export function* piecesByRange({ ranges }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  for (let at = rangeFrom(ranges, first); at; at = rangeFrom(ranges, at.epfn)) {
    const { spfn, epfn } = at;
    yield {
      kind: 'job',
      start: spfn,
      size: epfn - spfn,
      align: MAX_ORDER_NR_PAGES,
      minChunk: MAX_ORDER_NR_PAGES,
    };
  }
}

/** v2: whole sections of a free range are a job, what lies before and after them is done block by block. */
export function* piecesAlignedDown({ ranges }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  for (let at = rangeFrom(ranges, first); at;) {
    const { spfn, epfn } = at;
    const end = alignDown(epfn, PAGES_PER_SECTION);
    if (isAligned(spfn, PAGES_PER_SECTION) && end - spfn >= PAGES_PER_SECTION) {
      yield sectionJob(spfn, end);
      at = rangeFrom(ranges, end);
    } else {
      const block = alignUp(spfn + 1, MAX_ORDER_NR_PAGES);
      yield { kind: 'serial', start: spfn, end: block };
      at = rangeFrom(ranges, block);
    }
  }
}

/** v3 and 5.8 to 6.17: a job goes on to the section boundary past the range's end; what begins before that is in it. */
export function* piecesAlignedUp({ ranges }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  for (let at = rangeFrom(ranges, first); at;) {
    const end = alignUp(at.epfn, PAGES_PER_SECTION);
    yield sectionJob(at.spfn, end);
    at = rangeFrom(ranges, end);
  }
}

/** 6.18 on: one job for the zone, holes and all. */
export function* piecesByZone({ zoneEndPfn }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  if (first < zoneEndPfn) yield sectionJob(first, alignUp(zoneEndPfn, PAGES_PER_SECTION));
}

/** 4.17 to 6.17: block by block until a section boundary is crossed with enough pages. */
export function growByBlocks({ ranges }: DeferredZone, first: Pfn, needed: number): GrowPlan | undefined {
  const from = rangeFrom(ranges, first);
  if (from === undefined) return undefined;
  let pages = 0;
  for (let at = from; ;) {
    // the section in which this block begins, to its end, in one go: nothing stops in between
    const end = alignUp(at.spfn + 1, PAGES_PER_SECTION);
    pages += freePages(ranges, at.spfn, end);
    const next = rangeFrom(ranges, end);
    if (next === undefined) return { from: from.spfn, to: end, pages, firstDeferredPfn: null };
    if (pages >= needed) return { from: from.spfn, to: end, pages, firstDeferredPfn: next.spfn };
    at = next;
  }
}

/** 6.18 on: section by section of the zone, whether there is memory in it or not. */
export function growBySections({ ranges, zoneEndPfn }: DeferredZone, first: Pfn, needed: number): GrowPlan {
  let pages = 0;
  let spfn = first;
  while (pages < needed && spfn < zoneEndPfn) {
    const end = alignUp(spfn + 1, PAGES_PER_SECTION);
    pages += freePages(ranges, spfn, end);
    spfn = end;
  }
  return { from: first, to: spfn, pages, firstDeferredPfn: pages > 0 ? spfn : null };
}
