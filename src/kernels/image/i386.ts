// What a 32-bit image says of itself. Debian's carry the symbols of functions only, and no types: places come from the sections,
// sizes from what the ABI makes of 6.1's structs.
import { badImage, Bytes } from './bytes.ts';
import { physical, type Elf, type Section } from './elf.ts';
import type { LinkedFacts } from './facts.ts';
import type { StructFacts } from './structs.ts';
import { alignUp } from '../../lib/align.ts';
import { KiB, PAGE_SIZE } from '../../lib/units.ts';

interface Extent {
  readonly start: number;
  readonly end: number;
}

function extent(elf: Elf, name: string): Extent {
  const section = elf.section(name);
  const start = section && physical(section.address);
  if (!section || start === null || start === undefined)
    throw badImage(`ELF file: no section ${name}: expected a Linux kernel for i386`);
  return { start, end: start + section.size };
}

/** The trampoline of 6.1 for i386, in whole pages; the symbols that say so are not in the image. */
const REAL_MODE_SIZE = 16 * KiB;

/** Where things are (arch/x86/kernel/vmlinux.lds.S): each part begins with the section that the linker puts first in it. */
export function linked32(elf: Elf): LinkedFacts {
  const up = (address: number): number => alignUp(address, PAGE_SIZE);
  const text = extent(elf, '.text');
  const rodata = { start: extent(elf, '.rodata').start, end: up(extent(elf, '.notes').end) };
  const data = extent(elf, '.data');
  const percpu = extent(elf, '.data..percpu');
  const init = { start: extent(elf, '.init.text').start, end: up(percpu.end) };
  const locks = extent(elf, '.smp_locks');
  const bss = extent(elf, '.bss');
  const brk = extent(elf, '.brk');
  const inK = ({ start, end }: Extent): number => Math.floor((end - start) / KiB);
  return {
    textStart: text.start,
    endOfKernelReserve: up(bss.end),
    imageEnd: up(brk.end),
    realModeSize: REAL_MODE_SIZE,
    codeK: inK(text),
    rwdataK: inK(data),
    rodataK: inK(rodata),
    initK: inK(init),
    bssK: inK(bss),
    freedParts: [{ start: up(locks.start), end: up(locks.end) }, init], // the gaps stay (mark_rodata_ro)
    percpuStatic: percpu.end - percpu.start,
  };
}

/** Sizes of 6.1's structs on i386: 64-bit fields are aligned to 4 bytes, a physical address has 4 or 8 of them. */
export function structs32(pae: boolean): StructFacts {
  const facts: StructFacts['facts'] = {
    sizeofPglistData: 0, // contig_page_data is a part of the image
    sizeofMemSection: 0, // flat memory has no sections
    sizeofMemSectionUsage: 0,
    sizeofPcpuChunk: 92,
    sizeofPcpuBlockMd: 32,
    sizeofPrbDesc: 12,
    sizeofPrintkInfo: 88,
    sizeofIoTlbSlot: pae ? 16 : 12,
    sizeofIoTlbArea: 12,
    sizes: {
      resource: pae ? 40 : 32,
      firmware_map_entry: 64,
      nosave_region: 16,
    },
    structPage: { size: 40, flags: 0, lru: 4, private: 20, mapcount: 24, refcount: 28 },
  };
  return { facts, assumed: Object.keys(facts) };
}

/** `Linux version …`: the first text of the form, since /proc/version's has a %s in its place. */
export function banner32(elf: Elf): string {
  const rodata = elf.section('.rodata') as Section;
  const sought = new TextEncoder().encode('Linux version ');
  const { data } = rodata.bytes;
  for (let at = 0; at + sought.length < data.length; at++) {
    if (sought.some((byte, i) => data[at + i] !== byte)) continue;
    const text = rodata.bytes.text(at, 1024).replace(/\n$/, '');
    if (/^Linux version \d+\.\d+.* #\d/.test(text)) return text;
  }
  throw badImage('no "Linux version …" in .rodata: expected a Linux kernel');
}

/** struct obs_kernel_param: name, function, early. */
const SETUP_ENTRY = 12;
/** A kernel has hundreds of parameters; fewer entries in a row are something else. */
const LEAST_ENTRIES = 50;

/**
 * The table of __setup and early_param: the longest run of entries in .init.data with a name and a function.
 * @throws InputError 'image' where there is none
 */
export function setupTable32(elf: Elf): Bytes {
  const inCode = (address: number): boolean =>
    ['.text', '.init.text'].some((name) => {
      const { start, end } = extent(elf, name);
      return address >= start && address < end;
    });
  const { bytes } = elf.section('.init.data') as Section;
  const isEntry = (at: number): boolean => {
    const name = physical(bytes.word(at, 4));
    const run = physical(bytes.word(at + 4, 4));
    return bytes.u32(at + 8) <= 1 && name !== null && run !== null && inCode(run);
  };
  let best = { at: 0, count: 0 };
  for (let at = 0; at + SETUP_ENTRY <= bytes.length;) {
    let count = 0;
    while (at + (count + 1) * SETUP_ENTRY <= bytes.length && isEntry(at + count * SETUP_ENTRY)) count++;
    if (count > best.count) best = { at, count };
    at += count > 0 ? count * SETUP_ENTRY : 4;
  }
  if (best.count < LEAST_ENTRIES) throw badImage('parameters: no table of __setup entries in .init.data');
  return bytes.part(best.at, best.count * SETUP_ENTRY, 'parameters');
}
