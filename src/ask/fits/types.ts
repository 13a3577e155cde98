// Whether memory that the command line asks for can be had, as data.
import type { PhysAddr } from '../../lib/units.ts';

/** What a command line may ask memory for. */
export type FitsOption = 'crashkernel' | 'hugepages' | 'memmap' | 'cma' | 'reserve-mem';

/** Where the largest goes. */
export interface Largest {
  readonly bytes: number;
  readonly at: PhysAddr | null;
}

/** The answer for one spec. */
export interface Fit {
  readonly option: FitsOption;
  readonly spec: string;
  readonly fits: boolean;
  /** Where it goes, or what it says itself; null where it goes nowhere, or to many places. */
  readonly at: PhysAddr | null;
  /** Bytes that it asks for. */
  readonly size: number;
  /** The most that the same spec could ask for in whole MiB (pages for hugepages), with the kernel at its preferred address. */
  readonly largestBytes: number;
  /** The same below 4 GiB and above; null where there is no room at all, or where the question does not arise. */
  readonly largestLow: Largest | null;
  readonly largestHigh: Largest | null;
  /** Why not, or what goes along with it. */
  readonly reason: string;
  /** The kernel's own words for it. */
  readonly words: readonly string[];
  /** What to write on the command line instead; null where it is fine as it stands. */
  readonly instead: string | null;
  /** With KASLR, over all places that the kernel may be put at; null where that does not matter or is not known. */
  readonly slots: { readonly fitting: number; readonly all: number } | null;
}
