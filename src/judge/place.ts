// Where kernel and initrd go: usable memory of the described map, as a boot loader looks for it.
import { alignDown } from '../lib/align.ts';
import { InputError } from '../lib/input-error.ts';
import { RangeSet, type Range } from '../lib/ranges.ts';
import { GiB, hex, MiB, PAGE_SIZE } from '../lib/units.ts';
import type { MachineSpec, MapEntry } from '../machine/spec.ts';
import type { BzImage } from './bzimage.ts';
import { imageRangeText } from './bzimage.ts';

const TYPE_RAM = 1;
/** initrd_addr_max of x86 (Documentation/arch/x86/boot.rst). */
const INITRD_END = 2 * GiB;

/** Addresses in bytes. */
export interface Places {
  readonly image: number;
  readonly initrd: number;
}

/** Parts of [from, to) that are usable and nothing else, sorted: what other entries touch is left out. */
export function usableRanges(map: readonly MapEntry[], from: number, to: number): Range[] {
  const usable = new RangeSet();
  for (const range of rangesOf(map, true, from, to)) usable.add(range.start, range.end);
  const others = new RangeSet();
  for (const range of rangesOf(map, false, from, to)) others.add(range.start, range.end);
  return usable.list().flatMap((range) => without(range, others.list()));
}

function rangesOf(map: readonly MapEntry[], ram: boolean, from: number, to: number): Range[] {
  const clip = (value: bigint): number =>
    Number(value < BigInt(from) ? BigInt(from) : value > BigInt(to) ? BigInt(to) : value);
  return map
    .filter((entry) => (entry.type === TYPE_RAM) === ram)
    .map((entry) => ({ start: clip(entry.addr), end: clip(entry.addr + entry.size) }))
    .filter((range) => range.start < range.end);
}

/** `range` without `holes`, which are sorted. */
function without(range: Range, holes: readonly Range[]): Range[] {
  const left: Range[] = [];
  let at = range.start;
  for (const hole of holes) {
    if (hole.end <= at || hole.start >= range.end) continue;
    if (hole.start > at) left.push({ start: at, end: hole.start });
    at = hole.end;
  }
  if (at < range.end) left.push({ start: at, end: range.end });
  return left;
}

/** Where the kernel goes: where the machine's EFI stub put it, else where it prefers. */
export function imageAddress({ efi }: MachineSpec, image: BzImage): number {
  return efi?.kernelAddr || image.prefAddress;
}

/**
 * The image at its address; the initrd where the description has one, if that will do, else as high below 2 GiB
 * as there is room. `tables` are the described bytes in memory: neither may lie on them.
 * @throws InputError 'map' where one does not fit
 */
export function placesFor(
  spec: MachineSpec,
  image: BzImage,
  initrdBytes: number,
  tables: readonly Range[],
): Places {
  const at = imageAddress(spec, image);
  const end = at + image.initSize;
  const free = usableRanges(spec.map, MiB, 4 * GiB).flatMap((range) => without(range, sorted(tables)));
  const holds = (start: number, stop: number): boolean =>
    free.some((range) => range.start <= start && range.end >= stop);
  if (!holds(at, end))
    throw new InputError(
      'map',
      `${spec.origin.path}: no room for the kernel: ${image.release} needs ${imageRangeText(image, at)}, expected usable memory ` +
        `there, without tables`,
    );
  const wanted = spec.initrd?.image;
  const clear = (start: number): boolean => start >= end || start + initrdBytes <= at;
  if (
    wanted !== undefined &&
    wanted % PAGE_SIZE === 0 &&
    clear(wanted) &&
    holds(wanted, wanted + initrdBytes)
  )
    return { image: at, initrd: wanted };
  const around = free.flatMap((range) => without(range, [{ start: at, end }]));
  const starts = around
    .map((range) => ({
      range,
      start: alignDown(Math.min(range.end, INITRD_END) - initrdBytes, PAGE_SIZE),
    }))
    .filter(({ range, start }) => start >= range.start)
    .map(({ start }) => start);
  if (starts.length === 0)
    throw new InputError(
      'map',
      `${spec.origin.path}: no room for an initrd of ${initrdBytes} bytes below ${hex(INITRD_END)} beside the kernel at ` +
        imageRangeText(image, at),
    );
  return { image: at, initrd: Math.max(...starts) };
}

function sorted(ranges: readonly Range[]): Range[] {
  return [...ranges].sort((a, b) => a.start - b.start);
}
