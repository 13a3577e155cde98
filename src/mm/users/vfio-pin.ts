// Pinning a guest's memory for a device: vfio_pin_map_dma() as the RFC of 2022 runs it with padata (drivers/vfio/vfio_iommu_type1.c
// of 5.14 and patches 7 to 9 of the series). What it must not lose: pins, and the pages accounted in the owner's locked_vm.
import { bugOn } from '../../lib/bug.ts';
import type { Kthread, Word, WorkName } from '../../cpu/op.ts';
import type { Kernel, ThreadFn } from '../../kernel/kernel.ts';
import { padataDoMultithreadedRfc, type PadataRfcJob } from '../../kernel/padata.ts';
import { CONTENDED_WORDS, initContended, underLock, type ContendedLock } from './contended.ts';

export const VFIO_PIN_CHUNK: WorkName = 'vfioPinChunk';
export const VFIO_UNPIN: WorkName = 'vfioUnpin';
/** The leaf that faults pages in and pins them. */
export const VFIO_PIN: WorkName = 'vfioPin';

const ENOMEM = -12;
const EFAULT = -14;

/** As posted: 2 MiB, 128 MiB, 16 threads, a cache of 65,536 pages; a batch is a page of page pointers. Pages of 4 KiB. */
export const VFIO_2022 = {
  align: 512,
  minChunk: 32768,
  maxThreads: 16,
  batch: 512,
  lockedVmCache: 65536,
} as const;

/** A device's mapping in the making. */
export interface VfioContext {
  readonly align: number;
  readonly minChunk: number;
  readonly maxThreads: number;
  /** Pages that are pinned before they are accounted. */
  readonly batch: number;
  /** Pages that a thread accounts in advance; 0: each batch by itself. */
  readonly lockedVmCache: number;
  /** RLIMIT_MEMLOCK in pages. */
  readonly limit: number;
  /** Where its words are: see initVfio(). */
  readonly dma: Word;
  readonly hold: WorkName | null;
}

const LOCKED_VM = CONTENDED_WORDS;
const DMA_SIZE = CONTENDED_WORDS + 1;
const PINS = CONTENDED_WORDS + 2;

/** Words of a mapping of so many pages: mmap_lock, locked_vm, dma->size, and the pins of each batch. */
export function vfioWords(pages: number, batch: number): number {
  return PINS + Math.ceil(pages / batch);
}

export function initVfio(k: Kernel, dma: Word, pages: number, batch: number): void {
  k.mem.fresh(dma, vfioWords(pages, batch), 'dma', ['lock', 'contenders', 'locked_vm', 'size', 'pins']);
  initContended(k, dma, 'mmap_lock');
  k.mem.store(dma + LOCKED_VM, 0);
  k.mem.writeOnce(dma + DMA_SIZE, 0);
  for (let i = 0; i * batch < pages; i += 1) k.mem.writeOnce(dma + PINS + i, 0);
}

const mmapLock = ({ dma, hold }: VfioContext): ContendedLock => ({ at: dma, name: 'mmap_lock', hold });

/** vfio_lock_acct(): `pages` more, or fewer, in locked_vm; an error where that is beyond the limit. */
export function* vfioLockAcct(k: Kernel, ctx: VfioContext, pages: number): Kthread<number> {
  return yield* underLock(k, mmapLock(ctx), Math.abs(pages), () => {
    const next = k.mem.load(ctx.dma + LOCKED_VM) + pages;
    bugOn(next < 0, 'locked_vm falls below 0');
    if (pages > 0 && next > ctx.limit) return ENOMEM;
    k.mem.store(ctx.dma + LOCKED_VM, next);
    return 0;
  });
}

/** Pins of a batch: reference counts of pages, so no lock. */
function pin(k: Kernel, { dma, batch }: VfioContext, at: number, pages: number): void {
  const word = dma + PINS + Math.floor(at / batch);
  bugOn(k.mem.readOnce(word) !== 0, `batch at page ${at} is pinned twice`);
  k.mem.writeOnce(word, pages);
}

function unpin(k: Kernel, { dma, batch }: VfioContext, start: number, end: number): number {
  let pages = 0;
  for (let at = start; at < end; at += batch) {
    const word = dma + PINS + Math.floor(at / batch);
    pages += k.mem.readOnce(word);
    k.mem.writeOnce(word, 0);
  }
  return pages;
}

/** Pages of locked_vm that a thread has in hand. */
interface Cache {
  left: number;
  on: boolean;
}

