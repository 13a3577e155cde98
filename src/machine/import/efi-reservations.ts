// An EFI boot that did not print its memory map (efi=debug) still shows the firmware's part of it where memblock=debug
// was on: what the kernel reserved for EFI. These lines state facts of the firmware that no other line holds.
import type { EfiInfo, EfiMemoryDescriptor } from '../../arch/x86/boot/params.ts';
import type { MapEntry } from '../spec.ts';
import { MAX_EFI_DESCRIPTORS } from '../spec/limits.ts';
import type { LogText } from './lines.ts';
import { addressOf, placeOf, refuseMore, sizeOf } from './numbers.ts';

const RESERVE = /^(?:__)?memblock_reserve: \[0x([0-9a-f]+)-0x([0-9a-f]+)\].* (efi_[a-z0-9_]+)/;
const EFI_PAGE_SIZE = 4096n;
const BOOT_SERVICES_DATA = 4;
const CONVENTIONAL = 7;
const MAPPED_IO = 11;
const USABLE = 1;

interface Span {
  readonly start: bigint;
  readonly end: bigint;
}

/** `efi` with the map, its own place and the attributes table's size as far as the reservations show them. */
export function efiWithReservations(
  efi: EfiInfo | null,
  lines: readonly LogText[],
  map: readonly MapEntry[],
  path: string,
): EfiInfo | null {
  // mapped I/O is told of by lines of its own
  if (efi === null || efi.memmap.some(({ type }) => type !== MAPPED_IO)) return efi;
  const bootServices: Span[] = [];
  let memmap: Span = { start: 0n, end: 0n };
  let memattr: Span = { start: 0n, end: 0n };
  for (const { text, line } of lines) {
    const match = /^(__)?memblock_reserve: /.test(text) ? RESERVE.exec(text) : null;
    if (!match) continue;
    const where = placeOf(path, line);
    const start = BigInt(addressOf(match[1] ?? '', where));
    const span = { start, end: start + BigInt(sizeOf(match[1] ?? '', match[2] ?? '', where)) };
    refuseMore(bootServices.length, MAX_EFI_DESCRIPTORS, 'reservations of boot services', where);
    if (match[3] === 'efi_reserve_boot_services') bootServices.push(span);
    else if (match[3] === 'efi_memblock_x86_reserve_range') memmap = span;
    else if (match[3] === 'efi_memattr_init') memattr = span;
  }
  return {
    ...efi,
    memmapAddr: Number(memmap.start),
    memmapSize: Number(memmap.end - memmap.start),
    memattrSize: Number(memattr.end - memattr.start),
    memmap: [
      ...bootServices.map((span) => descriptor(BOOT_SERVICES_DATA, span)),
      ...conventional(map, bootServices).map((span) => descriptor(CONVENTIONAL, span)),
      ...efi.memmap,
    ],
  };
}

function descriptor(type: number, { start, end }: Span): EfiMemoryDescriptor {
  return { type, physAddr: start, numPages: (end - start) / EFI_PAGE_SIZE, attribute: 0n };
}

/** Usable memory that no boot service holds: where the EFI stub looks for a place for the kernel. */
function conventional(map: readonly MapEntry[], taken: readonly Span[]): Span[] {
  const byStart = (a: Span, b: Span): number => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0);
  const holes = [...taken].sort(byStart);
  return map
    .filter((entry) => entry.type === USABLE)
    .map(({ addr, size }) => ({ start: addr, end: addr + size }))
    .flatMap((range) => without(range, holes));
}

/** What is left of `range`; `holes` are in ascending order and may overlap. */
function without({ start, end }: Span, holes: readonly Span[]): Span[] {
  const free: Span[] = [];
  for (const hole of holes) {
    if (hole.start >= end) break;
    if (hole.end <= start) continue;
    if (hole.start > start) free.push({ start, end: hole.start });
    start = hole.end;
  }
  return start < end ? [...free, { start, end }] : free;
}
