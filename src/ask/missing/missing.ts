// `missing`: from what is installed to MemTotal, and to what is free when init starts; each byte in exactly one row.
import type { RecordAccounting, RecordZone, RunRecord } from '../../init/record.ts';
import { Failure } from '../../lib/failure.ts';
import { InputError } from '../../lib/input-error.ts';
import type { Span } from '../../lib/spans.ts';
import { MiB, PAGE_SIZE, pfnPhys, type Nid } from '../../lib/units.ts';
import { splitMemmap } from './memmap-tail.ts';
import { memoryPieces, type Fate } from './pieces.ts';
import type { Missing, MissingRow, Stage, TakenRow } from './types.ts';

/** What is known of the machine beside its map. */
export interface MissingOptions {
  /** Installed memory in bytes, as DMI or a delivery note tells it. */
  readonly installedBytes?: number | undefined;
}

const STAGES: readonly Stage[] = ['firmware', 'kernel-map', 'reserved', 'tail'];

/**
 * Where the memory of a boot went.
 * @throws Failure where Linux panics on the machine, InputError 'file' for a record without its books
 */
export function missingMemory(record: RunRecord, options: MissingOptions = {}): Missing {
  if (record.panic !== undefined) throw new Failure(`${record.machine}: ${record.panic}`);
  const books = record.accounting;
  if (books === undefined)
    throw new InputError(
      'file',
      `${record.machine}: the record has no "accounting": expected one of this version`,
    );
  const pieces = memoryPieces(record, books);
  const sumOf = (reason: Fate['reason']): number =>
    sum(pieces, (span) => (span.value.reason === reason ? size(span) : 0));
  const memTotalBytes = sum(record.zones, (zone) => zone.managedPages) * PAGE_SIZE;
  const rows = splitMemmap(rowsOf(record, pieces), record);
  const twice = memTotalBytes - sumOf('managed');
  if (twice !== 0) rows.push(countedTwice(twice));
  const mapBytes = memTotalBytes + sum(rows, (row) => row.bytes);
  const { installedBytes = mapBytes } = options;
  if (installedBytes !== mapBytes) rows.unshift(notInMap(installedBytes - mapBytes));
  const taken = takenRows(record, books);
  return {
    machine: record.machine,
    kernel: record.kernel,
    cmdline: record.cmdline,
    installedBytes,
    installedFrom: options.installedBytes === undefined ? 'map' : 'given',
    deviceBytes: sumOf('device'),
    memTotalBytes,
    freeAtInitBytes: Math.max(0, memTotalBytes - sum(taken, (row) => row.bytes)),
    rows,
    taken,
  };
}

const size = ({ start, end }: { readonly start: number; readonly end: number }): number => end - start;

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** Pieces of one reason, node and zone in one row; by stage, the largest first. */
function rowsOf(record: RunRecord, pieces: readonly Span<Fate>[]): MissingRow[] {
  const bytes = new Map<string, MissingRow>();
  for (const span of pieces) {
    const { reason, node } = span.value;
    if (reason === 'managed' || reason === 'device') continue;
    for (const part of byZone(record.zones, span, node)) {
      const row = { ...reason, bytes: part.bytes, pages: 0, node, zone: part.zone };
      const key = [row.stage, row.owner, row.what, row.cause, node ?? '', row.zone ?? ''].join('\0');
      const known = bytes.get(key);
      bytes.set(key, known ? { ...known, bytes: known.bytes + row.bytes } : row);
    }
  }
  return [...bytes.values()]
    .map((row) => ({ ...row, pages: Math.floor(row.bytes / PAGE_SIZE) }))
    .sort((a, b) => STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || b.bytes - a.bytes);
}

/** How a span lies in the zones of its node; what is in none of them has zone null. */
function byZone(
  zones: readonly RecordZone[],
  { start, end }: { readonly start: number; readonly end: number },
  node: Nid | null,
): { zone: string | null; bytes: number }[] {
  if (node === null) return [{ zone: null, bytes: end - start }];
  const parts: { zone: string | null; bytes: number }[] = [];
  let at = start;
  for (const zone of zones.filter((z) => z.node === node)) {
    const from = Math.max(at, pfnPhys(zone.startPfn));
    const to = Math.min(end, pfnPhys(zone.startPfn + zone.spannedPages));
    if (from >= to) continue;
    if (at < from) parts.push({ zone: null, bytes: from - at });
    parts.push({ zone: zone.name, bytes: to - from });
    at = to;
  }
  if (at < end) parts.push({ zone: null, bytes: end - at });
  return parts;
}

/** Pages that came back twice, or that no zone has: the kernel's own books do not add up there. */
function countedTwice(bytes: number): MissingRow {
  const what = bytes > 0 ? 'pages that came back to their zones twice' : 'free pages that no zone counts';
  const cause = 'managed pages against the pages that were freed';
  const row = { stage: 'tail', owner: 'books', what, cause, bytes: -bytes } as const;
  return { ...row, pages: -bytes / PAGE_SIZE, node: null, zone: null };
}

function notInMap(bytes: number): MissingRow {
  const what =
    bytes > 0
      ? 'installed, and not in the firmware’s map at all'
      : 'reserved entries of the map that are no memory after all';
  const row = {
    stage: 'firmware',
    owner: 'not-in-map',
    what,
    cause: 'installed against the map',
    bytes,
  } as const;
  return { ...row, pages: Math.floor(bytes / PAGE_SIZE), node: null, zone: null };
}

/** What MemTotal counts and is gone when init starts. */
function takenRows(record: RunRecord, { returned, takenPages, pmdPages }: RecordAccounting): TakenRow[] {
  const rows: TakenRow[] = [];
  const gigantic = new Map<Nid | null, number>();
  for (const { what, start, end } of returned) {
    if (what !== 'hugetlb') continue;
    const region = record.memblockLate.memory.find((r) => start >= r.base && start < r.base + r.size);
    const node = region === undefined || region.nid < 0 ? null : region.nid;
    gigantic.set(node, (gigantic.get(node) ?? 0) + end - start);
  }
  for (const [node, bytes] of gigantic)
    rows.push({
      owner: 'hugetlb',
      what: 'pages of 1 GiB',
      cause: 'hugepages=',
      bytes,
      node,
      estimate: false,
    });
  if (pmdPages > 0) {
    const bytes = pmdPages * 2 * MiB;
    rows.push({
      owner: 'hugetlb',
      what: 'pages of 2 MiB',
      cause: 'hugepages=',
      bytes,
      node: null,
      estimate: true,
    });
  }
  const what = 'slabs, stacks and tables of the kernel up to its first process';
  const bytes = takenPages * PAGE_SIZE;
  rows.push({
    owner: 'kernel',
    what,
    cause: 'the page allocator, mem_init to smp_init',
    bytes,
    node: null,
    estimate: true,
  });
  return rows;
}
