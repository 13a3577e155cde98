// What of the firmware's map is memory at all: reserved entries that touch memory are, windows of devices are not.
import { E820_TYPE_RAM, E820_TYPE_RESERVED } from '../../arch/x86/e820_table.ts';
import { BIOS_BEGIN, ISA_END_ADDRESS } from '../../arch/x86/layout.ts';
import type { RecordAccounting } from '../../init/record.ts';
import { SpanMap, type Span } from '../../lib/spans.ts';
import { GiB, MiB, type PhysAddr } from '../../lib/units.ts';

/** Where PC hardware never has memory, whatever the map says. */
const NEVER_MEMORY: readonly (readonly [PhysAddr, PhysAddr])[] = [
  // IO-APICs, HPET, local APICs, flash (Intel PCH datasheets, "Memory Mapped Address Decode Ranges")
  [0xfec00000, 4 * GiB],
  // HyperTransport (AMD64 Architecture BKDG, "Memory Address Space")
  [0xfd_0000_0000, 0x100_0000_0000],
];

export interface MapPiece {
  readonly type: number;
  readonly isDevice: boolean;
}

/** The firmware's entries in order and apart, each told to be memory or not. Ends are exclusive. */
export function mapPieces(accounting: Pick<RecordAccounting, 'firmware'>): Span<MapPiece>[] {
  const entries = accounting.firmware
    .filter(({ start, end }) => end >= start)
    .map(({ start, end, type }) => ({ start, end: end + 1, type }))
    .sort((a, b) => a.start - b.start);
  const map = new SpanMap<MapPiece>();
  for (const [start, end] of NEVER_MEMORY)
    for (const entry of entries)
      if (entry.type === E820_TYPE_RESERVED)
        map.fill(Math.max(start, entry.start), Math.min(end, entry.end), {
          type: entry.type,
          isDevice: true,
        });
  for (const block of touching(entries)) {
    const isMemory = block.some(({ type, start }) => type !== E820_TYPE_RESERVED || start < MiB);
    for (const { start, end, type } of block) {
      const isDevice = type === E820_TYPE_RESERVED && !isMemory;
      map.fill(start, end, { type, isDevice });
    }
  }
  return [...map.list()];
}

interface Entry {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
  readonly type: number;
}

/** Entries without a gap between them, block by block. */
function touching(entries: readonly Entry[]): Entry[][] {
  const blocks: Entry[][] = [];
  let end = -1;
  for (const entry of entries) {
    if (entry.start <= end) blocks.at(-1)?.push(entry);
    else blocks.push([entry]);
    end = Math.max(end, entry.end);
  }
  return blocks;
}

/** 640 KiB to 1 MiB where the map is silent: there is memory behind it if there is some on both sides. */
export function isaHole(pieces: readonly Span<MapPiece>[]): { start: PhysAddr; end: PhysAddr } | null {
  const isRam = (span: Span<MapPiece>): boolean => span.value.type === E820_TYPE_RAM;
  const below = pieces.some((span) => isRam(span) && span.start < BIOS_BEGIN);
  const above = pieces.some((span) => isRam(span) && span.end > ISA_END_ADDRESS);
  return below && above ? { start: BIOS_BEGIN, end: ISA_END_ADDRESS } : null;
}
