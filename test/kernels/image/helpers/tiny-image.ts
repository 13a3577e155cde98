// A kernel image of 64 KiB, made by hand: an ELF file with the sections, symbols, tables and calls that a real one has, and a
// bzImage around it. Memory, physical without relocation:
//   0x1000000 .text      memblock_reserve, setup_arch (calls it twice, once through a function that jumps), start_kernel
//   0x1002000 .rodata    banner, parameter tables, kallsyms
//   0x100d000 .data
//   0x100e000 .init.text and the rest, to 0x1010000 _end
import { gzipSync } from 'node:zlib';
import { crc32 } from '../../../../src/kernels/image/crc32.ts';
import { concatBytes } from '../../../../src/lib/bytes.ts';

export const TEXT = 0x1000000;
const SIZE = 0x10000;
const RODATA = 0x2000;
const RODATA_SIZE = 0xb000;
const KALLSYMS = 0x3000;
const MAP = 0xffffffff80000000n;

export const BANNER = 'Linux version 6.5.0-tiny (a@b) (gcc) #1 SMP';

export type KallsymsLayout = 'offsets first' | 'offsets last' | 'places';

/** Name and offset from _text of each symbol beside the filler. */
export const SYMBOLS: readonly (readonly [string, number])[] = [
  ['_text', 0],
  ['_stext', 0],
  ['memblock_reserve', 0x100],
  ['reserves_by_jump', 0x200],
  ['setup_arch', 0x300],
  ['start_kernel', 0x400],
  ['setup_ro', 0x500],
  ['setup_any', 0x580],
  ['_etext', 0x1f00],
  ['__start_rodata', RODATA],
  ['linux_banner', RODATA],
  ['__start___param', RODATA + 0x800],
  ['__stop___param', RODATA + 0x850],
  ['__setup_start', RODATA + 0x900],
  ['__setup_end', RODATA + 0x948],
  ['__end_rodata', 0xd000],
  ['_sdata', 0xd000],
  ['sched_rr_timeslice', 0xd010],
  ['init_on_alloc', 0xd020],
  ['_edata', 0xd800],
  ['__init_begin', 0xe000],
  ['_sinittext', 0xe000],
  ['_einittext', 0xe400],
  ['real_mode_blob', 0xe400],
  ['real_mode_blob_end', 0xe401],
  ['__init_end', 0xf000],
  ['__bss_start', 0xf000],
  ['__bss_stop', 0xf800],
  ['__end_of_kernel_reserve', 0xf800],
  ['_end', 0x10000],
];

/** Enough that there is more than one marker. */
const FILLER = 600;

/** The per-CPU section: absolute addresses from 0 on where the layout has such, else part of the image. */
const PERCPU: readonly (readonly [string, number])[] = [
  ['__per_cpu_start', 0],
  ['__per_cpu_end', 0x400],
];

function sortedSymbols(): [string, number][] {
  const filler = Array.from({ length: FILLER }, (_, i): [string, number] => [
    `filler_function_${i}`,
    0x600 + i * 8,
  ]);
  return [...SYMBOLS.map(([name, at]): [string, number] => [name, at]), ...filler].sort(
    (a, b) => a[1] - b[1],
  );
}

class Writer {
  readonly data: Uint8Array;
  readonly view: DataView;

  constructor(size: number) {
    this.data = new Uint8Array(size);
    this.view = new DataView(this.data.buffer);
  }

  text(at: number, text: string): void {
    this.data.set(new TextEncoder().encode(text), at);
  }

  u64(at: number, value: number | bigint): void {
    this.view.setBigUint64(at, BigInt(value), true);
  }

  u32(at: number, value: number): void {
    this.view.setUint32(at, value >>> 0, true);
  }

  u16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
  }

  branch(at: number, opcode: number, to: number): void {
    this.data[at] = opcode;
    this.view.setInt32(at + 1, to - at - 5, true);
  }
}

const up = (at: number, to: number): number => Math.ceil(at / to) * to;
const address = (offset: number): bigint => MAP + BigInt(TEXT + offset);

/** Code 1 stands for `memblock_`, printable codes for themselves. */
function tokens(): string[] {
  return Array.from({ length: 256 }, (_, code) => {
    if (code === 1) return 'memblock_';
    return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : `<${code}>`;
  });
}

