// Links of the page: what stands behind the #, unpacked, read as the page's worker reads it, and booted where that is deep.
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { concatBytes } from '../../src/lib/bytes.ts';
import { machineOf } from '../../src/web/model/source.ts';
import { decodeShared } from '../../src/web/share.ts';
import { toBoardConfig } from '../../src/machine/spec/to-board.ts';
import { boot } from '../../src/fuzz/boot.ts';
import { mutateBytes } from '../../src/fuzz/make/bytes.ts';
import type { Dice } from '../../src/lib/dice.ts';
import { logText } from '../../src/fuzz/make/log.ts';
import { machineTree } from '../../src/fuzz/make/machine.ts';
import type { Tree } from '../../src/lib/tree.ts';
import { mutateTree, treeText } from '../../src/fuzz/make/tree.ts';
import { text } from '../../src/fuzz/make/values.ts';
import type { CreateTarget } from '../../src/fuzz/target.ts';

const PREFIX = '#m=';
const DEEP_EVERY = 25;
const PIECE = 16 * 2 ** 20;
const MOST_PIECES = 48;
const EMPTY = Uint8Array.of(3, 0);

export const create: CreateTarget = async (corpus) => ({
  deepEvery: DEEP_EVERY,
  generate: (dice) => {
    if (corpus.length > 0 && dice.oneIn(10)) return mutateBytes(dice.pick(corpus), dice);
    const link = new TextEncoder().encode(linkOf(packed(dice), dice));
    return dice.oneIn(5) ? mutateBytes(link, dice) : link;
  },
  packing: { open, close },
  run: async (bytes, deep) => {
    const shared = await decodeShared(new TextDecoder().decode(bytes));
    if (shared === null) return;
    const { builtin, text: given, append } = shared;
    const spec = await machineOf(
      builtin === null
        ? { kind: 'text', text: given ?? '', name: 'the link' }
        : { kind: 'builtin', name: builtin },
    );
    const cmdline = [spec.cmdline, append].filter((part) => part !== '').join(' ');
    toBoardConfig(spec, { cmdline });
    if (deep && spec.cpus.length < 64) await boot(spec, { cmdline });
  },
});

/** A link may inflate to so much before its content is of no use to anybody. */
const MOST_CONTENT = 2 ** 22;

function open(link: Uint8Array): Uint8Array | null {
  const text = new TextDecoder().decode(link);
  if (!text.startsWith(PREFIX)) return null;
  try {
    const packed = Buffer.from(text.slice(PREFIX.length), 'base64url');
    return new Uint8Array(inflateRawSync(packed, { maxOutputLength: MOST_CONTENT }));
  } catch {
    return null; // damaged: the link itself is the case
  }
}

function close(content: Uint8Array): Uint8Array {
  return new TextEncoder().encode(PREFIX + deflateRawSync(content).toString('base64url'));
}

function linkOf(bytes: Uint8Array, dice: Dice): string {
  const base64 = Buffer.from(bytes).toString(dice.oneIn(30) ? 'base64' : 'base64url');
  return (dice.oneIn(30) ? dice.pick(['#x=', '#m', '', '#m=#m=']) : PREFIX) + base64;
}

/** What the link carries, deflated; damaged or much too large once in a while. */
function packed(dice: Dice): Uint8Array {
  if (dice.oneIn(200)) return bomb(dice);
  const deflated = deflateRawSync(new TextEncoder().encode(treeText(content(dice))));
  return dice.oneIn(6) ? mutateBytes(deflated, dice) : deflated;
}

/** Blanks around what a link carries, up to 768 MiB of them: pieces that are flushed whole can stand behind each other. */
function bomb(dice: Dice): Uint8Array {
  const flushed = (content: string | Uint8Array): Uint8Array =>
    deflateRawSync(content, { finishFlush: constants.Z_FULL_FLUSH, level: 9 });
  const piece = flushed(new Uint8Array(PIECE).fill(0x20));
  const pieces = dice.times(dice.between(1, MOST_PIECES), () => piece);
  return concatBytes([flushed('{"text":"'), ...pieces, flushed('"}'), EMPTY]);
}

function content(dice: Dice): Tree {
  const shared: Tree = {
    builtin: dice.oneIn(3) ? dice.pick(['tiny-512m', 'laptop-16g', 'constructor', '__proto__', '']) : null,
    text: dice.pick<() => string>([
      () => logText(dice),
      () => treeText(machineTree(dice)),
      () => treeText(mutateTree(machineTree(dice), dice)),
      () => text(dice),
    ])(),
    append: dice.pick(['', 'mem=1G', 'numa=fake=4', text(dice)]),
    cap: dice.pick([null, 1, 4, 0, -1, 1e9]),
  };
  return dice.oneIn(5) ? mutateTree(shared, dice, 2) : shared;
}
