// Where the kernel stood, out of a copy of /proc/iomem that root made; others see zeros.
import type { PhysAddr } from '../../../lib/units.ts';

const KERNEL_CODE = /^[ \t]{0,8}([0-9a-f]{8,16})-[0-9a-f]{8,16} : Kernel code[ \t\r]*$/m;

/** Physical address of _text; null where it does not tell. */
export function kernelAtFromIomem(text: string): PhysAddr | null {
  const at = parseInt(KERNEL_CODE.exec(text)?.[1] ?? '', 16);
  return Number.isSafeInteger(at) && at > 0 ? at : null;
}
