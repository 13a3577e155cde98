// Memory type ranges (MTRRs) as a machine's firmware set them: mtrr-cached.ts says what the kernel makes of them, and `lint` looks at them.
import type { PhysAddr } from '../../lib/units.ts';

/** As the kernel prints them (Intel SDM volume 3A, section 11.11). */
export const MTRR_TYPES = [
  'uncachable',
  'write-combining',
  'write-through',
  'write-protect',
  'write-back',
] as const;
/** The type of a range. */
export type MtrrType = (typeof MTRR_TYPES)[number];

/** A variable range: `size` bytes from `start`. */
export interface MtrrRange {
  readonly start: PhysAddr;
  readonly size: number;
  readonly type: MtrrType;
}

/** All memory type ranges of a machine. */
export interface MtrrSpec {
  /** What memory is that no range covers. */
  readonly default: MtrrType;
  readonly ranges: readonly MtrrRange[];
  /** AMD's SYSCFG makes all memory from 4 GiB up write-back (Tom2ForceMemTypeWB). */
  readonly highIsCached: boolean;
}

export const isMtrrType = (text: string): text is MtrrType => MTRR_TYPES.some((type) => type === text);
