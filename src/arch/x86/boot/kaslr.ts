// Mirrors the search for places of arch/x86/boot/compressed/kaslr.c (v6.1): where the decompressor may put the kernel.
import { alignDown, alignUp } from '../../../lib/align.ts';
import { GiB, MiB, type PhysAddr } from '../../../lib/units.ts';
import type { ImageFacts } from '../../../kernel/profile.ts';
import { memparse, Params } from '../../../kernel/params.ts';
import { findTable, subtables, u32 } from '../acpi_tables.ts';
import { E820_TYPE_RAM } from '../e820_texts.ts';
import { maxArchPfn } from '../layout.ts';
import type { BootParams } from './params.ts';

/** CONFIG_PHYSICAL_ALIGN: the places' distance. */
export const SLOT_SIZE = 2 * MiB;
const MAX_MEMMAP_REGIONS = 4;
const MAX_SLOT_AREA = 100;
const LOWEST = 512 * MiB;
const PUD_SIZE = GiB;
const EFI_CONVENTIONAL_MEMORY = 7;
const EFI_MEMORY_SP = 0x40000n;
const EFI_MEMORY_MORE_RELIABLE = 0x10000n;
const SRAT_ENTRIES = 48;

/** `count` places from `start` on, each 2 MiB from the next. */
export interface SlotArea {
  readonly start: PhysAddr;
  readonly count: number;
}

interface Region {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
}

type Image = Pick<ImageFacts, 'textStart' | 'imageEnd' | 'initSize'>;

/** Bytes that the decompressor looks for: the kernel from _text to _end. */
export const imageSize = ({ textStart, imageEnd }: Image): number => imageEnd - textStart;

/**
 * The places that a random address is drawn from; none with nokaslr, or where the search gives up (more than four memmap=).
 * The loader is taken to have put the kernel at its preferred address.
 */
export function kaslrSlots(found: BootParams, cmdline: string, image: Image, la57: boolean): SlotArea[] {
  const params = new Params(cmdline);
  if (params.has('nokaslr')) return [];
  const options = memOptions(params, maxArchPfn(la57) * 4096);
  if (options === null) return [];
  const { textStart, initSize } = image;
  const search = new SlotSearch(
    imageSize(image),
    alignUp(Math.min(textStart, LOWEST), SLOT_SIZE),
    options.limit,
    [
      // decompression: the compressed kernel stands at the end of the buffer
      { start: textStart, end: textStart + initSize },
      ...(found.ramdisk
        ? [{ start: found.ramdisk.image, end: found.ramdisk.image + found.ramdisk.size }]
        : []),
      ...options.avoid,
    ],
    options.gigantic,
  );
  const immovable = immovableMemory(found, params);
  for (const region of candidates(found)) {
    const parts = immovable.length === 0 ? [region] : immovable.map((part) => common(region, part));
    for (const part of parts) if (part.start < part.end) search.add(part);
  }
  return search.areas;
}

const common = (a: Region, b: Region): Region => ({
  start: Math.max(a.start, b.start),
  end: Math.min(a.end, b.end),
});

interface MemOptions {
  readonly limit: number;
  readonly avoid: readonly Region[];
  readonly gigantic: number;
}

