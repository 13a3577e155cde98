// What YAML can do and JSON cannot, put somewhere into a text: anchors, aliases, merges, tags, documents, blocks.
import type { Dice } from '../../lib/dice.ts';

const VALUES = [
  '*a',
  '&a [ *a ]',
  '&a { x: *a }',
  '&a 1',
  '!!binary aGVsbG8=',
  '!!set { a, b }',
  '!!timestamp 2026-11-29',
  '!!js/function "x"',
  '!!float .nan',
  '!!int "x"',
  '.inf',
  '-.inf',
  '0o17',
  '1_000',
  '+1',
  '? [ a ]',
  '|\n  text\n',
  '>+\n\n',
  '"\\x00"',
  '"\\ud800"',
  "'",
  '"',
  '{',
  ']',
  '@x',
  '`x`',
  '%x',
];
const LINES = [
  '---',
  '...',
  '<<: *a',
  '<<: { name: x }',
  '? a : b',
  '%YAML 1.1',
  '%TAG ! x',
  '\tname: x',
  'name: again',
  '- x',
];
const DEEPEST = 3000;

/** `text` with one or two of them. */
export function yamlTricks(text: string, dice: Dice): string {
  const lines = text.split('\n');
  for (let left = dice.between(1, 2); left > 0; left--) {
    const at = dice.below(lines.length);
    const line = lines[at] ?? '';
    if (dice.oneIn(30))
      lines[at] = `x: ${dice.pick(['[', '{ a: ', '- ', '? '])}`.repeat(dice.between(10, DEEPEST));
    else if (dice.oneIn(30)) lines.unshift(...bomb(dice.between(3, 12)));
    else if (dice.oneIn(3)) lines.splice(at, 0, dice.pick(LINES));
    else
      lines[at] = line.replace(
        /(: *)[^{[].*|(, *)\w+/,
        (_, colon: string | undefined, comma: string | undefined) =>
          `${colon ?? comma ?? ''}${dice.pick(VALUES)}`,
      );
  }
  return lines.join('\n');
}

/** Aliases of aliases: a list that doubles, or grows tenfold, with each line. */
function bomb(depth: number): string[] {
  return Array.from({ length: depth }, (_, i) =>
    i === 0
      ? 'b0: &b0 [ x, x, x, x, x, x, x, x, x ]'
      : `b${i}: &b${i} [ ${Array(9)
          .fill(`*b${i - 1}`)
          .join(', ')} ]`,
  );
}
