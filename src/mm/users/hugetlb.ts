// Huge pages at boot: hugetlb_hstate_alloc_pages() with padata (mm/hugetlb.c of 6.9; threads changed in 6.15). What it must not lose:
// pages; each is prepared once, and nr_huge_pages counts what there is.
import { bugOn } from '../../lib/bug.ts';
import type { Kthread, Word, WorkName } from '../../cpu/op.ts';
import type { Kernel, ThreadFn } from '../../kernel/kernel.ts';
import { padataDoMultithreaded } from '../../kernel/padata.ts';
import { CONTENDED_WORDS, initContended, underLock } from './contended.ts';

export const HUGETLB_ALLOC: WorkName = 'hugetlbPagesAllocBoot';
/** The leaf that clears and prepares [start, end) of the huge pages. */
export const HUGETLB_PREP: WorkName = 'hugetlbPrep';

/** How a version chooses threads and chunks. */
export type HugetlbEra = '6.9' | '6.15';

/** Of a pool of `pages` huge pages. `threads` is hugepage_alloc_threads=; the version's own choice where it is null. */
export function hugetlbJob(
  pages: number,
  era: HugetlbEra,
  machine: { readonly nodes: number; readonly cpusOnline: number },
  threads: number | null = null,
): { readonly maxThreads: number; readonly minChunk: number; readonly numaAware: boolean } {
  const own = era === '6.9' ? 2 * machine.nodes : Math.max(Math.floor(machine.cpusOnline / 4), 1);
  const maxThreads = threads ?? own;
  return { maxThreads, minChunk: Math.floor(pages / maxThreads), numaAware: true };
}

/** A pool in the making. */
export interface HugetlbContext {
  readonly pool: Word;
  /** Huge pages that are prepared before they are counted. */
  readonly batch: number;
  readonly hold: WorkName | null;
}

const NR_HUGE_PAGES = CONTENDED_WORDS;
const FREE_HUGE_PAGES = CONTENDED_WORDS + 1;
const PAGES = CONTENDED_WORDS + 2;

const FIELDS = ['lock', 'contenders', 'nr_huge_pages', 'free_huge_pages', 'pages'];

/** Words: hugetlb_lock, nr_huge_pages, free_huge_pages, and whether each page is there. */
export const hugetlbWords = (pages: number): number => PAGES + pages;

export function initHugetlb(k: Kernel, pool: Word, pages: number): void {
  k.mem.fresh(pool, hugetlbWords(pages), 'pool', FIELDS);
  initContended(k, pool, 'hugetlb_lock');
  k.mem.store(pool + NR_HUGE_PAGES, 0);
  k.mem.store(pool + FREE_HUGE_PAGES, 0);
  for (let i = 0; i < pages; i += 1) k.mem.writeOnce(pool + PAGES + i, 0);
}

/** hugetlb_pages_alloc_boot_node(): allocates up to [start, end), then adds them to the pool under its lock. */
export function* hugetlbAlloc(k: Kernel, ctx: HugetlbContext, start: number, end: number): Kthread<number> {
  let at = start;
  while (at < end) {
    let to = at;
    while (to < Math.min(at + ctx.batch, end) && k.shouldFail?.('alloc', to) !== true) to += 1;
    yield { op: 'run', work: HUGETLB_PREP, arg: ctx.pool, start: at, end: to };
    for (let page = at; page < to; page += 1) {
      bugOn(k.mem.readOnce(ctx.pool + PAGES + page) !== 0, `huge page ${page} is prepared twice`);
      k.mem.writeOnce(ctx.pool + PAGES + page, 1);
    }
    const got = to - at;
    yield* underLock(k, { at: ctx.pool, name: 'hugetlb_lock', hold: ctx.hold }, got, () => {
      k.mem.store(ctx.pool + NR_HUGE_PAGES, k.mem.load(ctx.pool + NR_HUGE_PAGES) + got);
      k.mem.store(ctx.pool + FREE_HUGE_PAGES, k.mem.load(ctx.pool + FREE_HUGE_PAGES) + got);
    });
    if (got < Math.min(ctx.batch, end - at)) break; // no memory: what is there stays
    at = to;
  }
  return 0;
}

export function hugetlbThreadFns(ctx: () => HugetlbContext): Readonly<Record<WorkName, ThreadFn>> {
  return { [HUGETLB_ALLOC]: (k, start, end) => hugetlbAlloc(k, ctx(), start, end) };
}

/** Fills the pool with up to `pages` huge pages. */
export function* hugetlbFill(
  k: Kernel,
  ctx: HugetlbContext,
  pages: number,
  job: ReturnType<typeof hugetlbJob>,
): Kthread {
  yield* padataDoMultithreaded(k, {
    ...{ threadFn: HUGETLB_ALLOC, fnArg: ctx.pool, start: 0, size: pages, align: 1 },
    ...job,
  });
}

/** @throws Bug where the counts are not what was prepared. How many pages the pool has. */
export function checkHugetlb(k: Kernel, { pool }: HugetlbContext, pages: number): number {
  let there = 0;
  for (let page = 0; page < pages; page += 1) there += k.mem.readOnce(pool + PAGES + page);
  for (const [at, name] of [
    [NR_HUGE_PAGES, 'nr_huge_pages'],
    [FREE_HUGE_PAGES, 'free_huge_pages'],
  ] as const) {
    const counted = k.mem.load(pool + at);
    bugOn(counted !== there, `${name} is ${counted}, prepared are ${there}`);
  }
  return there;
}