function* account(k: Kernel, ctx: VfioContext, pages: number, cache: Cache): Kthread<number> {
  if (cache.on && cache.left < pages) {
    if ((yield* vfioLockAcct(k, ctx, ctx.lockedVmCache)) === 0) cache.left += ctx.lockedVmCache;
    else cache.on = false; // the limit is near: every page by itself from here on
  }
  if (cache.left < pages) return yield* vfioLockAcct(k, ctx, pages);
  cache.left -= pages;
  return 0;
}

/** Pages from `at` on that can be pinned before one fails. */
function pinnable(k: Kernel, at: number, end: number): number {
  if (k.shouldFail === undefined) return end - at;
  for (let page = at; page < end; page += 1) if (k.shouldFail('pin', page)) return page - at;
  return end - at;
}

/** vfio_pin_chunk(): one thread's part. Where it fails, it undoes its own part itself. */
export function* vfioPinChunk(k: Kernel, ctx: VfioContext, start: number, end: number): Kthread<number> {
  const cache: Cache = { left: 0, on: ctx.lockedVmCache > 0 };
  let error = 0;
  let accounted = 0;
  let at = start;
  while (at < end && error === 0) {
    const next = Math.min(at + ctx.batch, end);
    const pages = pinnable(k, at, next);
    yield { op: 'run', work: VFIO_PIN, arg: ctx.dma, start: at, end: at + pages };
    if (pages > 0) pin(k, ctx, at, pages);
    error = pages < next - at ? EFAULT : yield* account(k, ctx, pages, cache);
    if (error === 0) accounted += pages;
    at = next;
  }
  if (error !== 0) unpin(k, ctx, start, at);
  const back = cache.left + (error === 0 ? 0 : accounted);
  if (back > 0) yield* vfioLockAcct(k, ctx, -back);
  return error;
}

/** undo_fn: takes back chunks that succeeded. */
export function* vfioUnpin(k: Kernel, ctx: VfioContext, start: number, end: number): Kthread<number> {
  yield* vfioLockAcct(k, ctx, -unpin(k, ctx, start, end));
  return 0;
}

/** Thread functions that the kernel's text needs for this mapping. */
export function vfioThreadFns(ctx: () => VfioContext): Readonly<Record<WorkName, ThreadFn>> {
  return {
    [VFIO_PIN_CHUNK]: (k, start, end) => vfioPinChunk(k, ctx(), start, end),
    [VFIO_UNPIN]: (k, start, end) => vfioUnpin(k, ctx(), start, end),
  };
}

/** vfio_dma_do_map() of `size` pages: 0, or the first error. The mapping has its size on full success only. */
export function* vfioPinMapDma(
  k: Kernel,
  ctx: VfioContext,
  size: number,
  more: Partial<PadataRfcJob> = {},
): Kthread<number> {
  const { align, minChunk, maxThreads } = ctx;
  const error = yield* padataDoMultithreadedRfc(k, {
    ...{ threadFn: VFIO_PIN_CHUNK, undoFn: VFIO_UNPIN, fnArg: ctx.dma },
    ...{ start: 0, size, align, minChunk, maxThreads },
    ...more,
  });
  // the caller has iommu->lock all the while
  if (error === 0) k.mem.writeOnce(ctx.dma + DMA_SIZE, size);
  return error;
}

/** What a mapping has in the end. */
export function vfioState(
  k: Kernel,
  { dma, batch }: VfioContext,
  pages: number,
): { readonly lockedVm: number; readonly dmaSize: number; readonly pinned: number } {
  let pinned = 0;
  for (let i = 0; i * batch < pages; i += 1) pinned += k.mem.readOnce(dma + PINS + i);
  return { lockedVm: k.mem.load(dma + LOCKED_VM), dmaSize: k.mem.readOnce(dma + DMA_SIZE), pinned };
}

/** @throws Bug where pins, locked_vm or the size are not all of it after success, or not 0 after a failure */
export function checkVfio(k: Kernel, ctx: VfioContext, pages: number, error: number): void {
  const { lockedVm, dmaSize, pinned } = vfioState(k, ctx, pages);
  const expected = error === 0 ? pages : 0;
  bugOn(pinned !== expected, `${pinned} pages are pinned, not ${expected}`);
  bugOn(lockedVm !== expected, `locked_vm is ${lockedVm}, not ${expected}`);
  bugOn(dmaSize !== expected, `dma->size is ${dmaSize}, not ${expected}`);
}
