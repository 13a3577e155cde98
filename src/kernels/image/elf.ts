// A kernel's ELF file: its sections by name and its memory by address (gABI, little-endian, x86-64 and i386).
import { badImage, Bytes, type WordBytes } from './bytes.ts';

/** __START_KERNEL_map: what the kernel's own addresses are above its physical ones without relocation. */
export const START_KERNEL_MAP = 0xffffffff80000000n;
const MAP_SIZE = 0x80000000n;
/** The same of a 32-bit kernel: CONFIG_PAGE_OFFSET of the usual split, 3 GiB to processes. */
export const PAGE_OFFSET_32 = 0xc0000000n;
const MAP_END_32 = 0x100000000n;

const ET_EXEC = 2;
const ET_DYN = 3;
const EM_386 = 3;
const EM_X86_64 = 62;
const CLASS_32 = 1;
const CLASS_64 = 2;
const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const MAX_HEADERS = 4096;

/** The physical address of a kernel address, without relocation; null for addresses outside the kernel's mapping. */
export function physical(address: bigint): number | null {
  if (address >= PAGE_OFFSET_32 && address < MAP_END_32) return Number(address - PAGE_OFFSET_32);
  const offset = address - START_KERNEL_MAP;
  return offset >= 0n && offset < MAP_SIZE ? Number(offset) : null;
}

export interface Section {
  readonly name: string;
  readonly type: number;
  /** As linked. */
  readonly address: bigint;
  readonly size: number;
  /** Empty for what has no bytes in the file. */
  readonly bytes: Bytes;
  /** Index of the section with this one's names, for symbol tables. */
  readonly link: number;
}

/** Where the fields of the headers are, in bytes. */
const LAYOUT = {
  4: {
    programs: { at: 28, count: 44, bytes: 32, address: 8, offset: 4, size: 16 },
    sections: { at: 32, count: 48, names: 50, bytes: 40, address: 12, offset: 16, size: 20, link: 24 },
  },
  8: {
    programs: { at: 32, count: 56, bytes: 56, address: 16, offset: 8, size: 32 },
    sections: { at: 40, count: 60, names: 62, bytes: 64, address: 16, offset: 24, size: 32, link: 40 },
  },
} as const;

interface Segment {
  /** Physical address without relocation. */
  readonly start: number;
  readonly bytes: Bytes;
}

/** A kernel's ELF file. */
export class Elf {
  readonly sections: readonly Section[];
  /** Bytes of a pointer and of a long. */
  readonly wordBytes: WordBytes;
  readonly #segments: readonly Segment[];

  /** @throws InputError 'image' where it is no kernel for x86, or cut off */
  constructor(data: Uint8Array) {
    const file = new Bytes(data, 'ELF file');
    if (file.u32(0) !== 0x464c457f) throw badImage('ELF file: no ELF magic');
    const machine = file.u16(18);
    const known =
      (file.u8(4) === CLASS_64 && machine === EM_X86_64) || (file.u8(4) === CLASS_32 && machine === EM_386);
    if (!known || file.u8(5) !== 1)
      throw badImage(
        `ELF file: class ${file.u8(4)}, data ${file.u8(5)}, machine ${machine}: expected little-endian x86-64 (class 2, machine 62) ` +
          'or i386 (class 1, machine 3)',
      );
    this.wordBytes = file.u8(4) === CLASS_32 ? 4 : 8;
    const type = file.u16(16);
    if (type !== ET_EXEC && type !== ET_DYN)
      throw badImage(`ELF file: type ${type}: expected a linked kernel (2), not an object file`);
    this.#segments = segments(file, this.wordBytes);
    this.sections = sections(file, this.wordBytes);
    if (this.#segments.length === 0)
      throw badImage('ELF file: nothing is loaded at a kernel address: expected a Linux kernel');
  }

  section(name: string): Section | undefined {
    return this.sections.find((section) => section.name === name);
  }

  /** The symbol table's section, where the file has not been stripped. */
  get symtab(): Section | undefined {
    return this.sections.find((section) => section.type === SHT_SYMTAB);
  }

  /** What is in memory from `address` (physical without relocation) to the end of its segment's bytes; null where nothing is. */
  memory(address: number): Bytes | null {
    for (const { start, bytes } of this.#segments) {
      if (address < start || address >= start + bytes.length) continue;
      return bytes.part(address - start, bytes.length - (address - start));
    }
    return null;
  }
}

function segments(file: Bytes, wordBytes: WordBytes): Segment[] {
  const form = LAYOUT[wordBytes].programs;
  const at = file.wordSize(form.at, wordBytes);
  const count = file.u16(form.count);
  const found: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const header = file.part(at + i * form.bytes, form.bytes, 'ELF program header');
    const start = physical(header.word(form.address, wordBytes));
    if (header.u32(0) !== PT_LOAD || start === null) continue;
    const size = header.wordSize(form.size, wordBytes);
    found.push({ start, bytes: file.part(header.wordSize(form.offset, wordBytes), size, 'ELF segment') });
  }
  return found;
}

function sections(file: Bytes, wordBytes: WordBytes): Section[] {
  const form = LAYOUT[wordBytes].sections;
  const at = file.wordSize(form.at, wordBytes);
  const count = file.u16(form.count);
  if (at === 0 || count === 0)
    throw badImage('ELF file: no section headers: expected a kernel with its sections');
  if (count > MAX_HEADERS) throw badImage(`ELF file: ${count} sections: expected at most ${MAX_HEADERS}`);
  const headers = Array.from({ length: count }, (_, i) =>
    file.part(at + i * form.bytes, form.bytes, 'ELF section header'),
  );
  const names = headers[file.u16(form.names)];
  if (!names) throw badImage('ELF file: no section names');
  const offsetOf = (header: Bytes): number => header.wordSize(form.offset, wordBytes);
  const text = file.part(offsetOf(names), names.wordSize(form.size, wordBytes), 'ELF section names');
  return headers.map((header) => {
    const type = header.u32(4);
    const size = header.wordSize(form.size, wordBytes);
    const name = text.text(header.u32(0), 256);
    const bytes = file.part(
      type === SHT_NOBITS ? 0 : offsetOf(header),
      type === SHT_NOBITS || type === 0 ? 0 : size,
      `section ${name}`,
    );
    const address = header.word(form.address, wordBytes);
    return { name, type, address, size, bytes, link: header.u32(form.link) };
  });
}
