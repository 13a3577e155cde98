// Random firmware maps: what no firmware would make, as long as there is RAM where QEMU's q35 has it and a kernel finds room.
import { GiB, KiB, MiB } from '../../lib/units.ts';
import type { MapEntryDescription, MapTypeName } from '../spec/description.ts';
import type { Dice } from '../../lib/dice.ts';

/** Where a random map keeps things; bytes. */
export const RANDOM_LAYOUT = {
  /** Usable and nothing else: kernels of all versions are loaded here. */
  kernel: { start: 16 * MiB, end: 256 * MiB },
  /** ACPI tables, and nothing else. */
  tables: { start: 0x78000000, end: 0x78010000 },
  /** RAM ends here below 4 GiB. */
  below4G: 2 * GiB,
} as const;

type Type = MapTypeName | number;
interface Entry {
  readonly start: number;
  readonly size: number;
  readonly type: Type;
}

const OTHER_TYPES: readonly [Type, ...Type[]] = [
  ...(['reserved', 'reserved', 'ACPI NVS', 'ACPI NVS', 'unusable', 'persistent', 'soft reserved'] as const),
  12,
];
const ODD = 0x1800;

/** A map, and where its memory ends above 4 GiB (4 GiB where there is none). */
export function randomMap(dice: Dice): { readonly map: MapEntryDescription[]; readonly end: number } {
  const end = highEnd(dice);
  const entries: Entry[] = [
    { start: 0, size: dice.pick([0x9fc00, 0x90000, 0xa0000, 0x8f000, 0x9d400]), type: 'usable' },
    ...(dice.chance(0.8) ? [{ start: 0xf0000, size: 0x10000, type: 'reserved' } as const] : []),
    ...pieces(dice, {
      start: dice.pick([MiB, MiB, 2 * MiB, MiB + 64 * KiB]),
      end: dice.pick([0x7ffdf000, 0x7f000000, 0x7fffffff, 0x7ff00123]),
      from: RANDOM_LAYOUT.kernel.end,
      to: 0x70000000,
      gaps: [0, 0, 4 * KiB, 2 * MiB, 16 * MiB, ODD],
    }),
    ...pieces(dice, {
      start: 4 * GiB,
      end,
      from: 4 * GiB,
      to: end,
      gaps: [0, 0, 4 * KiB, 33 * MiB, 128 * MiB],
    }),
  ];
  const others = dice.between(0, 8);
  for (let i = 0; i < others; i++) entries.push(other(dice, end));
  const { tables } = RANDOM_LAYOUT;
  entries.push({ start: tables.start, size: tables.end - tables.start, type: 'ACPI data' });
  const ordered = dice.chance(0.6) ? dice.shuffled(entries) : entries;
  return { map: ordered.map(asText), end };
}

function highEnd(dice: Dice): number {
  if (dice.chance(0.15)) return 4 * GiB;
  const size = dice.pick([4 * GiB, 3 * GiB + 0x345000, 2 * GiB + 0x1001, GiB + 513 * MiB, 3900 * MiB]);
  return 4 * GiB + (dice.chance(0.1) ? 8 * size : size);
}

/** Usable memory from `start` to `end`, cut up to five times between `from` and `to`, with gaps behind the cuts. */
function pieces(
  dice: Dice,
  range: {
    readonly start: number;
    readonly end: number;
    readonly from: number;
    readonly to: number;
    readonly gaps: readonly [number, ...number[]];
  },
): Entry[] {
  const entries: Entry[] = [];
  let at = range.start;
  const align = dice.pick([4 * KiB, 4 * KiB, 2 * MiB, KiB]);
  const cuts = range.from < range.to ? dice.cuts(dice.between(0, 5), range.from, range.to, align) : [];
  for (const cut of [...cuts, range.end]) {
    if (cut > at) entries.push({ start: at, size: cut - at, type: 'usable' });
    at = Math.max(at, cut + dice.pick(range.gaps));
  }
  return entries;
}

/** A slice of another type over usable memory, or where nothing is. */
function other(dice: Dice, end: number): Entry {
  const start = dice.pick([
    dice.aligned(RANDOM_LAYOUT.kernel.end, 0x70000000, 4 * KiB),
    end > 4 * GiB ? dice.aligned(4 * GiB, end, dice.pick([512, 4 * KiB, 2 * MiB])) : 0x60000000,
    dice.aligned(0x80000000, 0xf0000000, MiB),
  ]);
  const size = dice.pick([0x1000, 0x800, MiB, 51 * MiB, 128 * MiB]);
  const free = start < RANDOM_LAYOUT.tables.start ? RANDOM_LAYOUT.tables.start - start : size;
  return { start, size: Math.min(size, free), type: dice.pick(OTHER_TYPES) };
}

function asText(entry: Entry): MapEntryDescription {
  return {
    start: `0x${entry.start.toString(16)}`,
    size: `0x${entry.size.toString(16)}`,
    type: entry.type,
  };
}
