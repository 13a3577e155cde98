// The parameters that an image knows: __setup and early_param in .init.setup, module and core parameters in __param.
import type { Elf } from './elf.ts';
import { physical } from './elf.ts';
import type { Symbols } from './symbols.ts';
import { badImage, type Bytes } from './bytes.ts';
import { setupTable32 } from './i386.ts';
import type { KnownParams } from '../../kernel/profile.ts';

/** struct obs_kernel_param: name, function, early (include/linux/init.h). Bytes, by those of a pointer. */
const SETUP_ENTRY = { 4: 12, 8: 24 } as const;
/** struct kernel_param: name, module, ops, perm, level, flags, arg (include/linux/moduleparam.h). */
const PARAM_ENTRY = { 4: 20, 8: 40 } as const;
/** The modrm byte of the argument behind a pointer: (%eax) and (%rdi). */
const ARGUMENT = { 4: 0x38, 8: 0x3f } as const;
const MAX_ENTRIES = 20_000;
/** Bytes of a setup function in which a check of its argument's first character counts as its first deed. */
const FIRST_DEEDS = 24;

/** The entries between two symbols; of a 32-bit kernel, which has none for its data, those of a table that is found otherwise. */
function* entries(elf: Elf, symbols: Symbols, from: string, to: string, size: number): Generator<Bytes> {
  if (elf.wordBytes === 4) {
    const found = from === '__setup_start' ? setupTable32(elf) : (elf.section('__param')?.bytes ?? null);
    for (let at = 0; found !== null && at + size <= found.length; at += size)
      yield found.part(at, size, 'parameters');
    return;
  }
  const start = symbols.need(from);
  const end = symbols.need(to);
  const count = (end - start) / size;
  if (!Number.isInteger(count) || count < 0 || count > MAX_ENTRIES)
    throw badImage(
      `parameters: ${from} to ${to}: ${end - start} bytes: expected a table of ${size} bytes an entry`,
    );
  const table = count === 0 ? null : elf.memory(start);
  for (let i = 0; i < count && table; i++) yield table.part(i * size, size, 'parameters');
}

/** The name at `address`; null for what a command line cannot give: nothing, or blanks in it. */
const nameAt = (elf: Elf, address: bigint): string | null => {
  const at = physical(address);
  const text = at === null ? undefined : elf.memory(at)?.text(0, 128);
  return text !== undefined && /^\S+$/.test(text) ? text : null;
};

/** `cmpb $0, (%rdi)` or `(%eax)` at the beginning: the function refuses what goes on after its name. */
function refusesMore(elf: Elf, address: bigint): boolean {
  const at = physical(address);
  const code = at === null ? null : elf.memory(at);
  if (!code) return false;
  for (let i = 0; i < Math.min(FIRST_DEEDS, code.length - 3); i++)
    if (code.u8(i) === 0x80 && code.u8(i + 1) === ARGUMENT[elf.wordBytes] && code.u8(i + 2) === 0)
      return true;
  return false;
}

const sorted = (names: Iterable<string>): string[] =>
  [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/**
 * The names in the image's tables, each sorted.
 * @throws InputError 'image' where a table is damaged
 */
export function knownParams(elf: Elf, symbols: Symbols): KnownParams {
  const { wordBytes } = elf;
  const early: string[] = [];
  const setup: string[] = [];
  const whole: string[] = [];
  for (const entry of entries(elf, symbols, '__setup_start', '__setup_end', SETUP_ENTRY[wordBytes])) {
    const name = nameAt(elf, entry.word(0, wordBytes));
    if (name === null) continue;
    if (entry.u32(2 * wordBytes) !== 0) early.push(name);
    else {
      setup.push(name);
      if (refusesMore(elf, entry.word(wordBytes, wordBytes)) && !name.endsWith('=')) whole.push(name);
    }
  }
  const core: string[] = [];
  for (const entry of entries(elf, symbols, '__start___param', '__stop___param', PARAM_ENTRY[wordBytes])) {
    const name = nameAt(elf, entry.word(0, wordBytes));
    if (name !== null && !name.includes('.')) core.push(name);
  }
  return { early: sorted(early), setup: sorted(setup), wholeSetup: sorted(whole), core: sorted(core) };
}
