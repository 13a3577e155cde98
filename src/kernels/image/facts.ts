// Addresses and sizes of an image as early boot needs and prints them, from its symbols (arch/x86/kernel/vmlinux.lds.S, mm_init.c).
import { badImage } from './bytes.ts';
import type { Elf } from './elf.ts';
import { physical } from './elf.ts';
import type { Symbols } from './symbols.ts';
import type { ImageFacts } from '../../kernel/profile.ts';
import { alignUp } from '../../lib/align.ts';
import { KiB, PAGE_SIZE } from '../../lib/units.ts';

/** Facts that the linker's symbols say. */
export type LinkedFacts = Pick<
  ImageFacts,
  | 'textStart'
  | 'endOfKernelReserve'
  | 'imageEnd'
  | 'realModeSize'
  | 'codeK'
  | 'rwdataK'
  | 'rodataK'
  | 'initK'
  | 'bssK'
  | 'freedParts'
  | 'percpuStatic'
>;

interface Part {
  readonly start: number;
  readonly end: number;
}

/** What `Memory:` prints: parts that lie in another one are taken off it (mem_init_print_info). */
function printedSizes(
  symbols: Symbols,
): Pick<ImageFacts, 'codeK' | 'rwdataK' | 'rodataK' | 'initK' | 'bssK'> {
  const part = (from: string, to: string): Part => ({ start: symbols.need(from), end: symbols.need(to) });
  const text = part('_stext', '_etext');
  const data = part('_sdata', '_edata');
  const rodata = part('__start_rodata', '__end_rodata');
  const bss = part('__bss_start', '__bss_stop');
  const init = part('__init_begin', '__init_end');
  const initText = part('_sinittext', '_einittext');
  const size = ({ start, end }: Part): number => end - start;
  const less = (outer: Part, total: number, inner: Part): number =>
    outer.start <= inner.start && inner.start < outer.end && total > size(inner)
      ? total - size(inner)
      : total;
  const initData = less(init, size(init), initText);
  const code = less(text, less(text, size(text), initText), rodata);
  const rwdata = less(
    data,
    less(data, size(data), { start: init.start, end: init.start + initData }),
    rodata,
  );
  const inK = (bytes: number): number => Math.floor(bytes / KiB);
  return {
    codeK: inK(code),
    rwdataK: inK(rwdata),
    rodataK: inK(size(rodata)),
    initK: inK(initData + size(initText)),
    bssK: inK(size(bss)),
  };
}

/**
 * Parts that are given back, in the order of the log; a kernel without one of them leaves it out, but for the lock prefixes, the first:
 * since 7.3 they are an empty part.
 */
function freedParts(symbols: Symbols): Part[] {
  const up = (address: number): number => alignUp(address, PAGE_SIZE);
  const part = (from: string, to: string): Part[] => {
    const start = symbols.find(from);
    const end = symbols.find(to);
    if (start === undefined || end === undefined || up(start) >= up(end)) return [];
    return [{ start: up(start), end: up(end) }];
  };
  const [prefixes = { start: 0, end: 0 }] = part('__smp_locks', '__smp_locks_end');
  return [
    prefixes,
    ...part('__start_bss_decrypted_unused', '__end_bss_decrypted'),
    ...part('__init_begin', '__init_end'),
    ...part('_etext', '__start_rodata'),
    ...part('__end_rodata', '_sdata'),
  ];
}

/**
 * The facts of `elf` that its symbols say.
 * @throws InputError 'image' where a symbol that every x86-64 kernel has is missing
 */
export function linkedFacts(elf: Elf, symbols: Symbols): LinkedFacts {
  const textStart = symbols.need('_text');
  const text = elf.section('.text');
  if (!text || physical(text.address) !== textStart)
    throw badImage(
      `symbols (${symbols.from}): _text at 0x${textStart.toString(16)}: expected where .text is`,
    );
  return {
    textStart,
    endOfKernelReserve: symbols.need('__end_of_kernel_reserve'),
    imageEnd: symbols.need('_end'),
    realModeSize: alignUp(symbols.need('real_mode_blob_end') - symbols.need('real_mode_blob'), PAGE_SIZE),
    ...printedSizes(symbols),
    freedParts: freedParts(symbols),
    percpuStatic: symbols.need('__per_cpu_end') - symbols.need('__per_cpu_start'),
  };
}

const MOV_EDX = 0xba;
const MOV_ESI = 0xbe;
const MOV_EDI = 0xbf;
const CALL = 0xe8;

/** The constants that setup_per_cpu_areas passes to pcpu_embed_first_chunk: reserved and dynamic bytes; null where not seen. */
export function percpuSizes(elf: Elf, symbols: Symbols): { reserved: number; dynamic: number } | null {
  const caller = symbols.extent('setup_per_cpu_areas');
  const target = symbols.find('pcpu_embed_first_chunk');
  const code = caller && elf.memory(caller.start);
  if (!caller || !code || target === undefined) return null;
  const end = Math.min(caller.end - caller.start, code.length) - 5;
  // i386 passes them in eax and edx, and reserves nothing (PERCPU_FIRST_CHUNK_RESERVE)
  const moved: { edi?: number; esi?: number } = elf.wordBytes === 4 ? { edi: 0 } : {};
  const second = elf.wordBytes === 4 ? MOV_EDX : MOV_ESI;
  for (let at = 0; at < end; at++) {
    const opcode = code.u8(at);
    if (elf.wordBytes === 8 && opcode === MOV_EDI && code.u32(at + 1) % PAGE_SIZE === 0)
      moved.edi = code.u32(at + 1);
    if (opcode === second && code.u32(at + 1) % PAGE_SIZE === 0) moved.esi = code.u32(at + 1);
    if (opcode !== CALL || caller.start + at + 5 + code.i32(at + 1) !== target) continue;
    if (moved.edi === undefined || moved.esi === undefined) return null;
    return { reserved: moved.edi, dynamic: moved.esi };
  }
  return null;
}
