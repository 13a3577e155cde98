// What an assertion found: nothing, or what a kernel engineer would want to read.
import { hex } from '../lib/units.ts';

/** The message of a failure; null where the assertion holds. */
export type Finding = string | null;

/** `[mem 0x0000000000100000-0x000000001ffdffff]`, as the kernel prints it; `end` is the last byte. */
export const memRange = (start: number, end: number): string => `[mem ${hex(start, 16)}-${hex(end, 16)}]`;

/** Lines under a heading; `-` is what was expected, `+` what the boot has. */
export function differing(heading: string, lines: readonly string[]): string {
  return [heading, ...lines.map((line) => `  ${line}`)].join('\n');
}

const MOST_LINES = 40;

/** No more lines than a screen holds. */
export function cut(lines: readonly string[]): string[] {
  if (lines.length <= MOST_LINES) return [...lines];
  return [...lines.slice(0, MOST_LINES), `… and ${lines.length - MOST_LINES} more`];
}
