// Mirrors kernel/dma/swiotlb.c (v6.1): the bounce buffer below 4 GiB, its slots and areas.
import { alignUp, roundupPowOfTwo } from '../lib/align.ts';
import { simpleStrtoull } from '../lib/strtoul.ts';
import { u64 } from '../lib/u64.ts';
import { pointerText } from '../kernel/pointer_text.ts';
import { hex, KiB, MiB, PAGE_SIZE, type PhysAddr } from '../lib/units.ts';
import type { Params } from '../kernel/params.ts';
import type { Printk } from '../kernel/printk.ts';
import type { BootContext } from './context.ts';

/** Bytes of a slab, and slabs of a segment (IO_TLB_SIZE, IO_TLB_SEGSIZE). */
const IO_TLB_SIZE = 2 * KiB;
const IO_TLB_SEGSIZE = 128;
const IO_TLB_DEFAULT_SIZE = 64 * MiB;
const IO_TLB_MIN_SLABS = MiB / IO_TLB_SIZE;

/** What the file keeps in static variables; `areas` 0 stands for not known yet. */
export interface SwiotlbSettings {
  slabs: number;
  areas: number;
  forceBounce: boolean;
  forceDisable: boolean;
}

/** The bounce buffer as it was allocated, `end` exclusive; null where there is none. */
export interface SwiotlbPool {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
}

/** Bytes of an entry of the list of free slabs, and of the list of addresses (to 5.19). */
const INT_SIZE = 4;
const ADDRESS_SIZE = 8;

const LOG_PREFIX = 'software IO TLB: ';

type Say = (text: string) => void;

function defaultSettings(): SwiotlbSettings {
  const slabs = IO_TLB_DEFAULT_SIZE / IO_TLB_SIZE;
  return { slabs, areas: 0, forceBounce: false, forceDisable: false };
}

/** Slabs to a power of two and a whole segment for each area (round_up_default_nslabs); whether it changed them. */
function roundUpDefaultSlabs(settings: SwiotlbSettings): boolean {
  if (settings.areas === 0) return false;
  const least = uint(IO_TLB_SEGSIZE * settings.areas);
  if (settings.slabs < least) settings.slabs = least;
  else if (roundupPowOfTwo(settings.slabs) === settings.slabs) return false;
  settings.slabs = roundupPowOfTwo(settings.slabs);
  return true;
}

/** As C's unsigned int keeps it. */
function uint(value: number | bigint): number {
  return Number(BigInt.asUintN(32, BigInt(value)));
}

/** Bytes of a pool: a size_t, which wraps. */
function poolBytes(slabs: number): bigint {
  return u64(BigInt(slabs) * BigInt(IO_TLB_SIZE));
}

function adjustAreas(settings: SwiotlbSettings, wanted: number | bigint, say: Say): void {
  settings.areas = uint(roundupPowOfTwo(Math.max(uint(wanted), 1)));
  say(`${LOG_PREFIX}area num ${settings.areas}.`);
  if (roundUpDefaultSlabs(settings)) {
    const size = poolBytes(settings.slabs) / BigInt(MiB);
    say(`${LOG_PREFIX}SWIOTLB bounce buffer size roundup to ${size}MB`);
  }
}

/** One swiotlb=SLABS,AREAS,force|noforce, each part optional (setup_io_tlb_npages). */
function applyParam(settings: SwiotlbSettings, text: string, say: Say): void {
  const slabs = simpleStrtoull(text);
  if (/^\d/.test(text)) settings.slabs = alignUp(Number(slabs.value), IO_TLB_SEGSIZE);
  const afterSlabs = slabs.rest.replace(/^,/, '');
  const areas = simpleStrtoull(afterSlabs);
  if (/^\d/.test(afterSlabs)) adjustAreas(settings, areas.value, say);
  const flag = areas.rest.replace(/^,/, '');
  if (flag === 'force') settings.forceBounce = true;
  else if (flag === 'noforce') settings.forceDisable = true;
}

/** The settings after all swiotlb= parameters. */
export function swiotlbSettings(params: Params): SwiotlbSettings {
  const settings = defaultSettings();
  for (const value of params.all('swiotlb')) if (value !== null) applyParam(settings, value, () => {});
  return settings;
}

/** The lines that one swiotlb= prints as it is parsed: a number of areas is told at once. */
export function printSwiotlbParam(printk: Printk, text: string): void {
  applyParam(defaultSettings(), text, (line) => printk.info(line));
}

/** swiotlb_size_or_default(): bytes of the pool that will be asked for. */
export function swiotlbSizeOrDefault(params: Params): number {
  return swiotlbSettings(params).slabs * IO_TLB_SIZE;
}

function limitAreas(areas: number, slabs: number): number {
  return slabs < areas * IO_TLB_SEGSIZE ? Math.floor(slabs / IO_TLB_SEGSIZE) : areas;
}

