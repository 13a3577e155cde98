// Which lines of a log read otherwise with the kernel elsewhere: what differs there is KASLR's, where nothing tells the place.
import type { LogLine } from '../../kernel/printk.ts';
import { memoryLines } from '../../kernels/memory_lines.ts';
import { diffLines } from '../../text/diff_lines.ts';
import type { DifferingLine } from './fidelity.ts';

/** A line without its numbers: what two boots print at the same place of the code. */
function shapeOf(text: string): string {
  return text.replace(/0x[0-9a-f]+|\b[0-9a-f]{8,16}\b|\d+/gi, '#');
}

/**
 * Tells of a differing line whether it may be so because the kernel lies elsewhere. `predicted` is a boot, `elsewhere` are boots of the
 * same machine with the kernel at other places: a predicted line depends on the place where one of these has not got it there, a real
 * one where lines of its shape do.
 */
export function dependsOnPlace(
  predicted: readonly LogLine[],
  elsewhere: readonly (readonly LogLine[])[],
): (line: Pick<DifferingLine, 'from' | 'text' | 'index'>) => boolean {
  const here = memoryLines(predicted.map((line) => line.text));
  const moving = new Set<number>();
  const shapes = new Set<string>();
  for (const lines of elsewhere) {
    const there = memoryLines(lines.map((line) => line.text));
    const entries = diffLines(
      here.map((line) => line.text),
      there.map((line) => line.text),
    );
    for (const entry of entries) {
      const left = entry.kind === 'left' ? here[entry.left] : undefined;
      const line = left ?? (entry.kind === 'right' ? there[entry.right] : undefined);
      if (line !== undefined) shapes.add(shapeOf(line.text));
      if (left !== undefined) moving.add(left.index);
    }
  }
  return ({ from, text, index }) => (from === 'predicted' ? moving.has(index) : shapes.has(shapeOf(text)));
}
