// Mirrors kernel/crash_reserve.c (v6.12) as x86 uses it: crashkernel= once it was made generic.
import { parseCrashkernel, parseCrashkernelSuffix } from '../../kernel/crash_core.ts';
import { alignUp } from '../../lib/align.ts';
import { hex, MiB, PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { declareCma } from '../../mm/cma.ts';
import { swiotlbSizeOrDefault } from '../../mm/swiotlb.ts';
import { CRASH_ADDR_HIGH_MAX, CRASH_ADDR_LOW_MAX, CRASH_ALIGN } from './layout.ts';
import type { X86State } from './state.ts';

const SITE = 'reserve_crashkernel_generic';

/** What parse_crashkernel() makes of the command line; sizes in bytes. */
interface CrashRequest {
  readonly size: number;
  /** 0 lets the kernel choose. */
  readonly base: PhysAddr;
  readonly lowSize: number;
  readonly high: boolean;
}

/** crash_low_size_default(): what devices that reach 4 GiB only need. */
function defaultLowSize(x86: X86State): number {
  return Math.max(swiotlbSizeOrDefault(x86.ctx.params) + 8 * MiB, 256 * MiB);
}

/** crashkernel=SIZE[@BASE] first; only without any such, SIZE,high with its SIZE,low. */
function parseRequest(x86: X86State): CrashRequest | null {
  const { params, printk, memblock } = x86.ctx;
  const warn = (text: string): void => printk.warn(text);
  const suffixes = knowsCma(x86) ? /,(high|low|cma)$/ : /,(high|low)$/;
  const plain = params.all('crashkernel').some((value) => value !== null && !suffixes.test(value));
  if (plain) {
    const request = parseCrashkernel(params, memblock.physMemSize(), warn, knowsCma(x86));
    return request === null || request.size === 0 ? null : { ...request, lowSize: 0, high: false };
  }
  const size = parseCrashkernelSuffix(params, ',high', warn);
  if (size === null || size === 0) return null;
  const saysLow = params.all('crashkernel').some((value) => value?.endsWith(',low'));
  const lowSize = saysLow ? parseCrashkernelSuffix(params, ',low', warn) : defaultLowSize(x86);
  return lowSize === null ? null : { size, base: 0, lowSize, high: true };
}

const knowsCma = (x86: X86State): boolean => x86.ctx.profile.rules.crashkernelCma === 'known';

/** What crashkernel= asks for, all of it (arch_reserve_crashkernel). */
export function reserveCrashkernelGeneric(x86: X86State): void {
  const request = parseRequest(x86);
  if (request === null) return;
  // parsed before anything is taken
  const warn = (text: string): void => x86.ctx.printk.warn(text);
  const cmaSize = knowsCma(x86) ? parseCrashkernelSuffix(x86.ctx.params, ',cma', warn) : null;
  reserveOrdinary(x86, request);
  if (cmaSize) reserveCma(x86, cmaSize);
}

/** CRASHKERNEL_CMA_RANGES_MAX. */
const MAX_CMA_RANGES = 4;

/** Memory that is used until a crash: in one piece, or in a few of half the size and less (reserve_crashkernel_cma). */
function reserveCma({ ctx }: X86State, size: number): void {
  const { printk, profile } = ctx;
  if (!(profile.config.cma ?? profile.image.params.early.includes('cma')))
    return printk.warn('crashkernel CMA reservation not supported');
  let request = alignUp(size, PAGE_SIZE);
  let reserved = 0;
  let ranges = 0;
  while (reserved < size && ranges < MAX_CMA_RANGES) {
    if (declareCma(ctx, { size: request, base: 0, limit: 0, fixed: false })) {
      reserved += request;
      ranges += 1;
    } else if (request <= PAGE_SIZE) break;
    else request = alignUp(Math.floor(request / 2), PAGE_SIZE);
  }
  if (reserved >= size) printk.info(`crashkernel CMA reserved: ${mib(reserved)} MB in ${ranges} ranges`);
  else
    printk.warn(
      `crashkernel CMA reservation failed: ${mib(size)} MB requested, ${mib(reserved)} MB reserved in ${ranges} ranges`,
    );
}

/** Takes the crash kernel's memory, and low memory beside it where it lies high (reserve_crashkernel_generic). */
function reserveOrdinary(x86: X86State, request: CrashRequest): void {
  const { memblock, printk } = x86.ctx;
  const { size } = request;
  const found = findCrash(x86, request);
  if (found === null) return;
  const { base, lowSize } = found;
  if (base >= CRASH_ADDR_LOW_MAX && lowSize > 0 && !reserveLow(x86, lowSize)) {
    memblock.free(base, size, SITE);
    return;
  }
  printk.info(`crashkernel reserved: ${hex(base, 16)} - ${hex(base + size, 16)} (${mib(size)} MB)`);
}

/** Low memory and then high, or with `,high` the other way round; a base of one's own is tried alone. */
function findCrash(
  x86: X86State,
  { size, base, lowSize, high }: CrashRequest,
): { readonly base: PhysAddr; readonly lowSize: number } | null {
  const { memblock, printk } = x86.ctx;
  const search = (from: PhysAddr, to: PhysAddr): PhysAddr =>
    memblock.physAllocRange(size, CRASH_ALIGN, from, to, SITE);
  if (base !== 0) {
    const at = search(base, base + size);
    if (!at) printk.warn('crashkernel reservation failed - memory is in use.');
    return at ? { base: at, lowSize } : null;
  }
  const low = (): PhysAddr => search(0, CRASH_ADDR_LOW_MAX);
  const above = (): PhysAddr => search(CRASH_ADDR_LOW_MAX, CRASH_ADDR_HIGH_MAX);
  const first = high ? above() : low();
  if (first) return { base: first, lowSize };
  const second = high ? low() : above();
  if (second) return { base: second, lowSize: high ? lowSize : defaultLowSize(x86) };
  printk.warn(`cannot allocate crashkernel (size:0x${size.toString(16)})`);
  return null;
}

const mib = (bytes: number): number => Math.floor(bytes / MiB);

function reserveLow(x86: X86State, size: number): boolean {
  const { memblock, printk } = x86.ctx;
  const base = memblock.physAllocRange(size, CRASH_ALIGN, 0, CRASH_ADDR_LOW_MAX, SITE);
  if (!base) {
    printk.print(`cannot allocate crashkernel low memory (size:0x${size.toString(16)}).`, 3);
    return false;
  }
  printk.info(`crashkernel low memory reserved: ${hex(base, 8)} - ${hex(base + size, 8)} (${mib(size)} MB)`);
  return true;
}