function writeKallsyms(memory: Writer, layout: KallsymsLayout): void {
  const align = layout === 'places' ? 4 : 8;
  const absolute = layout === 'offsets first' ? PERCPU : [];
  const linked =
    layout === 'offsets first' ? [] : PERCPU.map(([name, at]): [string, number] => [name, 0xe800 + at]);
  const symbols = [...absolute, ...[...sortedSymbols(), ...linked].sort((a, b) => a[1] - b[1])];
  let at = KALLSYMS;
  const offsets = (): void => {
    for (const [i, [, offset]] of symbols.entries()) {
      // a negative offset counts down from the base less one; a positive one is absolute
      if (i < absolute.length) memory.view.setInt32(at + 4 * i, offset, true);
      else if (layout === 'offsets first') memory.view.setInt32(at + 4 * i, -1 - offset, true);
      else memory.view.setInt32(at + 4 * i, layout === 'places' ? offset - (at + 4 * i) : offset, true);
    }
    at = up(at + 4 * symbols.length, 8);
    if (layout === 'places') return;
    memory.u64(at, address(0));
    at += 8;
  };
  if (layout === 'offsets first') offsets();
  memory.u32(at, symbols.length);
  at += align;
  const names = at;
  const markers: number[] = [];
  for (const [i, [name]] of symbols.entries()) {
    if (i % 256 === 0) markers.push(at - names);
    const bytes = [...`T${name}`.replace('memblock_', '\x01')].map((c) => c.charCodeAt(0));
    memory.data.set([bytes.length, ...bytes], at);
    at += bytes.length + 1;
  }
  at = up(at, align);
  for (const marker of markers) {
    memory.u32(at, marker);
    at += 4;
  }
  at = up(at, align);
  const table = at;
  const index: number[] = [];
  for (const token of tokens()) {
    index.push(at - table);
    memory.text(at, token);
    at += token.length + 1;
  }
  at = up(at, align);
  for (const place of index) {
    memory.u16(at, place);
    at += 2;
  }
  at = up(at, align);
  if (layout !== 'offsets first') offsets();
}

function writeTables(memory: Writer): void {
  memory.text(RODATA, `${BANNER}\n`);
  const strings = RODATA + 0x200;
  const names = ['mem', 'ro', 'console=', 'panic', 'usb.quirks'];
  const at = names.map((name, i) => {
    memory.text(strings + 16 * i, name);
    return address(strings + 16 * i);
  });
  const setup = (i: number, name: number, handler: number, early: number): void => {
    const entry = RODATA + 0x900 + 24 * i;
    memory.u64(entry, at[name] ?? 0);
    memory.u64(entry + 8, address(handler));
    memory.u32(entry + 16, early);
  };
  setup(0, 0, 0x580, 1);
  setup(1, 1, 0x500, 0);
  setup(2, 2, 0x580, 0);
  for (const [i, name] of [3, 4].entries()) memory.u64(RODATA + 0x800 + 40 * i, at[name] ?? 0);
  // setup_ro begins with cmpb $0, (%rdi)
  memory.data.set([0x31, 0xc0, 0x80, 0x3f, 0x00], 0x500);
}

/** The memory of the kernel. */
function memoryOf(layout: KallsymsLayout): Uint8Array {
  const memory = new Writer(SIZE);
  memory.branch(0x200 + 8, 0xe9, 0x100); // reserves_by_jump ends with a jump to memblock_reserve
  memory.branch(0x300 + 0x10, 0xe8, 0x100);
  memory.branch(0x300 + 0x20, 0xe8, 0x200);
  writeTables(memory);
  writeKallsyms(memory, layout);
  memory.u32(0xd010, 30); // RR_TIMESLICE: 100 ms at 300 Hz
  memory.u32(0xd020, 1);
  return memory.data;
}

export interface TinyOptions {
  readonly layout?: KallsymsLayout;
  readonly machine?: number;
  /** A .BTF section. */
  readonly btf?: Uint8Array;
}

const ELF_HEADER = 64;
const IN_FILE = 0x1000;

