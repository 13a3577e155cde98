// Which lines of a log read otherwise with the kernel elsewhere: what differs there is KASLR's, where nothing tells the place.
import type { LogLine } from '../../kernel/printk.ts';
import { normaliseLine } from '../../kernels/memory_lines.ts';
import type { DifferingLine } from './fidelity.ts';

/** A line without its numbers: what two boots print at the same place of the code. */
function shapeOf(text: string): string {
  return text.replace(/0x[0-9a-f]+|\b[0-9a-f]{8,16}\b|\d+/gi, '#');
}

/**
 * Tells of a differing line whether it may be so because the kernel lies elsewhere. `predicted` is a boot, `elsewhere` are boots of the
 * same machine with the kernel at other places: a predicted line depends on the place where one of these lacks it, a real one where
 * lines of its shape do.
 */
export function dependsOnPlace(
  predicted: readonly LogLine[],
  elsewhere: readonly (readonly LogLine[])[],
): (line: Pick<DifferingLine, 'from' | 'text'>) => boolean {
  const textsOf = (lines: readonly LogLine[]): Set<string> =>
    new Set(lines.map((line) => normaliseLine(line.text)));
  const here = textsOf(predicted);
  const there = elsewhere.map(textsOf);
  const moves = (text: string): boolean => there.some((lines) => !lines.has(text));
  const shapes = new Set<string>();
  for (const text of here) if (moves(text)) shapes.add(shapeOf(text));
  for (const lines of there) for (const text of lines) if (!here.has(text)) shapes.add(shapeOf(text));
  return ({ from, text }) =>
    from === 'predicted' && here.has(text) ? moves(text) : shapes.has(shapeOf(text));
}
