// Lines that state a range, `0xFIRST-0xLAST`, in two groups of a pattern.
import type { PhysRange } from '../../arch/x86/boot/params.ts';
import { MAX_MAP_ENTRIES } from '../spec/limits.ts';
import type { LogText } from './lines.ts';
import { addressOf, placeOf, refuseMore, sizeOf } from './numbers.ts';

/** The range of each line that matches, in their order. @throws InputError 'log' for addresses that no machine has, and far too many */
export function rangesOf(lines: readonly LogText[], pattern: RegExp, path: string): PhysRange[] {
  const ranges: PhysRange[] = [];
  for (const { text, line } of lines) {
    const match = pattern.exec(text);
    if (!match) continue;
    const where = placeOf(path, line);
    refuseMore(ranges.length + 1, MAX_MAP_ENTRIES, 'ranges of one kind', where);
    ranges.push({
      start: addressOf(match[1] ?? '', where),
      size: sizeOf(match[1] ?? '', match[2] ?? '', where),
    });
  }
  return ranges;
}
