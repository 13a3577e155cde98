// Users of jobs with one fault each.
import type { Kthread } from '../../cpu/op.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { HUGETLB_ALLOC, HUGETLB_PREP, hugetlbThreadFns } from '../../mm/users/hugetlb.ts';
import { MUNMAP_CHUNK, rangeThreadFns } from '../../mm/users/ranges.ts';
import {
  VFIO_PIN_CHUNK,
  vfioLockAcct,
  vfioPinChunk,
  vfioThreadFns,
  vfioUnpin,
  type VfioContext,
} from '../../mm/users/vfio-pin.ts';

/** A chunk that fails leaves the part that it had pinned: the fault of ktask's first posting. */
export const keepsPartial: typeof vfioThreadFns = (ctx) => ({
  ...vfioThreadFns(ctx),
  [VFIO_PIN_CHUNK]: (k, start, end) => pinAndKeep(k, ctx(), start, end),
});

function* pinAndKeep(k: Kernel, ctx: VfioContext, start: number, end: number): Kthread<number> {
  // batch after batch, each as a chunk of its own: the one that fails undoes itself alone
  for (let at = start; at < end; at += ctx.batch) {
    const error = yield* vfioPinChunk(k, ctx, at, Math.min(at + ctx.batch, end));
    if (error !== 0) return error;
  }
  return 0;
}

/** A thread keeps what is left of its cache of locked_vm. */
export const leaksCache: typeof vfioThreadFns = (ctx) => ({
  ...vfioThreadFns(ctx),
  *[VFIO_PIN_CHUNK](k, start, end) {
    const { lockedVmCache } = ctx();
    const error = yield* vfioPinChunk(k, { ...ctx(), lockedVmCache: 0 }, start, end);
    const left = lockedVmCache - (end - start);
    if (error === 0 && left > 0) yield* vfioLockAcct(k, ctx(), left);
    return error;
  },
});

/** The chunk that fails is undone by its thread, and once more by the job's undo in its own. */
export const undoesTooMuch: typeof vfioThreadFns = (ctx) => ({
  ...vfioThreadFns(ctx),
  *[VFIO_PIN_CHUNK](k, start, end) {
    const error = yield* vfioPinChunk(k, ctx(), start, end);
    if (error !== 0) yield* vfioUnpin(k, ctx(), 0, start);
    return error;
  },
});

/** nr_huge_pages is counted without hugetlb_lock. */
export const countsUnlocked: typeof hugetlbThreadFns = (ctx) => ({
  *[HUGETLB_ALLOC](k, start, end) {
    const { pool } = ctx();
    yield { op: 'run', work: HUGETLB_PREP, arg: pool, start, end };
    k.mem.store(pool + 2, k.mem.load(pool + 2) + end - start);
    return 0;
  },
});

/** A chunk's last batch is left where it is. */
export const forgetsTail: typeof rangeThreadFns = (ctx) => ({
  *[MUNMAP_CHUNK](k, start, end, arg) {
    const fn = rangeThreadFns(ctx)[MUNMAP_CHUNK];
    return fn === undefined ? 0 : yield* fn(k, start, Math.max(start, end - ctx().batch), arg);
  },
});
