// The scale of the strip: addresses to horizontal places, so that 4 KiB at the bottom and 2 TiB at the top can be seen.
// The map is cut at its boundaries; each piece is about as wide as the logarithm of its size, holes less than half of
// that; inside a piece the scale is even. Which boundaries count: the coarse rows always, reservations from the largest down, below
// 4 GiB and above it apart.
import { GiB, hex, KiB, MiB, TiB, type PhysAddr } from '../lib/units.ts';
import type { MapRow } from './map-rows.ts';

export interface Piece {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
  readonly x: number;
  readonly width: number;
  /** Nothing of any row lies in it. */
  readonly hole: boolean;
}

export interface StripScale {
  readonly width: number;
  readonly pieces: readonly Piece[];
  /** Where an address lies; addresses outside the map are clamped to the ends. */
  readonly x: (address: PhysAddr) => number;
  /** The address at a place, clamped to the map. */
  readonly at: (x: number) => PhysAddr;
}

/** Pieces beyond the coarse rows' own: more would be too narrow to tell apart. */
const MAX_FINE_PIECES = 96;
const MAX_PIECES = 320;
const SMALLEST = 4096;
/** Below 4 GiB lie the BIOS, the kernel, devices and the small zones; that part is never narrower than this share. */
const LOW_END = 4 * GiB;
const LOW_SHARE = 0.25;
const HOLE_SHARE = 0.4;
/** Above 1, large ranges stand out more; at 2.2, 1 TiB is four times as wide as 64 MiB. */
const STEEPNESS = 2.2;

/** A scale of `width` units for `rows`; the row of owners is the fine one. */
export function stripScale(rows: readonly MapRow[], width: number): StripScale {
  const cuts = cutsOf(rows);
  const covered = coverage(rows);
  const raw = cuts.slice(0, -1).map((start, i) => {
    const end = cuts[i + 1] ?? start;
    const hole = !covered(start, end);
    const weight = (Math.log2(1 + (end - start) / SMALLEST) + 1) ** STEEPNESS;
    return { start, end, hole, weight: hole ? weight * HOLE_SHARE : weight };
  });
  const low = raw.reduce((sum, piece) => sum + (piece.end <= LOW_END ? piece.weight : 0), 0);
  const high = raw.reduce((sum, piece) => sum + (piece.end <= LOW_END ? 0 : piece.weight), 0);
  // on a machine of many nodes the low part keeps its share, however many pieces stand above it
  const share = high === 0 ? 1 : Math.max(low / (low + high), low > 0 ? LOW_SHARE : 0);
  let x = 0;
  const pieces = raw.map(({ start, end, hole, weight }): Piece => {
    const part = end <= LOW_END ? (weight / low) * share : (weight / high) * (1 - share);
    const piece = { start, end, hole, x, width: part * width };
    x += piece.width;
    return piece;
  });
  return {
    width,
    pieces,
    x: (address) => place(pieces, width, address),
    at: (wanted) => addressAt(pieces, wanted),
  };
}

function cutsOf(rows: readonly MapRow[]): PhysAddr[] {
  const cuts = new Set<PhysAddr>([0]);
  const fine: { start: PhysAddr; end: PhysAddr }[] = [];
  for (const row of rows) {
    for (const cell of row.cells) {
      const small = cell.value.look.kind === 'owner' || cell.value.look.kind === 'fate';
      if (small || cell.value.look.kind === 'free') fine.push(cell);
      else cuts.add(cell.start).add(cell.end);
    }
  }
  fine.sort((a, b) => b.end - b.start - (a.end - a.start));
  const low = fine.filter((range) => range.end <= LOW_END);
  const high = fine.filter((range) => range.end > LOW_END);
  for (const ranges of [low, high]) {
    const limit = Math.min(MAX_PIECES, cuts.size + MAX_FINE_PIECES / 2);
    for (const { start, end } of ranges) {
      if (cuts.size >= limit) break;
      cuts.add(start).add(end);
    }
  }
  return [...cuts].sort((a, b) => a - b);
}

/** Tells whether any cell lies in a piece. */
function coverage(rows: readonly MapRow[]): (start: PhysAddr, end: PhysAddr) => boolean {
  const cells = rows.flatMap((row) => row.cells).sort((a, b) => a.start - b.start);
  const merged: { start: PhysAddr; end: PhysAddr }[] = [];
  for (const { start, end } of cells) {
    const last = merged.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return (start, end) => merged.some((range) => range.start < end && range.end > start);
}

function place(pieces: readonly Piece[], width: number, address: PhysAddr): number {
  const piece = pieces.find((p) => address < p.end);
  if (!piece) return width;
  if (address <= piece.start) return piece.x;
  return piece.x + ((address - piece.start) / (piece.end - piece.start)) * piece.width;
}

function addressAt(pieces: readonly Piece[], wanted: number): PhysAddr {
  const piece = pieces.find((p) => wanted < p.x + p.width) ?? pieces.at(-1);
  if (!piece) return 0;
  const share = Math.min(Math.max((wanted - piece.x) / piece.width, 0), 1);
  return Math.min(piece.end - 1, piece.start + Math.floor(share * (piece.end - piece.start)));
}

/** Addresses to label below the scale, the roundest first: 0, powers of two, then by how round they are. */
export function axisLabels(scale: StripScale): { readonly at: number; readonly text: string }[] {
  const addresses = new Set(scale.pieces.flatMap(({ start, end }) => [start, end]));
  return [...addresses]
    .sort((a, b) => roundness(b) - roundness(a) || a - b)
    .map((address) => ({ at: scale.x(address), text: addressText(address) }));
}

function roundness(address: PhysAddr): number {
  if (address === 0) return 100;
  let power = 0;
  let rest = address;
  while (rest % 2 === 0) {
    rest /= 2;
    power += 1;
  }
  return rest === 1 ? power + 60 : power;
}

/** An address as a size where it is round (`4 GiB`), else in hexadecimal. */
function addressText(address: PhysAddr): string {
  if (address === 0) return '0';
  const [unit, name] = (
    [
      [TiB, 'TiB'],
      [GiB, 'GiB'],
      [MiB, 'MiB'],
      [KiB, 'KiB'],
    ] as const
  ).find(([bytes]) => address % bytes === 0) ?? [1, ''];
  return name !== '' && address / unit < 10_000 ? `${address / unit} ${name}` : hex(address);
}
