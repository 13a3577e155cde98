// An EFI boot whose log shows nothing of the firmware's memory map: what boot services hold is then assumed. They keep it until the
// kernel is up, so that `Memory:` counts it as reserved.
import type { EfiInfo } from '../../arch/x86/boot/params.ts';
import { MiB } from '../../lib/units.ts';
import type { MapEntry } from '../spec.ts';

/** The middle one of eleven logs of real machines, which have 9 to 170 MiB. */
export const ASSUMED_SERVICES = 56 * MiB;
const PAGES = BigInt(ASSUMED_SERVICES / 4096);
const FOUR_GIB = 1n << 32n;
const USABLE = 1;
const BOOT_SERVICES_CODE = 3;
const BOOT_SERVICES_DATA = 4;

/**
 * `efi` with boot services in the largest usable range below 4 GiB, away from its ends, where others look for room.
 * The firmware of virtual machines holds little.
 */
export function efiWithAssumedServices(
  efi: EfiInfo | null,
  map: readonly MapEntry[],
  hypervisor: string | null,
): EfiInfo | null {
  if (
    efi === null ||
    hypervisor !== null ||
    efi.memmap.some(({ type }) => type === BOOT_SERVICES_CODE || type === BOOT_SERVICES_DATA)
  )
    return efi;
  const low = map.filter(({ addr, size, type }) => type === USABLE && addr + size <= FOUR_GIB);
  const largest = low.reduce<MapEntry | null>((a, b) => (a === null || b.size > a.size ? b : a), null);
  if (largest === null || largest.size < 8n * BigInt(ASSUMED_SERVICES)) return efi;
  const physAddr = largest.addr + largest.size / 4n;
  const services = {
    type: BOOT_SERVICES_DATA,
    physAddr: (physAddr >> 12n) << 12n,
    numPages: PAGES,
    attribute: 0n,
  };
  return { ...efi, memmap: [...efi.memmap, services] };
}
