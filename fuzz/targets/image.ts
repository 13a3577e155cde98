// Kernel images: a tiny one, by itself and packed as a build packs it, with bytes and whole stretches changed.
import { readImage } from '../../src/kernels/image/read.ts';
import { DEBIAN_6_1_0_56 } from '../../src/kernels/builtin.ts';
import { ofKernelFile, toKernelFile } from '../../src/kernels/kernel_file.ts';
import {
  bzImage,
  COMPRESS,
  tinyElf,
  type KallsymsLayout,
} from '../../test/kernels/image/helpers/tiny-image.ts';
import { mutateBytes } from '../../src/fuzz/make/bytes.ts';
import type { Dice } from '../../src/lib/dice.ts';
import { Wrong, type CreateTarget } from '../../src/fuzz/target.ts';

const LAYOUTS: readonly KallsymsLayout[] = ['offsets first', 'offsets last', 'places'];
const FORMS = ['gzip', 'xz', 'lz4', 'none'] as const;
/** Numbers that headers and tables may claim. */
const CLAIMS = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

export const create: CreateTarget = async (corpus) => ({
  deepEvery: 10,
  generate: (dice) => {
    if (corpus.length > 0 && dice.oneIn(8)) return mutateBytes(dice.pick(corpus), dice);
    const elf = tinyElf({ layout: dice.pick(LAYOUTS), machine: dice.oneIn(20) ? dice.below(300) : 62 });
    // inside and outside of the compression
    const inner = dice.oneIn(2) ? changed(elf, dice) : elf;
    if (dice.oneIn(3)) return inner;
    const outer = bzImage(COMPRESS[dice.pick(FORMS)](inner));
    return dice.oneIn(2) ? changed(outer, dice) : outer;
  },
  run: async (bytes, deep) => {
    const profile = await readImage(bytes, 'case', {}, DEBIAN_6_1_0_56);
    if (!deep) return;
    const file = JSON.stringify(toKernelFile(profile, 'case'));
    const again = JSON.stringify(toKernelFile(ofKernelFile(JSON.parse(file)), 'case'));
    if (again !== file) throw new Wrong('the kernel file of the image is another one once it is read again');
  },
});

function changed(image: Uint8Array, dice: Dice): Uint8Array {
  if (dice.oneIn(5)) return image.slice(0, dice.below(image.length + 1));
  if (dice.oneIn(5)) return mutateBytes(image, dice);
  const result = image.slice();
  const view = new DataView(result.buffer, result.byteOffset, result.byteLength);
  for (let left = dice.between(1, 6); left > 0; left--) {
    // half of them where headers are
    const within = dice.oneIn(2) ? Math.min(result.length, 0x800) : result.length;
    const at = dice.below(within);
    if (at + 4 <= result.length && dice.oneIn(2)) view.setUint32(at, dice.pick(CLAIMS), true);
    else result[at] = dice.below(256);
  }
  return result;
}
