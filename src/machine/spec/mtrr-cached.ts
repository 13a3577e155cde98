// What MTRRs have as write-back memory: by that the kernel trims its map (mtrr_trim_uncached_memory, v6.1).
import type { PhysRange, PlatformMemory } from '../../arch/x86/boot/params.ts';
import { merged, without, type Bounds } from '../../lib/spans.ts';
import { GiB, MiB, type PhysAddr } from '../../lib/units.ts';
import { PLAIN_PLATFORM } from '../platform.ts';
import type { MtrrSpec } from './mtrr.ts';

/** No x86 CPU addresses more. */
export const MAX_PHYS_ADDR = 2 ** 52;

/** The write-back ranges without the uncachable ones. The first MiB has registers of its own. */
function cachedOf(writeBack: readonly Bounds[], uncachable: readonly Bounds[]): PhysRange[] {
  // an uncached register below 1 MiB is none of the kernel's business
  const holes = merged(uncachable.filter(({ start }) => start >= MiB));
  const cached = merged([{ start: 0, end: MiB }, ...writeBack]).flatMap(({ start, end }) =>
    without(start, end, holes),
  );
  return merged(cached).map(({ start, end }) => ({ start, size: end - start }));
}

/**
 * None where the kernel trims nothing: another default than uncachable, other types, no write-back range. `highEnd` is where the memory
 * from 4 GiB up ends that `highIsCached` tells of.
 */
export function cachedByRanges(
  { default: byDefault, ranges, highIsCached }: MtrrSpec,
  highEnd: PhysAddr = MAX_PHYS_ADDR,
): PhysRange[] {
  const of = (type: string): Bounds[] =>
    ranges.filter((range) => range.type === type).map(({ start, size }) => ({ start, end: start + size }));
  const [writeBack, uncachable] = [of('write-back'), of('uncachable')];
  if (byDefault !== 'uncachable' || writeBack.length === 0) return [];
  if (writeBack.length + uncachable.length < ranges.length) return [];
  const high = highIsCached && highEnd > 4 * GiB ? [{ start: 4 * GiB, end: highEnd }] : [];
  return cachedOf([...writeBack, ...high], uncachable);
}

/** A platform whose cached memory follows from its MTRRs, where it is not told itself. */
export function cachedPlatform(
  platform: PlatformMemory | undefined,
  mtrr: MtrrSpec | null,
): PlatformMemory | undefined {
  if (mtrr === null || (platform?.cached ?? []).length > 0) return platform;
  const cached = cachedByRanges(mtrr);
  return cached.length === 0 ? platform : { ...(platform ?? PLAIN_PLATFORM), cached };
}
