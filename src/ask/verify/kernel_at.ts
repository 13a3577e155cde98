// Where KASLR put the kernel, as far as a log tells.
import type { ImageFacts } from '../../kernel/profile.ts';
import type { PhysAddr } from '../../lib/units.ts';
import { withoutTimestamp } from '../../kernels/memory_lines.ts';

/** The reservation of brk, which follows the kernel: the first of setup_arch that memblock=debug prints. */
const BRK = /^(?:__)?memblock_reserve: \[(0x[0-9a-f]+)-0x[0-9a-f]+\].* setup_arch\+/;

/** Physical address of _text out of a log with memblock=debug; null where it does not tell. */
export function kernelAtFromLog(
  log: readonly string[],
  image: Pick<ImageFacts, 'textStart' | 'endOfKernelReserve'>,
): PhysAddr | null {
  for (const raw of log) {
    const text = withoutTimestamp(raw);
    const brk = BRK.exec(text);
    if (brk) return Number(brk[1]) - (image.endOfKernelReserve - image.textStart);
    if (text.startsWith('MEMBLOCK configuration:')) return null;
  }
  return null;
}
