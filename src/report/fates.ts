// When each page of memory got its struct page: early, by a thread later, by demand in between, or never freed.
import type { RecordChunk, RunRecord } from '../init/record.ts';
import { alignDown, alignUp } from '../lib/align.ts';
import { PAGE_SIZE, pfnDown, pfnPhys, pfnUp, type Nid, type Pfn } from '../lib/units.ts';
import type { Span } from '../lib/spans.ts';
import { without } from '../lib/spans.ts';

export type FateKind = 'early' | 'deferred' | 'grown' | 'reserved';

export interface NodeFate {
  readonly kind: FateKind;
  readonly node: Nid;
}

/** Free memory in whole pages, as the page allocator gets it: memory without what is reserved at page_alloc_init_late. */
export function freePageRanges(record: RunRecord): { start: Pfn; end: Pfn; node: Nid }[] {
  const reserved = record.memblockLate.reserved.map((r) => ({ start: r.base, end: r.base + r.size }));
  return record.memblockLate.memory.flatMap((region) =>
    without(region.base, region.base + region.size, reserved)
      .map(({ start, end }) => ({ start: pfnUp(start), end: pfnDown(end), node: region.nid }))
      .filter(({ start, end }) => start < end),
  );
}

/** The boundary from which a node's pages were left to threads; Infinity where none were. */
export function deferredFrom(record: RunRecord, node: Nid): Pfn {
  const own = record.nodes.find((n) => n.id === node);
  return own?.firstDeferredPfn ?? Infinity;
}

/** All memory, in bytes and in order, by when its struct pages were initialised; a page that is partly reserved is reserved. */
export function memoryFates(record: RunRecord): Span<NodeFate>[] {
  const reserved = record.memblockLate.reserved.map((r) => ({
    start: alignDown(r.base, PAGE_SIZE),
    end: alignUp(r.base + r.size, PAGE_SIZE),
  }));
  const out: Span<NodeFate>[] = [];
  for (const region of record.memblockLate.memory) {
    const node = region.nid;
    const end = region.base + region.size;
    const free = without(region.base, end, reserved);
    let at = region.base;
    for (const range of free) {
      if (at < range.start) out.push({ start: at, end: range.start, value: { kind: 'reserved', node } });
      out.push(...freeFates(record, node, range.start, range.end));
      at = range.end;
    }
    if (at < end) out.push({ start: at, end, value: { kind: 'reserved', node } });
  }
  return out;
}

/** [start, end) is free memory of one node. */
function freeFates(record: RunRecord, node: Nid, start: number, end: number): Span<NodeFate>[] {
  const deferred = pfnPhys(deferredFrom(record, node));
  const grown = record.grow
    .filter((g) => g.node === node)
    .map((g) => ({ start: pfnPhys(g.fromPfn), end: g.toPfn === null ? end : pfnPhys(g.toPfn) }));
  const marks = [start, end, deferred, ...grown.flatMap((g) => [g.start, g.end])];
  const cuts = [...new Set(marks.filter((m) => m >= start && m <= end))].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, i) => {
    const to = cuts[i + 1] ?? end;
    const kind: FateKind = grown.some((g) => from >= g.start && from < g.end)
      ? 'grown'
      : from >= deferred
        ? 'deferred'
        : 'early';
    return { start: from, end: to, value: { kind, node } };
  });
}

/** How many free pages a chunk really initialised: its range also spans holes and reserved memory. */
export function chunkPages(
  chunk: Pick<RecordChunk, 'start' | 'end'>,
  free: readonly { readonly start: Pfn; readonly end: Pfn }[],
): number {
  let low = 0;
  let high = free.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((free[middle]?.end ?? 0) <= chunk.start) low = middle + 1;
    else high = middle;
  }
  let pages = 0;
  for (let i = low; i < free.length; i++) {
    const range = free[i];
    if (!range || range.start >= chunk.end) break;
    pages += Math.min(range.end, chunk.end) - Math.max(range.start, chunk.start);
  }
  return pages;
}

/** Bytes of each fate. */
export function bytesByFate(spans: readonly Span<NodeFate>[]): Record<FateKind, number> {
  const sums: Record<FateKind, number> = { early: 0, deferred: 0, grown: 0, reserved: 0 };
  for (const { start, end, value } of spans) sums[value.kind] += end - start;
  return sums;
}

/** Bytes of one page, for callers that count pages. */
export const pagesOf = (bytes: number): number => Math.floor(bytes / PAGE_SIZE);
