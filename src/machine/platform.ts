// What firmware, boot loader and chipset did to memory beside the map: what a log tells of it.
import type { PlatformMemory } from '../arch/x86/boot/params.ts';

/** Nothing of all that. */
export const PLAIN_PLATFORM: PlatformMemory = {
  cached: [],
  setupData: [],
  firmwareReserved: [],
  stolen: [],
  lowReservedPages: null,
  kernelAt: null,
};

/** Whether there is anything to hand over. */
export function isPlain(platform: PlatformMemory): boolean {
  const { cached, setupData, firmwareReserved, stolen, lowReservedPages, kernelAt } = platform;
  return (
    cached.length + setupData.length + firmwareReserved.length + stolen.length === 0 &&
    lowReservedPages === null &&
    kernelAt === null
  );
}
