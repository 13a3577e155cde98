// Where the kernel lay, as far as a log and /proc/iomem tell.
import type { KernelPlace } from '../spec.ts';
import { canBeBrk, canBeText } from '../spec/kernel-place.ts';
import type { LogText } from './lines.ts';
import { addressOf, placeOf } from './numbers.ts';

/** The reservation of brk, which follows the kernel: the first of setup_arch that memblock=debug prints. */
const BRK = /^(?:__)?memblock_reserve: \[0x([0-9a-f]+)-0x[0-9a-f]+\].* setup_arch\+/;
const FIRST_TABLE = 'MEMBLOCK configuration:';
/**
 * dump_kernel_offset() of arch/x86/kernel/setup.c, as a panic prints it. Where it is an offset it is that of virtual addresses, which
 * KASLR chooses apart from the physical place since 4.8; `disabled` is true of both.
 */
const NOT_RANDOMISED = /^Kernel Offset: disabled/;
const NOKASLR = /(?:^|\s)nokaslr(?:\s|$)/;
/** /proc/iomem shows addresses to root only; other users get zeros. */
const KERNEL_CODE = /^\s*([0-9a-f]{1,16})-[0-9a-f]{1,16} : Kernel code$/m;

/**
 * The place of the kernel whose log `lines` are, with `iomem` where a capture has it; null where it was not randomised.
 * @throws InputError 'log' where a line names an address that no machine has
 */
export function kernelPlaceFromLines(
  lines: readonly LogText[],
  cmdline: string | null,
  iomem: string | null,
  path: string,
): KernelPlace | null {
  if (cmdline === null || NOKASLR.test(cmdline)) return null;
  const code = KERNEL_CODE.exec(iomem ?? '')?.[1] ?? '0';
  const start = addressOf(code, 'iomem.txt');
  if (canBeText(start)) return { text: start, told: 'iomem.txt' };
  for (const { text, line } of lines) {
    if (text.startsWith(FIRST_TABLE)) break;
    const brk = BRK.exec(text)?.[1];
    if (brk === undefined) continue;
    const address = addressOf(brk, placeOf(path, line));
    // no place for brk: another reservation, of a log that lost its first lines
    if (!canBeBrk(address)) break;
    return { brk: address, told: "the log's reservation of brk" };
  }
  return isOld(lines) || lines.some(({ text }) => NOT_RANDOMISED.test(text)) ? null : 'unknown';
}

/** Before 4.12 CONFIG_RANDOMIZE_BASE was off by default, and distributions left it so. */
function isOld(lines: readonly LogText[]): boolean {
  const banner = lines
    .map(({ text }) => /^Linux version (\d{1,3})\.(\d{1,3})/.exec(text))
    .find((found) => found !== null);
  const [major, minor] = [Number(banner?.[1]), Number(banner?.[2])];
  return major < 4 || (major === 4 && minor < 12);
}
