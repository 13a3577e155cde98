// The MTRRs of a description as numbers.
import type { MachineDescription } from './description.ts';
import type { MtrrSpec } from './mtrr.ts';
import { wideRange } from './values.ts';

/** The `mtrr` part of a description as a MtrrSpec. @throws DescriptionError for a range that cannot be read */
export function mtrrOf({ mtrr, cpu }: MachineDescription): MtrrSpec | null {
  if (mtrr === undefined) return null;
  return {
    default: mtrr.default,
    highIsCached: cpu?.vendor === 'AuthenticAMD',
    ranges: mtrr.ranges.map((range, i) => {
      const { start, size } = wideRange(range, ['mtrr', 'ranges', i]);
      return { start: Number(start), size: Number(size), type: range.type };
    }),
  };
}
