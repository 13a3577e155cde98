// The parameters that an image knows: __setup and early_param in .init.setup, module and core parameters in __param.
import type { Elf } from './elf.ts';
import { physical } from './elf.ts';
import type { Symbols } from './symbols.ts';
import { badImage, type Bytes } from './bytes.ts';
import type { KnownParams } from '../../kernel/profile.ts';

/** struct obs_kernel_param: name, function, early (include/linux/init.h). */
const SETUP_ENTRY = 24;
/** struct kernel_param: name, module, ops, perm, level, flags, arg (include/linux/moduleparam.h). */
const PARAM_ENTRY = 40;
const MAX_ENTRIES = 20_000;
/** Bytes of a setup function in which a check of its argument's first character counts as its first deed. */
const FIRST_DEEDS = 24;

function* entries(elf: Elf, symbols: Symbols, from: string, to: string, size: number): Generator<Bytes> {
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

const textAt = (elf: Elf, address: bigint): string | null => {
  const at = physical(address);
  return at === null ? null : (elf.memory(at)?.text(0, 128) ?? null);
};

/** `cmpb $0, (%rdi)` at the beginning: the function refuses what goes on after its name. */
function refusesMore(elf: Elf, address: bigint): boolean {
  const at = physical(address);
  const code = at === null ? null : elf.memory(at);
  if (!code) return false;
  for (let i = 0; i < Math.min(FIRST_DEEDS, code.length - 3); i++)
    if (code.u8(i) === 0x80 && code.u8(i + 1) === 0x3f && code.u8(i + 2) === 0) return true;
  return false;
}

const sorted = (names: Iterable<string>): string[] =>
  [...new Set(names)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/**
 * The names in the image's tables, each sorted.
 * @throws InputError 'image' where a table is damaged
 */
export function knownParams(elf: Elf, symbols: Symbols): KnownParams {
  const early: string[] = [];
  const setup: string[] = [];
  const whole: string[] = [];
  for (const entry of entries(elf, symbols, '__setup_start', '__setup_end', SETUP_ENTRY)) {
    const name = textAt(elf, entry.u64(0));
    if (name === null || name === '') continue;
    if (entry.u32(16) !== 0) early.push(name);
    else {
      setup.push(name);
      if (refusesMore(elf, entry.u64(8)) && !name.endsWith('=')) whole.push(name);
    }
  }
  const core: string[] = [];
  for (const entry of entries(elf, symbols, '__start___param', '__stop___param', PARAM_ENTRY)) {
    const name = textAt(elf, entry.u64(0));
    if (name !== null && !name.includes('.')) core.push(name);
  }
  return { early: sorted(early), setup: sorted(setup), wholeSetup: sorted(whole), core: sorted(core) };
}
