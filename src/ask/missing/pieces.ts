// Every byte of the map in exactly one piece: in MemTotal, or missing for one reason.
import { E820_TYPE_RAM, e820TypeText } from '../../arch/x86/e820_table.ts';
import type { RecordAccounting, RecordRegion, RunRecord } from '../../init/record.ts';
import { clip, SpanMap, without, type Span } from '../../lib/spans.ts';
import { PAGE_SIZE, pfnDown, pfnPhys, pfnUp, type Nid } from '../../lib/units.ts';
import { reservedByOwner } from '../owners/owners.ts';
import { isaHole, mapPieces } from './installed.ts';
import { lostReasons, type Reason } from './lost.ts';

const MEMBLOCK_NOMAP = 4;

/** What became of a piece; `null` reason: the page allocator has it. */
export interface Fate {
  readonly reason: Reason | 'managed' | 'device';
  readonly node: Nid | null;
}

/** The map in pieces, in order and apart. */
export function memoryPieces(record: RunRecord, books: RecordAccounting): readonly Span<Fate>[] {
  const map = new SpanMap<Fate>();
  const { memory } = record.memblockLate;
  for (const region of memory) fillManaged(map, record, books, region);
  for (const { start, end } of books.returned) {
    const pages = { start: pfnPhys(pfnUp(start)), end: pfnPhys(pfnDown(end)) };
    for (const { base, size, nid } of memory)
      map.fill(Math.max(base, pages.start), Math.min(base + size, pages.end), managed(nid));
  }
  fillReserved(map, record);
  for (const region of memory) fillRest(map, books, region);
  fillMap(map, record, books);
  return map.list();
}

const nodeOf = (nid: Nid): Nid | null => (nid < 0 ? null : nid);
const managed = (nid: Nid): Fate => ({ reason: 'managed', node: nodeOf(nid) });

/** Whole pages that nobody had reserved when memblock handed over. */
function fillManaged(
  map: SpanMap<Fate>,
  record: RunRecord,
  { maxPfn }: RecordAccounting,
  { base, size, nid, flags }: RecordRegion,
): void {
  if (flags & MEMBLOCK_NOMAP) return;
  const reserved = record.memblock.reserved.map((r) => ({ start: r.base, end: r.base + r.size }));
  for (const free of without(base, base + size, reserved)) {
    const start = pfnUp(free.start);
    const end = Math.min(pfnDown(free.end), maxPfn);
    if (start < end) map.fill(pfnPhys(start), pfnPhys(end), managed(nid));
  }
}

function fillReserved(map: SpanMap<Fate>, record: RunRecord): void {
  const owners = reservedByOwner(record);
  for (const { base, size, nid } of record.memblockLate.memory)
    for (const { start, end, value } of clip(owners, base, base + size)) {
      const { kind, caller, step, words } = value;
      const cause =
        caller === '' ? 'no event tells' : `${caller.replace('#', ' (').replace(/\(.*/, '$&)')} in ${step}`;
      map.fill(start, end, {
        reason: { stage: 'reserved', owner: kind, what: words, cause },
        node: nodeOf(nid),
      });
    }
}

/** Memory that is neither free in whole pages nor reserved. */
function fillRest(map: SpanMap<Fate>, { maxPfn }: RecordAccounting, region: RecordRegion): void {
  const { base, size, nid, flags } = region;
  const node = nodeOf(nid);
  const end = base + size;
  const limit = maxPfn * PAGE_SIZE;
  if (flags & MEMBLOCK_NOMAP) map.fill(base, end, { reason: NOMAP, node });
  map.fill(base, Math.min(end, limit), { reason: TAIL, node });
  map.fill(Math.max(base, limit), end, { reason: BEYOND, node });
}

const TAIL: Reason = {
  stage: 'tail',
  owner: 'page-tail',
  what: 'free parts of pages whose rest is reserved',
  cause: 'memblock_free_all hands over whole pages',
};
const NOMAP: Reason = {
  stage: 'reserved',
  owner: 'nomap',
  what: 'memory that Linux does not map',
  cause: 'MEMBLOCK_NOMAP',
};
const BEYOND: Reason = {
  stage: 'kernel-map',
  owner: 'beyond-max-pfn',
  what: 'memory beyond what this kernel addresses',
  cause: 'max_pfn in setup_arch',
};
const TRIMMED: Reason = {
  stage: 'kernel-map',
  owner: 'page-tail',
  what: 'entries that do not begin or end on a page',
  cause: 'memblock_trim_memory in e820__memblock_setup',
};
const UNCOVERED: Reason = {
  stage: 'kernel-map',
  owner: 'kernel-map',
  what: 'usable memory that memblock never got, or lost again',
  cause: 'memblock_remove or a limit in setup_arch',
};
const ISA: Reason = {
  stage: 'firmware',
  owner: 'hole',
  what: 'behind the video memory and the BIOS, 640 KiB to 1 MiB',
  cause: 'not in the map',
};

/** What the map lists and Linux has not taken as memory. */
function fillMap(map: SpanMap<Fate>, record: RunRecord, books: RecordAccounting): void {
  const pieces = mapPieces(books);
  const lost = lostReasons(record, books.changes);
  for (const { start, end, value } of pieces) {
    if (value.isDevice) map.fill(start, end, { reason: 'device', node: null });
    else if (value.type !== E820_TYPE_RAM) map.fill(start, end, { reason: byType(value.type), node: null });
    else {
      fillTails(map, start, end);
      for (const span of clip(lost, start, end))
        map.fill(span.start, span.end, { reason: span.value, node: null });
      map.fill(start, end, { reason: UNCOVERED, node: null });
    }
  }
  const hole = isaHole(pieces);
  if (hole) map.fill(hole.start, hole.end, { reason: ISA, node: null });
}

/** The parts of pages at both ends of a usable entry, where they are not memory. */
function fillTails(map: SpanMap<Fate>, start: number, end: number): void {
  const first = pfnPhys(pfnUp(start));
  const last = pfnPhys(pfnDown(end));
  map.fill(start, Math.min(first, end), { reason: TRIMMED, node: null });
  map.fill(Math.max(last, start), end, { reason: TRIMMED, node: null });
}

function byType(type: number): Reason {
  const text = e820TypeText(type);
  return {
    stage: 'firmware',
    owner: 'firmware',
    what: `${text}, says the firmware`,
    cause: `type ${type} in the firmware's map`,
  };
}
