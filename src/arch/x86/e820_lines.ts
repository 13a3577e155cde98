// The lines of e820__print_table (arch/x86/kernel/e820.c, v6.1; gaps since v7.0).
import { u64 } from '../../lib/u64.ts';
import { hex } from '../../lib/units.ts';
import { e820TypeText, type E820Texts } from './e820_texts.ts';

interface Entry {
  readonly addr: bigint;
  readonly size: bigint;
  readonly type: number;
}

/** One line an entry, as `who: [mem …] type`, and one for each gap where the version has them. */
export function e820Lines(who: string, entries: readonly Entry[], texts: E820Texts): string[] {
  const lines: string[] = [];
  let previousEnd = 0n;
  for (const { addr, size, type } of entries) {
    const end = u64(addr + size);
    if (texts.gaps && addr < previousEnd) lines.push('[Firmware Bug]: out of order E820 entry!');
    if (texts.gaps && addr > previousEnd)
      lines.push(`${who}: [gap ${hex(previousEnd, 16)}-${hex(addr - 1n, 16)}]`);
    const range = `[mem ${hex(addr, 16)}-${hex(u64(end - 1n), 16)}]`;
    lines.push(`${who}: ${range}${texts.beforeType}${e820TypeText(type, texts)}`);
    previousEnd = end;
  }
  return lines;
}
