// A profile of a kernel from what its logs tell; what they do not tell is Debian's 6.1.
import type { ImageFacts, KernelConfig, KernelProfile } from '../../kernel/profile.ts';
import { KiB } from '../../lib/units.ts';
import { rulesOf } from '../history.ts';
import { DEBIAN_6_1_0_56 } from './debian-6.1.0-56.ts';

/** What a log tells of its image; sizes in bytes but for the KiB of the `Memory:` and `Freeing` lines. */
interface LearnedImage {
  readonly version: string;
  readonly banner: string;
  readonly endOfKernelReserve: number;
  /** Code, rwdata, rodata, init, bss in KiB. */
  readonly memory: readonly [number, number, number, number, number];
  /** KiB that come back when the kernel is up. */
  readonly freedK: readonly number[];
  readonly percpuStatic: number;
  readonly more: Partial<ImageFacts>;
  readonly config?: Partial<KernelConfig>;
  /** Early parameters that Debian's 6.1 does not know. */
  readonly early?: readonly string[];
  readonly callers?: ImageFacts['callers'];
}

const BRK_SIZE = 0x30000;

export function learned(name: string, facts: LearnedImage): KernelProfile {
  const { image, config } = DEBIAN_6_1_0_56;
  const [codeK, rwdataK, rodataK, initK, bssK] = facts.memory;
  let at = image.textStart;
  const freedParts = facts.freedK.map((size) => ({ start: at, end: (at += size * KiB) }));
  return {
    name,
    image: {
      ...image,
      banner: facts.banner,
      endOfKernelReserve: facts.endOfKernelReserve,
      imageEnd: facts.endOfKernelReserve + BRK_SIZE,
      ...{ codeK, rwdataK, rodataK, initK, bssK, freedParts },
      percpuStatic: facts.percpuStatic,
      callers: facts.callers ?? {},
      params: { ...image.params, early: [...image.params.early, ...(facts.early ?? [])] },
      ...facts.more,
    },
    config: { ...config, ...facts.config },
    version: facts.version,
    rules: rulesOf(facts.version),
  };
}
