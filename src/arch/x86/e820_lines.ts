// What arch/x86/kernel/e820.c prints of one range: of a table, of a change, in the words of its version.
import { u64 } from '../../lib/u64.ts';
import { hex } from '../../lib/units.ts';
import { oldRangeText, rangeText } from './e820_range.ts';
import { e820TypeText, type E820Texts } from './e820_texts.ts';

/** [start, end) turned from one type into another. */
export function updateLine(start: bigint, end: bigint, from: number, to: number, texts: E820Texts): string {
  const [old, now] = [e820TypeText(from, texts), e820TypeText(to, texts)];
  return texts.oldRanges
    ? `e820 update range: ${oldRangeText(start, end)} (${old}) ==> (${now})`
    : `e820: update ${rangeText(start, end)} ${old} ==> ${now}`;
}

/** [start, end) taken out of the map; `type` null takes any. */
export function removeLine(start: bigint, end: bigint, type: number | null, texts: E820Texts): string {
  const what = type === null ? '' : e820TypeText(type, texts);
  if (!texts.oldRanges) return `e820: remove ${rangeText(start, end)} ${what}`;
  return `e820 remove range: ${oldRangeText(start, end)} ${what === '' ? '' : `(${what})`}`;
}

/** One entry of a table that `who` names. */
export function entryLine(who: string, start: bigint, end: bigint, type: number, texts: E820Texts): string {
  const what = e820TypeText(type, texts);
  if (texts.oldRanges) return ` ${who}: ${oldRangeText(start, end)} (${what})`;
  return `${who}: [mem ${hex(start, 16)}-${hex(u64(end - 1n), 16)}]${texts.beforeType}${what}`;
}

interface Entry {
  readonly addr: bigint;
  readonly size: bigint;
  readonly type: number;
}

/** One line an entry, as `who: [mem …] type`, and one for each gap where the version has them (e820__print_table; gaps since v7.0). */
export function tableLines(who: string, entries: readonly Entry[], texts: E820Texts): string[] {
  const lines: string[] = [];
  let previousEnd = 0n;
  for (const { addr, size, type } of entries) {
    const end = u64(addr + size);
    if (texts.gaps && addr < previousEnd) lines.push('[Firmware Bug]: out of order E820 entry!');
    if (texts.gaps && addr > previousEnd)
      lines.push(`${who}: [gap ${hex(previousEnd, 16)}-${hex(addr - 1n, 16)}]`);
    lines.push(entryLine(who, addr, end, type, texts));
    previousEnd = end;
  }
  return lines;
}
