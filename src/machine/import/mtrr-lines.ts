// MTRRs out of a kernel log: the lines that kernels to 6.4 print of the registers, or what the kernel trimmed by them.
import type { PhysRange } from '../../arch/x86/boot/params.ts';
import { merged, without } from '../../lib/spans.ts';
import { PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { cachedByRanges, MAX_PHYS_ADDR } from '../spec/mtrr-cached.ts';
import { isMtrrType, type MtrrRange, type MtrrSpec, type MtrrType } from '../spec/mtrr.ts';
import type { LogText } from './lines.ts';

const DEFAULT = /^MTRR default type: (\S{1,20})$/;
const DISABLED = /^MTRR variable ranges disabled:/;
const RANGE = /^ {1,4}\d{1,3} base ([0-9A-F]{1,13}) mask ([0-9A-F]{1,13}) (\S{1,20})$/i;
/** Printed where SYSCFG's bit for memory from 4 GiB up is set: up to where. */
const TOM2 = /^TOM2: ([0-9a-f]{16}) aka /;
/** What later names the CPU. */
const AMD = /^smpboot: CPU0: AMD /;
/** Ranges that a CPU has at most (8 bits of the MTRRcap register). */
const MOST_RANGES = 255;

/** What the lines say. */
interface Registers {
  /** null where it is a type that there is none of. */
  readonly byDefault: MtrrType | null;
  readonly ranges: readonly MtrrRange[];
  /** Whether a range has a type that there is none of, which the kernel prints as `?`. */
  readonly oddType: boolean;
  /** Memory from 4 GiB to here is write-back. */
  readonly tom2: PhysAddr | null;
  readonly isAmd: boolean;
}

/** null where the log does not print them. */
function registersOf(lines: readonly LogText[]): Registers | null {
  let named: string | null = null;
  let disabled = false;
  let tom2: PhysAddr | null = null;
  let isAmd = false;
  const found: { readonly span: Omit<MtrrRange, 'type'>; readonly type: string }[] = [];
  for (const { text } of lines) {
    named ??= DEFAULT.exec(text)?.[1] ?? null;
    isAmd ||= AMD.test(text);
    if (named === null) continue;
    disabled ||= DISABLED.test(text);
    const top = TOM2.exec(text)?.[1];
    if (top !== undefined) tom2 = Number.parseInt(top, 16);
    const [, base, mask, type] = RANGE.exec(text) ?? [];
    if (base === undefined || mask === undefined || type === undefined) continue;
    const span = spanOf(base, mask);
    if (span !== null && !disabled && found.length < MOST_RANGES) found.push({ span, type });
  }
  if (named === null) return null;
  const ranges = found.flatMap(({ span, type }) => (isMtrrType(type) ? [{ ...span, type }] : []));
  const byDefault = isMtrrType(named) ? named : null;
  return { byDefault, ranges, oddType: ranges.length < found.length, tom2, isAmd };
}

/** The lowest bit of a mask is the range's size: firmware makes no others, but for those that Linux mends. */
function spanOf(base: string, mask: string): Omit<MtrrRange, 'type'> | null {
  const bits = BigInt(`0x${mask}`);
  const size = bits & -bits;
  // bits of the base below the mask count for nothing
  const start = BigInt(`0x${base}`) & ~(size - 1n);
  if (size < PAGE_SIZE || start + size > MAX_PHYS_ADDR) return null;
  return { start: Number(start), size: Number(size) };
}

/** The registers themselves; null where the log does not tell, they are off, or one is of a type that there is none of. */
export function mtrrFromLines(lines: readonly LogText[]): MtrrSpec | null {
  const registers = registersOf(lines);
  if (registers === null) return null;
  const { byDefault, ranges, oddType, tom2, isAmd } = registers;
  if (byDefault === null || oddType || ranges.length === 0) return null;
  return { default: byDefault, ranges, highIsCached: tom2 !== null || isAmd };
}

/** What they have as write-back memory; none where they are no measure to the kernel, null where the log does not print them. */
export function cachedByMtrrs(lines: readonly LogText[]): PhysRange[] | null {
  const registers = registersOf(lines);
  if (registers === null) return null;
  const { byDefault, ranges, oddType, tom2 } = registers;
  if (byDefault === null || oddType) return [];
  return cachedByRanges({ default: byDefault, ranges, highIsCached: tom2 !== null }, tom2 ?? undefined);
}

/** All memory but what the kernel took out of the map; none where it took nothing. */
export function cachedByTrims(trims: readonly PhysRange[]): PhysRange[] {
  if (trims.length === 0) return [];
  const holes = trims.map(({ start, size }) => ({ start, end: start + size }));
  return without(0, MAX_PHYS_ADDR, merged(holes)).map(({ start, end }) => ({
    start,
    size: end - start,
  }));
}
