// Totals by owner that add up to what the log's `Memory:` line calls reserved.
import type { RunRecord } from '../../init/record.ts';
import { clip, SpanMap, without, type Span } from '../../lib/spans.ts';
import { PAGE_SIZE, pfnDown, pfnPhys, pfnUp } from '../../lib/units.ts';
import { reservedByOwner, type Owner } from '../owners/owners.ts';

/** Bytes of whole pages that are not free, by who has them; parts of pages that nobody has are theirs whose rest it is not. */
export interface ReservedTotals {
  /** The figure of the `Memory:` line, in bytes. */
  readonly reservedBytes: number;
  /** The same as the log prints it; null where it prints none. */
  readonly loggedBytes: number | null;
  /** Largest first; they add up to `reservedBytes`. */
  readonly rows: readonly { readonly owner: string; readonly what: string; readonly bytes: number }[];
}

const TAIL: Pick<Owner, 'kind' | 'words'> = {
  kind: 'data',
  words: 'free parts of pages whose rest is reserved',
};

/** Who has what of present memory when the kernel prints its `Memory:` line. */
export function reservedTotals(record: RunRecord): ReservedTotals {
  const owners = reservedByOwner(record);
  const free = new SpanMap<null>();
  for (const { start, end } of freeBefore(record)) free.fill(start, end, null);
  const sums = new Map<string, { owner: string; what: string; bytes: number }>();
  const count = ({ kind, words }: Pick<Owner, 'kind' | 'words'>, bytes: number): void => {
    if (bytes === 0) return;
    const known = sums.get(words);
    if (known) known.bytes += bytes;
    else sums.set(words, { owner: kind, what: words, bytes });
  };
  for (const page of presentSpans(record))
    for (const taken of without(page.start, page.end, free.list())) {
      const owned = clip(owners, taken.start, taken.end);
      for (const { start, end, value } of owned) count(value, end - start);
      count(TAIL, taken.end - taken.start - owned.reduce((sum, { start, end }) => sum + end - start, 0));
    }
  const rows = [...sums.values()].sort((a, b) => b.bytes - a.bytes);
  return {
    reservedBytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    loggedBytes: loggedReserved(record.log),
    rows,
  };
}

/** Pages that zones count as present: whole pages of memory. */
function presentSpans({ memblock }: RunRecord): { start: number; end: number }[] {
  return memblock.memory
    .map(({ base, size }) => ({ start: pfnPhys(pfnUp(base)), end: pfnPhys(pfnDown(base + size)) }))
    .filter(({ start, end }) => start < end);
}

/** What the line does not call reserved: freed by memblock_free_all, CMA's, and what came back before the line. */
function freeBefore(record: RunRecord): { start: number; end: number }[] {
  const books = record.accounting;
  const limit = books?.maxPfn ?? Infinity;
  const reserved: Omit<Span<null>, 'value'>[] = record.memblock.reserved.map(({ base, size }) => ({
    start: base,
    end: base + size,
  }));
  const pages = record.memblock.memory.flatMap(({ base, size }) =>
    without(base, base + size, reserved).map(({ start, end }) => ({
      start: pfnPhys(pfnUp(start)),
      end: Math.min(pfnDown(end), limit) * PAGE_SIZE,
    })),
  );
  const back = (books?.returned ?? []).filter(
    ({ what, beforeMemoryLine }) => what === 'cma' || beforeMemoryLine,
  );
  return [...pages, ...back].filter(({ start, end }) => start < end);
}

const LINE = /\bMemory: (\d{1,15})K\/(\d{1,15})K available \(.*?(\d{1,15})K reserved/;

/** Figures of the `Memory:` line in bytes. */
export interface MemoryLine {
  readonly availableBytes: number;
  readonly presentBytes: number;
  readonly reservedBytes: number;
}

/** The first `Memory:` line of a log; null where there is none. */
export function memoryLine(log: readonly string[]): MemoryLine | null {
  for (const line of log) {
    const match = LINE.exec(line);
    if (!match) continue;
    const [available = 0, present = 0, reserved = 0] = match.slice(1).map((text) => Number(text) * 1024);
    return { availableBytes: available, presentBytes: present, reservedBytes: reserved };
  }
  return null;
}

function loggedReserved(log: readonly string[]): number | null {
  return memoryLine(log)?.reservedBytes ?? null;
}
