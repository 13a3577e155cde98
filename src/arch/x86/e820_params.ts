// Mirrors parse_memopt and parse_memmap_opt of arch/x86/kernel/e820.c (v6.1): how the user changes the firmware's map.
import { kernelBug } from '../../kernel/panic.ts';
import { memparse64 } from '../../kernel/params.ts';
import { simpleStrtoull } from '../../lib/strtoul.ts';
import { ULLONG_MAX } from '../../lib/u64.ts';
import { E820_TYPE_ACPI, E820_TYPE_PRAM, E820_TYPE_RAM, E820_TYPE_RESERVED } from './e820_table.ts';
import type { X86State } from './state.ts';

/** mem=SIZE: no RAM at or above SIZE (parse_memopt). */
export function parseMemopt(x86: X86State, value: string | null): void | 'malformed' {
  if (value === 'nopentium') x86.ctx.printk.warn('e820: mem=nopentium ignored! (only supported on x86_32)');
  if (value === null || value === 'nopentium') return 'malformed';
  x86.userMemmap = true;
  const { value: memSize } = memparse64(value);
  if (memSize === 0n) return 'malformed';
  x86.e820.rangeRemove(memSize, ULLONG_MAX - memSize, E820_TYPE_RAM);
}

/** memmap=…,…: each form of Documentation/admin-guide/kernel-parameters.txt (parse_memmap_opt). */
export function parseMemmapOpt(x86: X86State, value: string | null): void {
  if (value === null) return;
  for (const one of value.split(',')) parseMemmapOne(x86, one);
}

/** BUG_ON(old_type == new_type) of __e820__range_update (6.1.192). */
const E820_UPDATE_BUG = { file: 'arch/x86/kernel/e820.c', line: 469 };

const MEMMAP_TYPES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '@': E820_TYPE_RAM,
    '#': E820_TYPE_ACPI,
    $: E820_TYPE_RESERVED,
    '!': E820_TYPE_PRAM,
  }),
);

function parseMemmapOne(x86: X86State, text: string): void {
  if (text.startsWith('exactmap')) {
    x86.e820.clear();
    x86.userMemmap = true;
    return;
  }
  const { value: size, rest } = memparse64(text);
  if (rest === text) return;
  x86.userMemmap = true;
  const type = MEMMAP_TYPES.get(rest.charAt(0));
  if (type !== undefined) x86.e820.rangeAdd(memparse64(rest.slice(1)).value, size, type);
  else if (rest.startsWith('%')) parseMemmapRetype(x86, size, rest.slice(1));
  else x86.e820.rangeRemove(size, ULLONG_MAX - size, E820_TYPE_RAM);
}

/** memmap=SIZE%START[-FROM][+TO]: change, add or remove by type. */
function parseMemmapRetype(x86: X86State, size: bigint, text: string): void {
  const start = memparse64(text);
  const from = typeBehind(start.rest, '-');
  const to = typeBehind(from.rest, '+');
  if (to.rest !== '') return;
  if (from.type && to.type) {
    if (from.type === to.type) throw kernelBug(x86.ctx.printk, E820_UPDATE_BUG);
    x86.e820.rangeUpdate(start.value, size, from.type, to.type);
  } else if (to.type) x86.e820.rangeAdd(start.value, size, to.type);
  else x86.e820.rangeRemove(start.value, size, from.type || null);
}

/** The 32-bit type behind `sign`; 0 where the text does not go on with it. */
function typeBehind(text: string, sign: string): { type: number; rest: string } {
  if (!text.startsWith(sign)) return { type: 0, rest: text };
  const { value, rest } = simpleStrtoull(text.slice(1));
  return { type: Number(BigInt.asUintN(32, value)), rest };
}
