// The facts of an image that are single numbers, by name: what a log has of them, what a profile file may have, and all of them.
import type { ImageFacts } from './profile.ts';

/** Those that a log has as numbers. */
export const LOGGED_SIZES = [
  ...(['codeK', 'rwdataK', 'rodataK', 'initK', 'bssK'] as const),
  ...(['percpuStatic', 'percpuReserved', 'percpuDynamic', 'sizeofPglistData'] as const),
] as const;

/** Those that a profile file may have. */
export const PROFILE_NUMBERS = [
  ...([
    'textStart',
    'endOfKernelReserve',
    'imageEnd',
    'initSize',
    'kernelAlignment',
    'realModeSize',
  ] as const),
  ...LOGGED_SIZES,
  ...(['sizeofMemSection', 'sizeofMemSectionUsage', 'sizeofPcpuChunk', 'sizeofPcpuBlockMd'] as const),
] as const;

/** A fact of an image that is a number. */
type ImageNumber = {
  [Name in keyof ImageFacts]-?: ImageFacts[Name] extends number ? Name : never;
}[keyof ImageFacts];

/** All of them: a kernel file has each. */
export const IMAGE_NUMBERS = [
  ...PROFILE_NUMBERS,
  ...(['sizeofPrbDesc', 'sizeofPrintkInfo', 'sizeofIoTlbSlot', 'sizeofIoTlbArea'] as const),
] as const satisfies readonly ImageNumber[];