/**
 * Takes the pool, its slots and its areas (swiotlb_init_remap). `wanted`: devices may not reach all memory. Returns
 * null where there is no pool.
 */
export function swiotlbInit(ctx: BootContext, wanted: boolean, possibleCpus: number): SwiotlbPool | null {
  const { memblock, printk, profile } = ctx;
  const settings = swiotlbSettings(ctx.params);
  if (profile.rules.swiotlbTables === 'list-and-addresses')
    return swiotlbInitWithLists(ctx, settings, wanted);
  if ((!wanted && !settings.forceBounce) || settings.forceDisable) return null;
  if (settings.areas === 0) adjustAreas(settings, possibleCpus, (text) => printk.info(text));
  const pool = allocPool(ctx, settings);
  if (pool === null) return null;
  const slabs = (pool.end - pool.start) / IO_TLB_SIZE;
  const slotsSize = alignUp(profile.image.sizeofIoTlbSlot * slabs, PAGE_SIZE);
  if (!memblock.alloc(slotsSize, PAGE_SIZE, 'swiotlb_init_remap#slots')) {
    printk.warn(
      `${LOG_PREFIX}swiotlb_init_remap: Failed to allocate ${slotsSize} bytes align=${hex(PAGE_SIZE)}`,
    );
    return null;
  }
  if (!memblock.alloc(profile.image.sizeofIoTlbArea * settings.areas, 64, 'swiotlb_init_remap#areas')) {
    printk.warn(`${LOG_PREFIX}swiotlb_init_remap: Failed to allocate mem->areas.`);
    return null;
  }
  return pool;
}

/** The pool with a list of free slabs and one of addresses, to 5.19 (swiotlb_init, swiotlb_init_with_tbl). */
function swiotlbInitWithLists(
  ctx: BootContext,
  settings: SwiotlbSettings,
  wanted: boolean,
): SwiotlbPool | null {
  const { memblock, printk } = ctx;
  if (!wanted && !settings.forceBounce) return null;
  const slabs = settings.forceDisable ? 1 : settings.slabs;
  const bytes = slabs * IO_TLB_SIZE;
  const start = memblock.allocLow(alignUp(bytes, PAGE_SIZE), PAGE_SIZE, 'swiotlb_init');
  if (!start) {
    printk.warn(`${LOG_PREFIX}Cannot allocate buffer`);
    return null;
  }
  for (const size of [INT_SIZE, ADDRESS_SIZE])
    memblock.alloc(alignUp(slabs * size, PAGE_SIZE), PAGE_SIZE, 'swiotlb_init_with_tbl');
  return { start, end: start + bytes };
}

/** Halves the pool until it fits, down to 1 MiB. */
function allocPool(ctx: BootContext, settings: SwiotlbSettings): SwiotlbPool | null {
  const { memblock, printk } = ctx;
  let slabs = settings.slabs;
  let areas = limitAreas(settings.areas, slabs);
  for (;;) {
    const bytes = poolBytes(slabs); // whole segments, so whole pages
    const start = memblock.allocLow(Number(bytes), PAGE_SIZE, 'swiotlb_init_remap#tlb');
    if (start) {
      if (slabs !== settings.slabs) {
        printk.info(`${LOG_PREFIX}SWIOTLB bounce buffer size adjusted ${settings.slabs} -> ${slabs} slabs`);
      }
      return { start, end: start + slabs * IO_TLB_SIZE };
    }
    printk.warn(`${LOG_PREFIX}swiotlb_memblock_alloc: Failed to allocate ${bytes} bytes tlb structure`);
    if (slabs <= IO_TLB_MIN_SLABS) return null;
    slabs = alignUp(Math.floor(slabs / 2), IO_TLB_SEGSIZE);
    areas = limitAreas(areas, slabs);
  }
}

/** The line that tells where the pool is, once PCI is up (swiotlb_print_info). */
export function swiotlbPrintInfo(ctx: BootContext, pool: SwiotlbPool | null): void {
  if (pool === null) {
    ctx.printk.warn(`${LOG_PREFIX}No low mem`);
    return;
  }
  const size = Math.floor((pool.end - pool.start) / MiB);
  if (ctx.profile.rules.swiotlbLine === 'mapped-at') {
    const at = `${pointerText(pool.start, 'address')}-${pointerText(pool.end - 1, 'address')}`;
    ctx.printk.info(
      `software IO TLB [mem ${hex(pool.start, 8)}-${hex(pool.end, 8)}] (${size}MB) mapped at [${at}]`,
    );
    return;
  }
  ctx.printk.info(`${LOG_PREFIX}mapped [mem ${hex(pool.start, 16)}-${hex(pool.end, 16)}] (${size}MB)`);
}
