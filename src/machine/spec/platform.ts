// Memory beside the map, from a description to the machine and back.
import type { PhysRange, PlatformMemory } from '../../arch/x86/boot/params.ts';
import { PLAIN_PLATFORM } from '../platform.ts';
import type { PlatformDescription, RangeDescription } from './description.ts';
import { bytes, DescriptionError, wideRange, type Path } from './values.ts';

const MAX_END = BigInt(Number.MAX_SAFE_INTEGER);

function rangeOf(given: RangeDescription, path: Path): PhysRange {
  const { start, size } = wideRange(given, path);
  if (start + size > MAX_END) throw new DescriptionError(path, 'expected memory that ends below 2^53');
  return { start: Number(start), size: Number(size) };
}

/** @throws DescriptionError where a range ends beyond what any CPU addresses */
export function platformOf(d: PlatformDescription): PlatformMemory {
  const list = (given: readonly RangeDescription[] | undefined, key: string): PhysRange[] =>
    (given ?? []).map((range, i) => rangeOf(range, ['platform', key, i]));
  return {
    cached: list(d.cached, 'cached'),
    setupData: list(d.setupData, 'setupData'),
    firmwareReserved: (d.firmwareReserved ?? []).map((range, i) => ({
      ...rangeOf(range, ['platform', 'firmwareReserved', i]),
      withAcpi: range.withAcpi ?? false,
    })),
    stolen: list(d.stolen, 'stolen'),
    lowReservedPages: d.lowReservedPages ?? PLAIN_PLATFORM.lowReservedPages,
    kernelAt:
      d.kernelAt === undefined ? PLAIN_PLATFORM.kernelAt : bytes(d.kernelAt, ['platform', 'kernelAt']),
  };
}

/** The way back; a list that is empty is left out. */
export function describePlatform(platform: PlatformMemory): PlatformDescription {
  const hexOf = (value: number): string => `0x${value.toString(16)}`;
  const one = ({ start, size }: PhysRange): RangeDescription => ({ start: hexOf(start), size: hexOf(size) });
  const { cached, setupData, firmwareReserved, stolen, lowReservedPages, kernelAt } = platform;
  return {
    ...(cached.length > 0 && { cached: cached.map(one) }),
    ...(setupData.length > 0 && { setupData: setupData.map(one) }),
    ...(firmwareReserved.length > 0 && {
      firmwareReserved: firmwareReserved.map((range) => ({
        ...one(range),
        ...(range.withAcpi && { withAcpi: true }),
      })),
    }),
    ...(stolen.length > 0 && { stolen: stolen.map(one) }),
    ...(lowReservedPages !== null && { lowReservedPages }),
    ...(kernelAt !== null && { kernelAt: hexOf(kernelAt) }),
  };
}