/** The kernel as an ELF file. */
export function tinyElf(options: TinyOptions = {}): Uint8Array {
  const memory = memoryOf(options.layout ?? 'offsets first');
  const btf = options.btf ?? new Uint8Array(0);
  const names = '\0.text\0.rodata\0.BTF\0.shstrtab\0';
  const btfAt = IN_FILE + SIZE;
  const namesAt = up(btfAt + btf.length, 8);
  const headersAt = up(namesAt + names.length, 8);
  const file = new Writer(headersAt + 5 * 64);
  file.data.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.u16(16, 2);
  file.u16(18, options.machine ?? 62);
  file.u64(32, ELF_HEADER);
  file.u64(40, headersAt);
  file.u16(56, 1);
  file.u16(60, 5);
  file.u16(62, 4);
  file.u32(ELF_HEADER, 1);
  file.u64(ELF_HEADER + 8, IN_FILE);
  file.u64(ELF_HEADER + 16, address(0));
  file.u64(ELF_HEADER + 32, SIZE);
  file.data.set(memory, IN_FILE);
  file.data.set(btf, btfAt);
  file.text(namesAt, names);
  const section = (i: number, name: string, at: bigint, offset: number, size: number): void => {
    const header = headersAt + 64 * i;
    file.u32(header, names.indexOf(name));
    file.u32(header + 4, 1);
    file.u64(header + 16, at);
    file.u64(header + 24, offset);
    file.u64(header + 32, size);
  };
  section(1, '.text', address(0), IN_FILE, RODATA);
  section(2, '.rodata', address(RODATA), IN_FILE + RODATA, RODATA_SIZE);
  section(3, '.BTF', 0n, btfAt, btf.length);
  section(4, '.shstrtab', 0n, namesAt, names.length);
  return file.data;
}

const u32 = (value: number): Uint8Array => {
  const writer = new Writer(4);
  writer.u32(0, value);
  return writer.data;
};

/** Compressed as the kernel's build does it, with the size behind it; without a compressor's cleverness. */
export const COMPRESS: Readonly<Record<'gzip' | 'xz' | 'lz4' | 'none', (data: Uint8Array) => Uint8Array>> = {
  none: (data) => data,
  gzip: (data) => gzipSync(data),
  lz4: (data) => {
    const lengths = (count: number): number[] => {
      const bytes: number[] = [];
      let rest = count - 15;
      for (; rest >= 255; rest -= 255) bytes.push(255);
      return [...bytes, rest];
    };
    const block = concatBytes([[0xf0], lengths(data.length), data]);
    return concatBytes([[0x02, 0x21, 0x4c, 0x18], u32(block.length), block, u32(data.length)]);
  },
  xz: (data) => {
    const chunks: (Uint8Array | number[])[] = [];
    for (let at = 0; at < data.length; at += 0x10000) {
      const piece = data.subarray(at, at + 0x10000);
      chunks.push([at === 0 ? 1 : 2, (piece.length - 1) >> 8, (piece.length - 1) & 255], piece);
    }
    const stored = concatBytes([...chunks, [0]]);
    const flags = [0, 1];
    const block = [2, 0, 0x21, 1, 16, 0, 0, 0];
    const padding = new Uint8Array(-stored.length & 3);
    const index = new Uint8Array(8);
    const footer = concatBytes([u32(index.length / 4), flags]);
    return concatBytes([
      [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
      flags,
      u32(crc32(Uint8Array.from(flags))),
      block,
      u32(crc32(Uint8Array.from(block))),
      stored,
      padding,
      u32(crc32(data)),
      index,
      u32(crc32(index)),
      u32(crc32(footer)),
      footer,
      [0x59, 0x5a],
      u32(data.length),
    ]);
  },
};

/** A bzImage around `payload`: one setup sector and 4 more, protocol 2.15. */
export function bzImage(
  payload: Uint8Array,
  change: (header: DataView) => void = () => undefined,
): Uint8Array {
  const start = 5 * 512;
  const file = new Writer(start + payload.length);
  file.data[0x1f1] = 4;
  file.u16(0x1fe, 0xaa55);
  file.text(0x202, 'HdrS');
  file.u16(0x206, 0x20f);
  file.u16(0x20e, 0x300);
  file.text(0x300 + 512, '6.5.0-tiny (a@b) #1 SMP');
  file.u32(0x230, 0x200000);
  file.u16(0x236, 1);
  file.u32(0x248, 0);
  file.u32(0x24c, payload.length);
  file.u64(0x258, 0x1000000);
  file.u32(0x260, 0x20000);
  file.data.set(payload, start);
  change(file.view);
  return file.data;
}