/** mem=, memmap= and gigantic pages; null where there are more memmap= than the decompressor keeps (handle_mem_options). */
function memOptions(params: Params, most: number): MemOptions | null {
  let limit = most;
  const avoid: Region[] = [];
  let gigantic = 0;
  let sized = false;
  const lower = (size: number): void => {
    if (size > 0) limit = Math.min(limit, size);
  };
  for (const { name, value } of params.list) {
    if (value === null) continue;
    if (name === 'mem' && value !== 'nopentium') lower(memparse(value).value);
    else if (name === 'hugepagesz') sized = memparse(value).value === PUD_SIZE;
    else if (name === 'hugepages' && sized) gigantic = Number(/^\d+/.exec(value)?.[0] ?? 0);
    else if (name === 'memmap') {
      for (const text of value.split(',')) {
        const { value: size, rest } = memparse(text);
        if (text.startsWith('exactmap') || rest === text) break;
        if (avoid.length >= MAX_MEMMAP_REGIONS) return null;
        if (/^[#$!]/.test(rest)) {
          const start = memparse(rest.slice(1)).value;
          if (start > 0) avoid.push({ start, end: start + size });
          else lower(size);
        } else if (!rest.startsWith('@')) lower(size);
      }
    }
  }
  return { limit, avoid, gigantic };
}

/** Free memory of the EFI map where there is one, else usable entries of the E820 map. */
function candidates({ efi, e820 }: BootParams): Region[] {
  if (efi && efi.memmap.length > 0) {
    const mirrored = efi.memmap.some(({ attribute }) => (attribute & EFI_MEMORY_MORE_RELIABLE) !== 0n);
    return efi.memmap
      .filter(({ type, attribute }) => type === EFI_CONVENTIONAL_MEMORY && (attribute & EFI_MEMORY_SP) === 0n)
      .filter(({ attribute }) => !mirrored || (attribute & EFI_MEMORY_MORE_RELIABLE) !== 0n)
      .map(({ physAddr, numPages }) => ({
        start: Number(physAddr),
        end: Number(physAddr + numPages * 4096n),
      }));
  }
  return e820
    .filter(({ type }) => type === E820_TYPE_RAM)
    .map(({ addr, size }) => ({ start: Number(addr), end: Number(addr + size) }));
}

/** Memory of the SRAT that cannot be unplugged (count_immovable_mem_regions). */
function immovableMemory({ acpi }: BootParams, params: Params): Region[] {
  const srat = acpi === null || params.last('acpi') === 'off' ? null : findTable(acpi, 'SRAT');
  if (srat === null) return [];
  const regions: Region[] = [];
  for (const { type, bytes } of subtables(srat, SRAT_ENTRIES)) {
    if (type !== 1 || bytes.length < 40) continue;
    const flags = u32(bytes, 28);
    const wide = (at: number): number => u32(bytes, at) + u32(bytes, at + 4) * 2 ** 32;
    if ((flags & 1) !== 0 && (flags & 2) === 0) regions.push({ start: wide(8), end: wide(8) + wide(16) });
  }
  return regions;
}

/** __process_mem_region and process_gb_huge_pages. */
class SlotSearch {
  readonly areas: SlotArea[] = [];
  readonly #image: number;
  readonly #lowest: PhysAddr;
  readonly #limit: PhysAddr;
  readonly #avoid: readonly Region[];
  #gigantic: number;

  constructor(image: number, lowest: PhysAddr, limit: PhysAddr, avoid: readonly Region[], gigantic: number) {
    this.#image = image;
    this.#lowest = lowest;
    this.#limit = limit;
    this.#avoid = avoid;
    this.#gigantic = gigantic;
  }

  add({ start, end }: Region): void {
    const regionEnd = Math.min(end, this.#limit);
    for (let at = alignUp(Math.max(start, this.#lowest), SLOT_SIZE); at + this.#image <= regionEnd;) {
      const hit = this.#firstHit(at, regionEnd);
      if (hit === null) return this.#withoutGigantic(at, regionEnd);
      if (hit.start >= at + this.#image) this.#withoutGigantic(at, hit.start);
      at = alignUp(hit.end, SLOT_SIZE);
    }
  }

  #firstHit(start: PhysAddr, end: PhysAddr): Region | null {
    const hits = this.#avoid.filter((avoid) => avoid.start < end && avoid.end > start);
    return hits.reduce<Region | null>(
      (first, hit) => (first === null || hit.start < first.start ? hit : first),
      null,
    );
  }

  /** Leaves as many gigantic pages alone as hugepages= asks for. */
  #withoutGigantic(start: PhysAddr, end: PhysAddr): void {
    const first = alignUp(start, PUD_SIZE);
    const last = alignDown(end, PUD_SIZE);
    if (this.#gigantic === 0 || first >= last) return this.#store(start, end);
    if (first >= start + this.#image) this.#store(start, first);
    const pages = Math.min((last - first) / PUD_SIZE, this.#gigantic);
    this.#gigantic -= pages;
    const rest = first + pages * PUD_SIZE;
    if (end >= rest + this.#image) this.#store(rest, end);
  }

  #store(start: PhysAddr, end: PhysAddr): void {
    if (this.areas.length === MAX_SLOT_AREA) return;
    this.areas.push({ start, count: 1 + Math.floor((end - start - this.#image) / SLOT_SIZE) });
  }
}
