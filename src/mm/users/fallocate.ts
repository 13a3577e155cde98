// A file of huge pages, preallocated: hugetlbfs_fallocate() as ktask v4 cuts it up (13/13, November 2018; fs/hugetlbfs/inode.c of
// 4.20). ktask_run() keeps all threads on the caller's node, and a page comes from that node's pool as long as it has one: what the
// node does not have is cleared over the interconnect. What it must not lose: pages; the pools have what the file has not.
import { bugOn } from '../../lib/bug.ts';
import type { Nid } from '../../lib/units.ts';
import { atomicAddReturn, type Kthread, type Word, type WorkName } from '../../cpu/op.ts';
import type { Kernel, ThreadFn } from '../../kernel/kernel.ts';
import { padataDoMultithreadedRfc, type PadataRfcJob } from '../../kernel/padata.ts';
import { CONTENDED_WORDS, initContended, underLock } from './contended.ts';

export const FALLOCATE_CHUNK: WorkName = 'hugetlbfsFallocateChunk';
/** clear_huge_page(); its argument is the node that the pages lie on. */
export const CLEAR_HUGE: WorkName = 'clearHuge';

const ENOSPC = -28;

/** 128 MiB, in huge pages of 2 MiB (KTASK_PMD_MINCHUNK). */
export const FALLOCATE_MIN_CHUNK = 64;

export interface FallocateContext {
  readonly file: Word;
  /** Pages that are taken from a pool at once. */
  readonly batch: number;
  /** Where all threads run. */
  readonly node: Nid;
  /** Huge pages in each node's pool, before. */
  readonly pools: readonly number[];
}

const CACHED = CONTENDED_WORDS;
const POOLS = CONTENDED_WORDS + 1;

/** Words: hugetlb_lock, pages in the page cache, and what each node's pool has left. */
export const fallocateWords = (nodes: number): number => POOLS + nodes;

export function initFallocate(k: Kernel, { file, pools }: FallocateContext): void {
  k.mem.fresh(file, fallocateWords(pools.length), 'file', ['lock', 'contenders', 'cached', 'pools']);
  initContended(k, file, 'hugetlb_lock');
  k.mem.writeOnce(file + CACHED, 0);
  for (const [node, pages] of pools.entries()) k.mem.store(file + POOLS + node, pages);
}

/** dequeue_huge_page_vma(): up to `wanted` pages of the thread's own node, of the first other that has some where it has none. */
function* dequeue(k: Kernel, ctx: FallocateContext, wanted: number): Kthread<{ node: Nid; pages: number }> {
  return yield* underLock(k, { at: ctx.file, name: 'hugetlb_lock', hold: null }, wanted, () => {
    for (const node of [ctx.node, ...ctx.pools.keys()]) {
      const free = k.mem.load(ctx.file + POOLS + node);
      const pages = Math.min(free, wanted);
      if (pages === 0) continue;
      k.mem.store(ctx.file + POOLS + node, free - pages);
      return { node, pages };
    }
    return { node: ctx.node, pages: 0 };
  });
}

/** One thread's part. There is no undo: what an error leaves in the file stays there. */
export function* fallocateChunk(
  k: Kernel,
  ctx: FallocateContext,
  start: number,
  end: number,
): Kthread<number> {
  for (let at = start; at < end;) {
    const { node, pages } = yield* dequeue(k, ctx, Math.min(ctx.batch, end - at));
    if (pages === 0) return ENOSPC;
    yield { op: 'run', work: CLEAR_HUGE, arg: node, start: at, end: at + pages };
    yield* atomicAddReturn(ctx.file + CACHED, pages);
    at += pages;
  }
  return 0;
}

export function fallocateThreadFns(ctx: () => FallocateContext): Readonly<Record<WorkName, ThreadFn>> {
  return { [FALLOCATE_CHUNK]: (k, start, end) => fallocateChunk(k, ctx(), start, end) };
}

/** Preallocates `pages` huge pages; 0, or the first error. */
export function* fallocate(
  k: Kernel,
  ctx: FallocateContext,
  pages: number,
  job: Pick<PadataRfcJob, 'maxThreads' | 'cpusAllowed'>,
): Kthread<number> {
  return yield* padataDoMultithreadedRfc(k, {
    ...{ threadFn: FALLOCATE_CHUNK, fnArg: ctx.file, start: 0, size: pages },
    ...{ align: 1, minChunk: FALLOCATE_MIN_CHUNK, ...job },
  });
}

/** Pages in the file. @throws Bug where it and the pools together have another number than the pools had before */
export function checkFallocate(k: Kernel, { file, pools }: FallocateContext): number {
  const cached = k.mem.readOnce(file + CACHED);
  const left = pools.reduce((sum, _pages, node) => sum + k.mem.load(file + POOLS + node), 0);
  const had = pools.reduce((sum, pages) => sum + pages, 0);
  bugOn(cached + left !== had, `${cached} pages in the file and ${left} in the pools, of ${had}`);
  return cached;
}
