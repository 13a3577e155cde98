// Mirrors the reservations of arch/x86/kernel/setup.c (v6.1): kernel image, BIOS areas, initrd, crash kernel.
import { panic } from '../../kernel/panic.ts';
import { alignDown, alignUp } from '../../lib/align.ts';
import { GiB, hex, KiB, MiB, PAGE_SIZE, pfnDown, type PhysAddr } from '../../lib/units.ts';
import { parseCrashkernel, parseCrashkernelSuffix } from '../../kernel/crash_core.ts';
import { swiotlbSizeOrDefault } from '../../mm/swiotlb.ts';
import {
  BIOS_START_MAX,
  BIOS_START_MIN,
  CRASH_ADDR_HIGH_MAX,
  CRASH_ADDR_LOW_MAX,
  CRASH_ADDR_MAX_32,
  CRASH_ALIGN,
  ISA_END_ADDRESS,
  LOW_RESERVE_SIZE,
} from './layout.ts';
import { reserveSetupData } from './platform_memory.ts';
import { earlyPageTables } from './page_table_pool.ts';
import type { X86State } from './state.ts';

/** The end of the kernel image or of brk where the kernel stands now, from its address without relocation. */
function relocated(x86: X86State, address: PhysAddr): PhysAddr {
  return address - x86.ctx.profile.image.textStart + x86.kernelStart;
}

/** What must never be handed out, before memblock knows any memory (early_reserve_memory). */
export function earlyReserveMemory(x86: X86State): void {
  const { memblock, profile } = x86.ctx;
  const reserveEnd = relocated(x86, profile.image.endOfKernelReserve);
  memblock.reserveKern(x86.kernelStart, reserveEnd - x86.kernelStart, 'setup_arch#image');
  const whole = profile.rules.firstMegabyte === 'whole';
  memblock.reserve(0, whole ? LOW_RESERVE_SIZE : PAGE_SIZE, 'setup_arch#low64k');
  const { ramdisk } = x86.bootParams;
  if (ramdisk && ramdisk.size > 0)
    memblock.reserveKern(ramdisk.image, ramdiskEnd(ramdisk) - ramdisk.image, 'setup_arch#initrd');
  reserveSetupData(x86);
  if (whole) reserveBiosRegions(x86);
}

/** The BIOS's memory up to 1 MiB (reserve_bios_regions). */
export function reserveBiosRegions(x86: X86State): void {
  const start = biosRegionStart(x86);
  x86.ctx.memblock.reserve(start, ISA_END_ADDRESS - start, 'reserve_bios_regions');
}

/** Where the BIOS says that its own memory below 1 MiB begins (reserve_bios_regions). */
function biosRegionStart(x86: X86State): PhysAddr {
  const { baseMemKiB, ebdaAddr } = x86.bootParams.bda;
  let start = baseMemKiB * KiB;
  if (start < BIOS_START_MIN || start > BIOS_START_MAX) start = BIOS_START_MAX;
  if (ebdaAddr >= BIOS_START_MIN && ebdaAddr < start) start = ebdaAddr;
  return start;
}

function ramdiskEnd(ramdisk: { readonly image: PhysAddr; readonly size: number }): PhysAddr {
  return alignUp(ramdisk.image + ramdisk.size, PAGE_SIZE);
}

/** extend_brk for the first page tables; returns where they start (early_alloc_pgt_buf). */
export function earlyAllocPgtBuf(x86: X86State): PhysAddr {
  const start = alignUp(x86.brkEnd, PAGE_SIZE);
  x86.brkEnd = start + earlyPageTables(x86.ctx.profile) * PAGE_SIZE;
  return start;
}

/** Reserves what brk holds and closes it (reserve_brk). */
export function reserveBrk(x86: X86State): void {
  const start = relocated(x86, x86.ctx.profile.image.endOfKernelReserve);
  if (x86.brkEnd > start) x86.ctx.memblock.reserveKern(start, x86.brkEnd - start, 'setup_arch#brk');
}

/** The trampoline for other CPUs below 1 MiB, and then all of the first 1 MiB (reserve_real_mode). */
export function reserveRealMode(x86: X86State): void {
  const { memblock, profile, printk } = x86.ctx;
  const size = profile.image.realModeSize;
  const mem = memblock.takeRange(size, PAGE_SIZE, 0, ISA_END_ADDRESS, 'reserve_real_mode');
  if (!mem) printk.info('No sub-1M memory is available for the trampoline');
  if (profile.rules.firstMegabyte === 'parts') {
    if (mem && profile.rules.crashLowMegabyte && x86.ctx.params.has('crashkernel')) {
      memblock.reserve(0, ISA_END_ADDRESS, 'crash_reserve_low_1M');
      printk.info('kexec: Reserving the low 1M of memory for crashkernel');
    }
    memblock.reserve(0, LOW_RESERVE_SIZE, 'setup_arch#low64k');
    return;
  }
  memblock.reserve(0, ISA_END_ADDRESS, 'setup_arch#first-megabyte');
  if (profile.rules.khoScratchFirstMegabyte) memblock.setKhoScratch(0, ISA_END_ADDRESS, false);
}

