// MTRRs out of a kernel log: the lines that kernels to 6.4 print of them.
import { isMtrrType, type MtrrRange, type MtrrSpec } from '../spec/mtrr.ts';
import type { LogText } from './lines.ts';

const DEFAULT = /^MTRR default type: ([a-z-]{3,20})$/;
const ENABLED = /^MTRR variable ranges enabled:/;
const RANGE = /^ {1,4}(\d{1,3}) base ([0-9A-F]{1,13}) mask ([0-9A-F]{1,13}) ([a-z-]{3,20})$/;
/** Printed where SYSCFG's bit for memory from 4 GiB up is set, and what later names the CPU. */
const AMD = /^TOM2: [0-9a-f]{16} aka |^smpboot: CPU0: AMD /;
/** Ranges that a CPU has at most (8 bits of the MTRRcap register). */
const MOST_RANGES = 255;

/** null where the log does not tell, or MTRRs are off. */
export function mtrrFromLines(lines: readonly LogText[]): MtrrSpec | null {
  let byDefault: MtrrSpec['default'] | null = null;
  let enabled = false;
  let highIsCached = false;
  const ranges: MtrrRange[] = [];
  for (const { text } of lines) {
    const named = DEFAULT.exec(text)?.[1];
    if (named !== undefined && isMtrrType(named)) byDefault = named;
    highIsCached ||= AMD.test(text);
    enabled ||= ENABLED.test(text);
    const range = enabled && ranges.length < MOST_RANGES ? rangeOf(text) : null;
    if (range) ranges.push(range);
  }
  return byDefault !== null && enabled && ranges.length > 0
    ? { default: byDefault, ranges, highIsCached }
    : null;
}

/** The lowest bit of a mask is the range's size: firmware makes no others, but for those that Linux mends. */
function rangeOf(text: string): MtrrRange | null {
  const [, , base = '', mask = '', type = ''] = RANGE.exec(text) ?? [];
  if (base === '' || !isMtrrType(type)) return null;
  const bits = BigInt(`0x${mask}`);
  const size = bits & -bits;
  // bits of the base below the mask count for nothing
  const start = BigInt(`0x${base}`) & ~(size - 1n);
  return size === 0n ? null : { start: Number(start), size: Number(size), type };
}
