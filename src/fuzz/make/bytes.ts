// Mutations that know nothing of a format: bits, bytes, blocks and lines moved about.
import { concatBytes } from '../../lib/bytes.ts';
import type { Dice } from '../../lib/dice.ts';
import { EXTREME_SIZES } from './values.ts';

const INTERESTING_BYTES = [
  0, 1, 9, 10, 13, 0x20, 0x22, 0x27, 0x2d, 0x30, 0x3a, 0x5b, 0x7b, 0x7f, 0x80, 0xc0, 0xff,
];
const LONGEST = 2 ** 20;

/** `bytes` with one to four changes. */
export function mutateBytes(bytes: Uint8Array, dice: Dice): Uint8Array {
  let result = bytes;
  for (let left = dice.between(1, 4); left > 0; left--) result = mutateOnce(result, dice);
  return result.length > LONGEST ? result.slice(0, LONGEST) : result;
}

function mutateOnce(bytes: Uint8Array, dice: Dice): Uint8Array {
  const at = dice.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + dice.between(1, dice.pick([2, 16, 200])));
  const [head, block, tail] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)];
  switch (dice.below(7)) {
    case 0: {
      const flipped = block.slice();
      flipped[0] = (flipped[0] ?? 0) ^ (1 << dice.below(8));
      return concatBytes([head, flipped, tail]);
    }
    case 1:
      return concatBytes([
        head,
        Uint8Array.of(dice.pick(INTERESTING_BYTES)),
        bytes.subarray(Math.min(at + 1, end)),
      ]);
    case 2:
      return concatBytes([head, tail]);
    case 3:
      return concatBytes([
        head,
        ...dice.times(dice.between(2, dice.oneIn(20) ? 2000 : 5), () => block),
        tail,
      ]);
    case 4:
      return concatBytes([head, new TextEncoder().encode(dice.pick(EXTREME_SIZES)), tail]);
    case 5: {
      const other = dice.below(bytes.length + 1);
      return concatBytes([head, bytes.subarray(other, other + dice.between(1, 64)), bytes.subarray(at)]);
    }
    default:
      return bytes.slice(0, at);
  }
}

/** A number of `text` replaced by an extreme one: what a field-aware mutation does where the fields are words. */
export function mutateNumber(text: string, dice: Dice): string {
  const found = [...text.matchAll(/0x[0-9a-f]+|\d+/gi)];
  if (found.length === 0) return text;
  const { index, 0: token } = dice.pick(found);
  return text.slice(0, index) + dice.pick(EXTREME_SIZES) + text.slice(index + token.length);
}

/** `text` with lines left out, doubled, exchanged, cut, or made long. */
export function mutateLines(text: string, dice: Dice): string {
  const lines = text.split('\n');
  for (let left = dice.between(1, 3); left > 0; left--) {
    const at = dice.below(lines.length);
    const line = lines[at] ?? '';
    const kind = dice.below(8);
    if (kind === 0) lines.splice(at, 1);
    else if (kind === 1)
      lines.splice(at, 0, ...dice.times(dice.oneIn(20) ? 3000 : dice.between(1, 5), () => line));
    else if (kind === 2) lines.splice(dice.below(lines.length), 0, ...lines.splice(at, 1));
    else if (kind === 3) lines[at] = line.slice(0, dice.below(line.length + 1));
    else if (kind === 4 && dice.oneIn(30))
      lines[at] = line + dice.pick([' ', '\t', '\r', '<6>']).repeat(300_000);
    else if (kind === 5 && dice.oneIn(30))
      lines[at] = dice.pick(['\n', '<6>', '[ 0.0] ', ' ']).repeat(200_000) + line;
    else lines[at] = mutateNumber(line, dice);
  }
  return lines.join('\n');
}
