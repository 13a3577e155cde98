// Assertions about memory: the firmware's map, who reserved what, zones, struct pages.
import type { Boot } from '../api/boot.ts';
import type { ZoneName } from '../api/names.ts';
import { e820TypeText } from '../arch/x86/e820_table.ts';
import { describeCaller } from '../ask/explain/explain.ts';
import type { RecordMemblockEvent, RecordZone } from '../init/record.ts';
import { hex, type Nid, type PhysAddr } from '../lib/units.ts';
import { diffRuns, differingPages, parseRuns } from '../mm/memmap/compare_runs.ts';
import { diffLines } from '../text/diff_lines.ts';
import { cut, differing, memRange, type Finding } from './finding.ts';

/** A line of the map as the kernel prints it, `[mem 0x…-0x…] usable`, or its parts; `end` is the last byte, types are INT 15h's. */
export type ExpectedEntry =
  string | { readonly start: PhysAddr; readonly end: PhysAddr; readonly type: number };

const entryText = (entry: ExpectedEntry): string =>
  typeof entry === 'string'
    ? entry.replace(/^.*?\[mem/, '[mem')
    : `${memRange(entry.start, entry.end)} ${e820TypeText(entry.type)}`;

/** Whether the firmware's map is this one, entry by entry, in firmware order. */
export function firmwareMap(boot: Boot, expected: readonly ExpectedEntry[]): Finding {
  const want = expected.map(entryText);
  const have = boot.e820.map(entryText);
  const entries = diffLines(want, have);
  if (entries.every(({ kind }) => kind === 'same')) return null;
  const lines = entries.map((entry) => {
    if (entry.kind === 'right') return `+ BIOS-e820: ${have[entry.right]}`;
    return `${entry.kind === 'left' ? '-' : ' '} BIOS-e820: ${want[entry.left]}`;
  });
  return differing(
    `the firmware map of ${boot.record.machine} differs (- expected, + handed over)`,
    cut(lines),
  );
}

/** Bytes [start, start + size). */
export interface ByteRange {
  readonly start: PhysAddr;
  readonly size: number;
}

/** Who is to have reserved a range. */
export interface ReservedBy {
  /** The function that took it, as memblock=debug names it, or the boot step: `reserve_crashkernel`, `setup_node_data`. */
  readonly by?: string;
}

/** Whether every byte is reserved when memblock hands memory over, and by whom. */
export function reserved(boot: Boot, { start, size }: ByteRange, { by }: ReservedBy = {}): Finding {
  const wrong = pieces(boot, start, start + size).flatMap(({ from, to }) => {
    if (!boot.memblock.isReserved(from)) return [`${memRange(from, to - 1)} is not reserved`];
    if (by === undefined) return [];
    const owner = boot.memblock.ownerOf(from);
    if (owner !== null && isBy(owner, by)) return [];
    return [`${memRange(from, to - 1)} ${ownerText(owner)}`];
  });
  if (wrong.length === 0) return null;
  const wish = by === undefined ? 'reserved' : `reserved by ${by}`;
  return differing(`expected ${memRange(start, start + size - 1)} to be ${wish}`, cut(wrong));
}

const isBy = ({ caller, step }: RecordMemblockEvent, by: string): boolean =>
  caller === by || caller.replace(/#.*/, '') === by || describeCaller(caller) === by || step === by;

const ownerText = (owner: RecordMemblockEvent | null): string =>
  owner === null
    ? 'is reserved, but no change of memblock took it'
    : `was taken by ${describeCaller(owner.caller)} in ${owner.step}`;

/** [start, end) cut where memblock's tables or changes begin or end. */
function pieces(boot: Boot, start: PhysAddr, end: PhysAddr): { from: PhysAddr; to: PhysAddr }[] {
  const edges = new Set([start, end]);
  for (const { base, size } of [...boot.memblock.reserved, ...boot.record.memblockEvents])
    for (const edge of [base, base + size]) if (edge > start && edge < end) edges.add(edge);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(1).map((to, i) => ({ from: sorted[i] as PhysAddr, to }));
}

/** What a zone must be; what is left out may be anything. Page frames and pages. */
export type ExpectedZone = Partial<Omit<RecordZone, 'node' | 'name'>>;

const PFN_KEYS: readonly string[] = ['startPfn'];

/** Whether a node has the zone, with these figures. */
export function zone(boot: Boot, node: Nid, name: ZoneName, expected: ExpectedZone = {}): Finding {
  const found = boot.zone(node, name);
  if (found === undefined) {
    const zones = boot.zones.filter((z) => z.node === node).map((z) => z.name);
    return `node ${node} has no zone ${name}: ${zones.length === 0 ? 'it has none' : `it has ${zones.join(', ')}`}`;
  }
  const text = (key: string, value: number): string =>
    PFN_KEYS.includes(key) ? `page frame ${hex(value)}` : `${value} pages`;
  const wrong = Object.entries(expected).flatMap(([key, value]) => {
    const is = Object.entries(found).find(([k]) => k === key)?.[1];
    if (is === value || typeof value !== 'number') return [];
    if (typeof is !== 'number') return [`${key}: no such figure`];
    return [`${key}: expected ${text(key, value)}, is ${text(key, is)} (${signed(is - value)})`];
  });
  return wrong.length === 0 ? null : differing(`node ${node}, zone ${name}`, wrong);
}

const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));

/** Whether two boots left the same struct pages. */
export function sameMemmap(a: Boot, b: Boot): Finding {
  const [left, right] = [a.memmapRuns(), b.memmapRuns()];
  if (left === null || right === null)
    return `${(left === null ? a : b).record.machine} was booted without a memmap: expected cpus: 'threads' or 'emulated'`;
  const { pages, differences } = diffRuns(parseRuns(left), parseRuns(right));
  if (differences.length === 0) return null;
  const lines = differences.map(
    ({ start, end, real, model }) =>
      `page frames ${hex(start)}-${hex(end - 1)}: ${real ?? 'no struct page'} | ${model ?? 'no struct page'}`,
  );
  return differing(
    `${differingPages(differences)} of ${pages} struct pages differ (first | second)`,
    cut(lines),
  );
}
