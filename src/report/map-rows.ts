// The physical map as rows of spans: what firmware said, memblock's owners, nodes, zones, and when pages were initialised.
import { e820TypeText } from '../arch/x86/e820_table.ts';
import type { RunRecord } from '../init/record.ts';
import { PAGE_SIZE, pfnPhys, type Nid } from '../lib/units.ts';
import { memoryFates, type FateKind } from './fates.ts';
import { kindWords, type OwnerKind } from '../ask/owners/owner-words.ts';
import { reservedByOwner } from '../ask/owners/owners.ts';
import { clip, joined, type Span } from '../lib/spans.ts';
import { addressRange, bytesText } from './text.ts';
import { plural } from '../lib/plural.ts';

/** How a cell looks: what it is, not which colour; pictures map it to colour, pattern and letter. */
export type CellLook =
  | { readonly kind: 'e820'; readonly type: number }
  | { readonly kind: 'free' }
  | { readonly kind: 'owner'; readonly owner: OwnerKind }
  | { readonly kind: 'node'; readonly node: Nid }
  | { readonly kind: 'zone'; readonly zone: string }
  | { readonly kind: 'fate'; readonly fate: FateKind };

export interface MapCell {
  readonly look: CellLook;
  /** A word for inside the cell. */
  readonly label: string;
  /** A sentence for hover and screen readers, without the address. */
  readonly about: string;
}

export interface MapRow {
  readonly name: string;
  /** What the row tells, for newcomers. */
  readonly about: string;
  readonly cells: readonly Span<MapCell>[];
}

/** All rows from top to bottom. */
export function mapRows(record: RunRecord): MapRow[] {
  return [firmwareRow(record), ownerRow(record), nodeRow(record), zoneRow(record), fateRow(record)];
}

const E820_RAM = 1;

function firmwareRow(record: RunRecord): MapRow {
  const cells = record.e820
    .filter(({ start, end }) => end >= start)
    .map(({ start, end, type }) => {
      const text = e820TypeText(type);
      const about = type === E820_RAM ? 'usable memory, says the firmware' : `"${text}", says the firmware`;
      return { start, end: end + 1, value: { look: { kind: 'e820' as const, type }, label: text, about } };
    })
    .sort((a, b) => a.start - b.start || b.end - a.end);
  return {
    name: 'firmware map',
    about: 'what the firmware (BIOS or EFI) told the kernel about each address: the e820 map',
    cells: apart(cells),
  };
}

/** Firmware entries may overlap; a picture shows the first of those that begin at or before an address. */
function apart(cells: readonly Span<MapCell>[]): Span<MapCell>[] {
  const out: Span<MapCell>[] = [];
  let at = -1;
  for (const cell of cells) {
    const start = Math.max(cell.start, at);
    if (start >= cell.end) continue;
    out.push({ ...cell, start });
    at = cell.end;
  }
  return out;
}

function ownerRow(record: RunRecord): MapRow {
  const reserved = reservedByOwner(record).map(({ start, end, value }): Span<MapCell> => {
    const by = value.caller === '' ? '' : ` by ${value.caller.replace('#', ' (').replace(/\(.*/, '$&)')}`;
    const step = value.step === '' ? '' : ` in boot step ${value.step}`;
    return {
      start,
      end,
      value: {
        look: { kind: 'owner', owner: value.kind },
        label: kindWords(value.kind).name,
        about: `${value.words}: reserved${by}${step}`,
      },
    };
  });
  const free = record.memblockLate.memory.flatMap((region) => {
    const end = region.base + region.size;
    const taken = clip(reserved, region.base, end);
    return gaps(region.base, end, taken).map(({ start, end: to }): Span<MapCell> => {
      const look: CellLook = { kind: 'free' };
      return { start, end: to, value: { look, label: 'free', about: 'free: goes to the page allocator' } };
    });
  });
  return {
    name: 'who reserved it',
    about: 'memblock, the allocator of early boot: what is free, and for what the rest was reserved',
    cells: [...reserved, ...free].sort((a, b) => a.start - b.start),
  };
}

function gaps(start: number, end: number, taken: readonly Span<MapCell>[]): { start: number; end: number }[] {
  const out: { start: number; end: number }[] = [];
  let at = start;
  for (const span of taken) {
    if (at < span.start) out.push({ start: at, end: span.start });
    at = Math.max(at, span.end);
  }
  if (at < end) out.push({ start: at, end });
  return out;
}

function nodeRow(record: RunRecord): MapRow {
  const spans = record.memblockLate.memory.map((region): Span<MapCell> => {
    const cpus = record.nodes.find((n) => n.id === region.nid)?.cpus.length ?? 0;
    return {
      start: region.base,
      end: region.base + region.size,
      value: {
        look: { kind: 'node', node: region.nid },
        label: `node ${region.nid}`,
        about: `memory of NUMA node ${region.nid}, which has ${plural(cpus, 'CPU')}`,
      },
    };
  });
  return {
    name: 'NUMA node',
    about: 'which processor socket (node) the memory belongs to: near memory is faster',
    cells: joined(spans, (a, b) => a.label === b.label),
  };
}

function zoneRow(record: RunRecord): MapRow {
  const memory = record.memblockLate.memory.map((r) => ({ start: r.base, end: r.base + r.size, value: r }));
  const cells = record.zones.flatMap((zone) => {
    const start = pfnPhys(zone.startPfn);
    const end = start + zone.spannedPages * PAGE_SIZE;
    const about =
      `zone ${zone.name} of node ${zone.node}: ${bytesText(zone.managedPages * PAGE_SIZE)} ` +
      'for the page allocator';
    return clip(memory, start, end)
      .filter((span) => span.value.nid === zone.node)
      .map((span): Span<MapCell> => ({
        start: span.start,
        end: span.end,
        value: { look: { kind: 'zone', zone: zone.name }, label: zone.name, about },
      }));
  });
  return {
    name: 'zone',
    about: 'zones sort memory by who can reach it: DMA and DMA32 are low addresses for simple devices',
    cells: joined(
      cells.sort((a, b) => a.start - b.start),
      (a, b) => a.about === b.about,
    ),
  };
}

const FATE_WORDS: Readonly<Record<FateKind, readonly [label: string, about: string]>> = {
  early: ['at once', 'initialised at once by the first CPU, before the others ran'],
  deferred: ['deferred', 'left for later: initialised by kernel threads, side by side'],
  grown: ['on demand', 'left for later, but needed before: initialised by the first CPU on demand'],
  reserved: ['reserved', 'reserved: the page allocator never gets it'],
};

function fateRow(record: RunRecord): MapRow {
  const cells = memoryFates(record).map(({ start, end, value }): Span<MapCell> => {
    const [label, about] = FATE_WORDS[value.kind];
    return { start, end, value: { look: { kind: 'fate', fate: value.kind }, label, about } };
  });
  return {
    name: 'when',
    about: "when the kernel filled in the pages' records (struct pages): at once, or deferred to threads",
    cells: joined(cells, (a, b) => a.label === b.label),
  };
}

/** Address, size and meaning of a cell in a line. */
export function cellTitle(cell: Span<MapCell>): string {
  return `${addressRange(cell.start, cell.end)} · ${bytesText(cell.end - cell.start)} · ${cell.value.about}`;
}

/** What a look means, in a word or two, for legends. */
export function lookWord(cell: MapCell): string {
  const { look } = cell;
  if (look.kind === 'fate') return FATE_WORDS[look.fate][0];
  if (look.kind === 'owner') return kindWords(look.owner).name;
  return cell.label;
}