/** Keeps the initrd where it is, or moves it into mapped memory (reserve_initrd). */
export function reserveInitrd(x86: X86State): void {
  const { ctx, bootParams } = x86;
  const { ramdisk } = bootParams;
  if (!ramdisk || ramdisk.size === 0) return;
  const end = ramdiskEnd(ramdisk);
  ctx.printk.info(`RAMDISK: [mem ${hex(ramdisk.image, 8)}-${hex(end - 1, 8)}]`);
  if (x86.pfnMapped.covers(pfnDown(ramdisk.image), pfnDown(end))) {
    ctx.ramdisk = { start: ramdisk.image, end: ramdisk.image + ramdisk.size };
    return;
  }
  relocateInitrd(x86, ramdisk);
  ctx.memblock.free(ramdisk.image, end - ramdisk.image, 'setup_arch#initrd-moved');
}

function relocateInitrd(x86: X86State, ramdisk: { readonly image: PhysAddr; readonly size: number }): void {
  const { ctx } = x86;
  const areaSize = alignUp(ramdisk.size, PAGE_SIZE);
  const limit = x86.maxPfnMapped * PAGE_SIZE;
  const to = ctx.memblock.physAllocRange(areaSize, PAGE_SIZE, 0, limit, 'setup_arch#initrd-to');
  if (!to) {
    throw panic(ctx.printk, `Cannot find place for new RAMDISK of size ${ramdisk.size}`);
  }
  const range = (start: PhysAddr): string => `[mem ${hex(start, 8)}-${hex(start + ramdisk.size - 1, 8)}]`;
  ctx.printk.info(`Allocated new RAMDISK: ${range(to)}`);
  ctx.printk.info(`Move RAMDISK from ${range(ramdisk.image)} to ${range(to)}`);
  ctx.ramdisk = { start: to, end: to + ramdisk.size };
}

/** crashkernel=: low memory first unless `,high` is said (reserve_crashkernel). */
export function reserveCrashkernel(x86: X86State): void {
  const { memblock, params, printk } = x86.ctx;
  const totalMem = memblock.physMemSize();
  const warn = (text: string): void => printk.warn(text);
  let request = parseCrashkernel(params, totalMem, warn);
  const high = request === null || request.size === 0;
  if (high) {
    const size = parseCrashkernelSuffix(params, ',high', warn);
    request = size === null ? null : { size, base: 0 };
  }
  if (request === null || request.size === 0) return;
  const base = request.base === 0 ? crashAnywhere(x86, request.size, high) : crashAt(x86, request);
  if (base === 0) return;
  if (base >= 4 * GiB && !reserveCrashkernelLow(x86)) {
    memblock.free(base, request.size, 'setup_arch#crashkernel');
    return;
  }
  const inMiB = (bytes: number): number => Math.floor(bytes / MiB);
  printk.info(
    `Reserving ${inMiB(request.size)}MB of memory at ${inMiB(base)}MB for crashkernel (System RAM: ${inMiB(totalMem)}MB)`,
  );
}

/** CRASH_ADDR_LOW_MAX to 5.2: what the oldest kexec-tools could boot. */
const CRASH_ADDR_OLD_LOW_MAX = 896 * MiB;

function crashAnywhere(x86: X86State, size: number, high: boolean): PhysAddr {
  const { memblock, printk, profile } = x86.ctx;
  const lowMax64 = profile.rules.crashLowMax === '4G' ? CRASH_ADDR_LOW_MAX : CRASH_ADDR_OLD_LOW_MAX;
  const [lowMax, highMax] = profile.image.i386
    ? [CRASH_ADDR_MAX_32, CRASH_ADDR_MAX_32]
    : [lowMax64, CRASH_ADDR_HIGH_MAX];
  let base = 0;
  if (!high) base = memblock.physAllocRange(size, CRASH_ALIGN, CRASH_ALIGN, lowMax, 'setup_arch#crash-low');
  if (!base) base = memblock.physAllocRange(size, CRASH_ALIGN, CRASH_ALIGN, highMax, 'setup_arch#crash-high');
  if (!base) printk.info('crashkernel reservation failed - No suitable area found.');
  return base;
}

function crashAt(x86: X86State, request: { readonly size: number; readonly base: PhysAddr }): PhysAddr {
  const { size, base } = request;
  const start = x86.ctx.memblock.physAllocRange(size, MiB, base, base + size, 'setup_arch#crash-at');
  if (start === base) return base;
  x86.ctx.printk.info('crashkernel reservation failed - memory is in use.');
  return 0;
}

/** Low memory beside a crash kernel above 4 GiB (reserve_crashkernel_low); false where it cannot be had. */
function reserveCrashkernelLow(x86: X86State): boolean {
  if (x86.ctx.profile.image.i386) return true;
  const { memblock, params, printk } = x86.ctx;
  const limit = Math.min(memblock.physMemSize(), CRASH_ADDR_LOW_MAX);
  const asked = parseCrashkernelSuffix(params, ',low', (text) => printk.warn(text));
  if (asked === 0) return true;
  const size = asked ?? Math.max(swiotlbSizeOrDefault(params) + 8 * MiB, 256 * MiB);
  const base = memblock.physAllocRange(size, CRASH_ALIGN, 0, CRASH_ADDR_LOW_MAX, 'setup_arch#crash-low-part');
  if (!base) {
    printk.print(
      `Cannot reserve ${alignDown(size, MiB) / MiB}MB crashkernel low memory, please try smaller size.`,
      3,
    );
    return false;
  }
  const inMiB = (bytes: number): number => Math.floor(bytes / MiB);
  printk.info(
    `Reserving ${inMiB(size)}MB of low memory at ${inMiB(base)}MB for crashkernel (low RAM limit: ${inMiB(limit)}MB)`,
  );
  return true;
}
