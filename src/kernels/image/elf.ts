// A kernel's ELF file: its sections by name and its memory by address (gABI, 64-bit little-endian x86-64 only).
import { badImage, Bytes } from './bytes.ts';

/** __START_KERNEL_map: what the kernel's own addresses are above its physical ones without relocation. */
export const START_KERNEL_MAP = 0xffffffff80000000n;
const MAP_SIZE = 0x80000000n;

const ET_EXEC = 2;
const ET_DYN = 3;
const EM_X86_64 = 62;
const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SECTION_HEADER = 64;
const PROGRAM_HEADER = 56;
const MAX_HEADERS = 4096;

/** The physical address of a kernel address, without relocation; null for addresses outside the kernel's mapping. */
export function physical(address: bigint): number | null {
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

interface Segment {
  /** Physical address without relocation. */
  readonly start: number;
  readonly bytes: Bytes;
}

/** A kernel's ELF file. */
export class Elf {
  readonly sections: readonly Section[];
  readonly #segments: readonly Segment[];

  /** @throws InputError 'image' where it is no x86-64 kernel, or cut off */
  constructor(data: Uint8Array) {
    const file = new Bytes(data, 'ELF file');
    if (file.u32(0) !== 0x464c457f) throw badImage('ELF file: no ELF magic');
    const machine = file.u16(18);
    if (file.u8(4) !== 2 || file.u8(5) !== 1 || machine !== EM_X86_64)
      throw badImage(
        `ELF file: class ${file.u8(4)}, data ${file.u8(5)}, machine ${machine}: expected 64 bits, little-endian, x86-64 (62)`,
      );
    const type = file.u16(16);
    if (type !== ET_EXEC && type !== ET_DYN)
      throw badImage(`ELF file: type ${type}: expected a linked kernel (2), not an object file`);
    this.#segments = segments(file);
    this.sections = sections(file);
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

function segments(file: Bytes): Segment[] {
  const at = file.size(32);
  const count = file.u16(56);
  const found: Segment[] = [];
  for (let i = 0; i < count; i++) {
    const header = file.part(at + i * PROGRAM_HEADER, PROGRAM_HEADER, 'ELF program header');
    const start = physical(header.u64(16));
    if (header.u32(0) !== PT_LOAD || start === null) continue;
    found.push({ start, bytes: file.part(header.size(8), header.size(32), 'ELF segment') });
  }
  return found;
}

function sections(file: Bytes): Section[] {
  const at = file.size(40);
  const count = file.u16(60);
  if (at === 0 || count === 0)
    throw badImage('ELF file: no section headers: expected a kernel with its sections');
  if (count > MAX_HEADERS) throw badImage(`ELF file: ${count} sections: expected at most ${MAX_HEADERS}`);
  const headers = Array.from({ length: count }, (_, i) =>
    file.part(at + i * SECTION_HEADER, SECTION_HEADER, 'ELF section header'),
  );
  const names = headers[file.u16(62)];
  if (!names) throw badImage('ELF file: no section names');
  const text = file.part(names.size(24), names.size(32), 'ELF section names');
  return headers.map((header) => {
    const type = header.u32(4);
    const size = header.size(32);
    const name = text.text(header.u32(0), 256);
    const bytes = file.part(
      type === SHT_NOBITS ? 0 : header.size(24),
      type === SHT_NOBITS || type === 0 ? 0 : size,
      `section ${name}`,
    );
    return { name, type, address: header.u64(16), size, bytes, link: header.u32(40) };
  });
}
