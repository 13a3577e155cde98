// Where the parts of an image lie that is known by the sizes that its log prints, and not by itself.
import type { ImageFacts } from '../kernel/profile.ts';
import { alignUp } from '../lib/align.ts';
import { KiB, MiB, PAGE_SIZE } from '../lib/units.ts';

/** Text and read-only data begin on boundaries of this size, and so does brk. */
const PART_ALIGNMENT = 2 * MiB;
/** What `Memory:` does not count: per-CPU data, gaps between sections. So much in Debian's 5.10, 6.1 and 6.12. */
const UNCOUNTED = 3.5 * MiB;

/** `image` with the places that follow from its sizes; as it is where those are the ones of `known`, whose places it has. */
export function withImageSizes(image: ImageFacts, known: ImageFacts): ImageFacts {
  const { codeK, rwdataK, rodataK, initK, bssK, textStart } = image;
  const sizesOf = (of: ImageFacts): number[] => [of.codeK, of.rwdataK, of.rodataK, of.initK, of.bssK];
  const own = sizesOf(image);
  if (sizesOf(known).every((size, i) => size === own[i])) return image;
  const textEnd = textStart + codeK * KiB;
  const rodataStart = alignUp(textEnd, PART_ALIGNMENT);
  const rodataEnd = rodataStart + rodataK * KiB;
  const dataStart = alignUp(rodataEnd, PART_ALIGNMENT);
  const initStart = alignUp(dataStart + rwdataK * KiB, PAGE_SIZE);
  const initEnd = initStart + initK * KiB;
  const endOfKernelReserve = alignUp(initEnd + bssK * KiB + UNCOUNTED, PART_ALIGNMENT);
  const brk = known.imageEnd - known.endOfKernelReserve;
  const [prefixes = { start: 0, end: 0 }, decrypted = { start: 0, end: 0 }] = known.freedParts;
  const part = (start: number, { length }: { readonly length: number }): { start: number; end: number } => ({
    start,
    end: start + length,
  });
  const lengthOf = ({ start, end }: { readonly start: number; readonly end: number }) => ({
    length: end - start,
  });
  const afterInit = part(initEnd, lengthOf(prefixes));
  return {
    ...image,
    endOfKernelReserve,
    imageEnd: endOfKernelReserve + brk,
    initSize: endOfKernelReserve + brk - textStart,
    freedParts: [
      afterInit,
      part(afterInit.end, lengthOf(decrypted)),
      { start: initStart, end: initEnd },
      { start: alignUp(textEnd, PAGE_SIZE), end: rodataStart },
      { start: alignUp(rodataEnd, PAGE_SIZE), end: dataStart },
    ],
  };
}
