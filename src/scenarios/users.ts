// The users of jobs under the explorer: what each must not lose, whatever fails and in whatever order.
import { bugOn } from '../lib/bug.ts';
import {
  COMPLETION_FIELDS,
  COMPLETION_WORDS,
  initCompletion,
  waitForCompletion,
} from '../kernel/completion.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { kthreadRun } from '../kernel/kthread.ts';
import { padataDoMultithreadedRfc } from '../kernel/padata.ts';
import type { Scenario } from '../cpus/simulated/explore/scenario.ts';
import {
  checkHugetlb,
  HUGETLB_PREP,
  hugetlbFill,
  hugetlbThreadFns,
  hugetlbWords,
  initHugetlb,
  type HugetlbContext,
} from '../mm/users/hugetlb.ts';
import {
  checkKho,
  initKho,
  KHO_DEFERRED,
  KHO_INIT,
  KHO_PRESERVED,
  khoClaim,
  khoThreadFns,
  khoWords,
  type KhoContext,
} from '../mm/users/kho.ts';
import {
  checkRange,
  initRange,
  MUNMAP_FREE,
  PMEM_INIT,
  rangeJob,
  rangeThreadFns,
  rangeWords,
  type RangeContext,
} from '../mm/users/ranges.ts';
import {
  checkVfio,
  initVfio,
  VFIO_PIN,
  vfioPinMapDma,
  vfioThreadFns,
  vfioWords,
  type VfioContext,
} from '../mm/users/vfio-pin.ts';
import { userScenario, type Named } from './user-world.ts';

export interface VfioOptions extends Named {
  readonly cpus: number;
  readonly pages: number;
  readonly vfio: Partial<Omit<VfioContext, 'dma' | 'hold'>>;
  /** Pages whose pinning fails. */
  readonly failing?: readonly number[];
  readonly threadFns?: typeof vfioThreadFns;
  /** Whether the mapping must fail; where it is left out either is fine. */
  readonly fails?: boolean;
}

/** A mapping of a few batches of two pages. */
export function vfioScenario<Name extends string>(
  options: VfioOptions & { readonly name: Name },
): Scenario<Name> {
  const { cpus, pages, failing, fails } = options;
  const batch = 2;
  const shouldFail: Kernel['shouldFail'] =
    failing && ((what, at): boolean => what === 'pin' && failing.includes(at));
  return userScenario<VfioContext, Name>(options, {
    ...{ cpus, leaf: VFIO_PIN, threadFns: options.threadFns ?? vfioThreadFns, shouldFail },
    words: vfioWords(pages, batch),
    init: (k, dma) => {
      initVfio(k, dma, pages, batch);
      const sizes = { align: batch, minChunk: batch, maxThreads: cpus, batch };
      return { ...sizes, lockedVmCache: 0, limit: pages, hold: null, ...options.vfio, dma };
    },
    run: (k, ctx) => vfioPinMapDma(k, ctx, pages),
    check: (k, ctx, error) => {
      checkVfio(k, ctx, pages, error);
      bugOn(fails !== undefined && fails !== (error !== 0), `the mapping returned ${error}`);
    },
  });
}

export interface HugetlbOptions extends Named {
  readonly cpus: number;
  readonly pages: number;
  /** Pages that there is no memory for. */
  readonly failing?: readonly number[];
  readonly threadFns?: typeof hugetlbThreadFns;
}

export function hugetlbScenario<Name extends string>(
  options: HugetlbOptions & { readonly name: Name },
): Scenario<Name> {
  const { cpus, pages, failing = [] } = options;
  return userScenario<HugetlbContext, Name>(options, {
    ...{ cpus, leaf: HUGETLB_PREP, threadFns: options.threadFns ?? hugetlbThreadFns },
    shouldFail: (what, at) => what === 'alloc' && failing.includes(at),
    words: hugetlbWords(pages),
    init: (k, pool) => {
      initHugetlb(k, pool, pages);
      return { pool, batch: 2, hold: null };
    },
    *run(k, ctx) {
      yield* hugetlbFill(k, ctx, pages, { maxThreads: cpus, minChunk: 1, numaAware: true });
      return 0;
    },
    check: (k, ctx) => {
      const there = checkHugetlb(k, ctx, pages);
      bugOn(failing.length === 0 && there !== pages, `the pool has ${there} of ${pages} pages`);
      bugOn(there + failing.length > pages, 'pages from nowhere');
    },
  });
}

export interface RangeOptions extends Named {
  readonly cpus: number;
  readonly pages: number;
  readonly kind: RangeContext['kind'];
  readonly threadFns?: typeof rangeThreadFns;
}

export function rangeScenario<Name extends string>(
  options: RangeOptions & { readonly name: Name },
): Scenario<Name> {
  const { cpus, pages, kind } = options;
  const batch = 2;
  return userScenario<RangeContext, Name>(options, {
    ...{ cpus, leaf: kind === 'pmem' ? PMEM_INIT : MUNMAP_FREE },
    threadFns: options.threadFns ?? rangeThreadFns,
    words: rangeWords(pages, batch),
    init: (k, range) => {
      const ctx = { range, batch, hold: null, kind };
      initRange(k, ctx, pages);
      return ctx;
    },
    run: (k, ctx) => rangeJob(k, ctx, pages, { align: batch, minChunk: batch, maxThreads: cpus }),
    check: (k, ctx) => checkRange(k, ctx, pages),
  });
}

export interface KhoOptions extends Named {
  readonly kho: Omit<KhoContext, 'zone'>;
}

const ARGS = ['thread_fn', 'pages', 'done', ...COMPLETION_FIELDS.map((field) => `completion.${field}`)];

/** Deferred init in a thread of its own, preserved pages in a job beside it. */
export function khoScenario<Name extends string>({
  name,
  about,
  kho,
}: KhoOptions & { readonly name: Name }): Scenario<Name> {
  return userScenario<KhoContext, Name>(
    { name, about },
    {
      ...{ cpus: 3, leaf: KHO_INIT, threadFns: khoThreadFns, words: khoWords(kho) },
      init: (k, zone) => {
        const ctx = { ...kho, zone };
        initKho(k, ctx);
        return ctx;
      },
      *run(k, ctx) {
        const args = k.mem.alloc(3 + COMPLETION_WORDS);
        k.mem.fresh(args, 3 + COMPLETION_WORDS, 'args', ARGS);
        initCompletion(k, args + 3);
        k.mem.writeOnce(args, k.text.address(KHO_PRESERVED));
        k.mem.writeOnce(args + 1, ctx.preserved.length);
        k.mem.writeOnce(args + 2, args + 3);
        yield* kthreadRun('threadFn', args, 'kho');
        yield* khoClaim(ctx);
        const { startPfn, endPfn, pageblock } = ctx;
        const error = yield* padataDoMultithreadedRfc(k, {
          ...{ threadFn: KHO_DEFERRED, fnArg: 0, start: startPfn, size: endPfn - startPfn },
          ...{ align: pageblock, minChunk: pageblock, maxThreads: 2 },
        });
        yield* waitForCompletion(k, args + 3);
        return error;
      },
      check: (k, ctx) => checkKho(k, ctx),
    },
  );
}
