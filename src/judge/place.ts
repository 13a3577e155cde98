// Where kernel and initrd go: usable memory of the described map, as a boot loader looks for it.
import { alignDown } from '../lib/align.ts';
import { InputError } from '../lib/input-error.ts';
import type { Range } from '../lib/ranges.ts';
import { GiB, hex, MiB, PAGE_SIZE } from '../lib/units.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { usableRanges, without } from '../machine/usable.ts';
import type { BzImage } from './bzimage.ts';
import { imageRangeText } from './bzimage.ts';

/** initrd_addr_max of x86 (Documentation/arch/x86/boot.rst). */
const INITRD_END = 2 * GiB;

/** Addresses in bytes. */
export interface Places {
  readonly image: number;
  readonly initrd: number;
}

/**
 * The image where the description puts it, or at the address that it prefers; the initrd where the description has one, if that will do, else as high below 2 GiB
 * as there is room. `tables` are the described bytes in memory: neither may lie on them.
 * @throws InputError 'map' where one does not fit
 */
export function placesFor(
  spec: MachineSpec,
  image: BzImage,
  initrdBytes: number,
  tables: readonly Range[],
): Places {
  const place = spec.kernelAt;
  const at = place !== null && place !== 'unknown' && 'text' in place ? place.text : image.prefAddress;
  const end = at + image.initSize;
  const free = usableRanges(spec.map, MiB, 4 * GiB).flatMap((range) => without(range, sorted(tables)));
  const holds = (start: number, stop: number): boolean =>
    free.some((range) => range.start <= start && range.end >= stop);
  if (!holds(at, end))
    throw new InputError(
      'map',
      `${spec.origin.path}: no room for the kernel: ${image.release} needs ${imageRangeText(image, at)}, expected usable memory ` +
        `there, below 4 GiB and without tables`,
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
