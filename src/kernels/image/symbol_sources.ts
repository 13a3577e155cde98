// A kernel's symbols, from whichever of three places has them, and the line that it prints first.
import { badImage } from './bytes.ts';
import { physical, START_KERNEL_MAP, type Elf } from './elf.ts';
import { banner32 } from './i386.ts';
import { kallsyms, type RawSymbols } from './kallsyms.ts';
import type { ImageFiles } from './read_files.ts';
import { Symbols } from './symbols.ts';
import { parseSystemMap } from './system_map.ts';

/** Kallsyms first: they are the image's own, and what %pS prints; then the symbol table, then a System.map that agrees with it. */
export function symbolsOf(elf: Elf, systemMap: ImageFiles['systemMap']): Symbols {
  const text = elf.section('.text');
  const textStart = text && physical(text.address);
  const rodata = elf.section('.rodata');
  const start = rodata && physical(rodata.address);
  if (!rodata || start === null || start === undefined || textStart === null || textStart === undefined)
    throw badImage('ELF file: no .text and .rodata sections at kernel addresses: expected a Linux kernel');
  const given = systemMap && new Symbols(parseSystemMap(systemMap.text, systemMap.name), systemMap.name);
  if (given && given.find('_text') !== textStart)
    throw badImage(
      `${given.from}: _text is not where the image has it: expected the same kernel's System.map`,
    );
  const own = kallsyms(rodata.bytes, start, elf.wordBytes);
  const found = own ? new Symbols(own, 'kallsyms') : symbolTable(elf);
  if (found && given) checkSame(found, given);
  if (found?.has('_text') === true) return found;
  if (given) return given;
  throw badImage('no symbols in the image: expected kallsyms or a symbol table, or --system-map FILE');
}

/** @throws InputError 'image' where the map is another build's */
function checkSame(own: Symbols, given: Symbols): void {
  for (const name of ['_etext', '_end', 'start_kernel', '__init_begin']) {
    const [ours, theirs] = [own.find(name), given.find(name)];
    if (ours === undefined || theirs === undefined || ours === theirs) continue;
    const at = (address: number): string => `0x${(START_KERNEL_MAP + BigInt(address)).toString(16)}`;
    throw badImage(`${given.from}: ${name} at ${at(theirs)}: expected ${at(ours)}, where the image has it`);
  }
}

/** The ELF symbol table of a vmlinux. */
function symbolTable(elf: Elf): Symbols | null {
  const table = elf.symtab;
  const names = table && elf.sections[table.link];
  if (!table || !names) return null;
  const rows: { name: string; address: number }[] = [];
  for (let at = 0; at + 24 <= table.bytes.length; at += 24) {
    const address = physical(table.bytes.u64(at + 8));
    const kind = table.bytes.u8(at + 4) & 15;
    if (address !== null && kind <= 2)
      rows.push({ name: names.bytes.text(table.bytes.u32(at), 512), address });
  }
  rows.sort((a, b) => a.address - b.address);
  const raw: RawSymbols = {
    names: rows.map((row) => row.name),
    types: '?'.repeat(rows.length),
    addresses: Float64Array.from(rows, (row) => row.address),
    absolute: new Map(),
  };
  return new Symbols(raw, 'symbol table');
}

/** The line that the kernel prints first. */
export function bannerOf(elf: Elf, symbols: Symbols): string {
  if (elf.wordBytes === 4 && !symbols.has('linux_banner')) return banner32(elf);
  const text = elf.memory(symbols.need('linux_banner'))?.text(0, 1024).replace(/\n$/, '') ?? '';
  if (!text.startsWith('Linux version '))
    throw badImage(`linux_banner: "${text.slice(0, 40)}": expected "Linux version …"`);
  return text;
}
