// `kernelAt` of a description.
import { hex, MiB, PAGE_SIZE } from '../../lib/units.ts';
import type { KernelPlace } from '../spec.ts';
import type { KernelPlaceDescription } from './description.ts';
import { bytes, DescriptionError } from './values.ts';

/** Kernels stand on 2 MiB (CONFIG_PHYSICAL_ALIGN), at 16 MiB (CONFIG_PHYSICAL_START) or above; brk on whole pages. */
const KERNEL_ALIGNMENT = 2 * MiB;
const KERNEL_LOWEST = 16 * MiB;

/** Whether a kernel's text can begin there. */
export const canBeText = (address: number): boolean =>
  address >= KERNEL_LOWEST && address % KERNEL_ALIGNMENT === 0;

/** Whether brk can begin there. */
export const canBeBrk = (address: number): boolean => address > KERNEL_LOWEST && address % PAGE_SIZE === 0;

/** @throws DescriptionError where no kernel can lie */
export function kernelPlaceOf(place: KernelPlaceDescription): KernelPlace {
  if (place === 'unknown') return place;
  if (typeof place === 'object') {
    const brk = bytes(place.brk, ['kernelAt', 'brk']);
    if (!canBeBrk(brk))
      throw new DescriptionError(['kernelAt', 'brk'], `${hex(brk)}: expected whole pages above 0x1000000`);
    return { brk, told: 'the description' };
  }
  const text = bytes(place, ['kernelAt']);
  if (!canBeText(text))
    throw new DescriptionError(
      ['kernelAt'],
      `${hex(text)}: expected an address from 0x1000000, a multiple of 0x200000`,
    );
  return { text, told: 'the description' };
}
