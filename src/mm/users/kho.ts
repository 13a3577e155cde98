// Struct pages of what KHO preserves, beside deferred init (kernel/liveupdate/kexec_handover.c and mm/mm_init.c of 7.2, with the
// corrections of February and March 2026). What it must not lose: preserved pages are initialised by KHO and never freed, the head of
// every page block is initialised before set_zone_contiguous() reads it, and page blocks of scratch memory are CMA.
import { bugOn } from '../../lib/bug.ts';
import type { Pfn } from '../../lib/units.ts';
import { releaseOf, type Kthread, type Word, type WorkName } from '../../cpu/op.ts';
import type { Kernel, ThreadFn } from '../../kernel/kernel.ts';

/** Initialises the struct pages of preserved pages, by their place in the list. */
export const KHO_PRESERVED: WorkName = 'khoPreserved';
/** A deferred chunk: initialises and frees what is neither preserved nor reserved. */
export const KHO_DEFERRED: WorkName = 'khoDeferred';
/** The leaf for one struct page or more. */
export const KHO_INIT: WorkName = 'khoInit';

/** MIGRATE_MOVABLE and MIGRATE_CMA; 0: not set. */
export const MOVABLE = 1;
export const CMA = 2;

export interface KhoContext {
  /** Where the words are. */
  readonly zone: Word;
  readonly startPfn: Pfn;
  readonly endPfn: Pfn;
  readonly pageblock: number;
  /** Preserved pages, ascending. */
  readonly preserved: readonly Pfn[];
  /** Scratch memory, in whole page blocks. */
  readonly scratch: readonly { readonly startPfn: Pfn; readonly endPfn: Pfn }[];
  readonly rules: KhoRules;
}

/** What the three corrections put right; a planted fault takes one back. */
export interface KhoRules {
  /** Preserved pages get their struct page when they are handed over. */
  readonly initPreserved: boolean;
  /** ... whatever first_deferred_pfn is: init_deferred_page() leaves pages below it out. */
  readonly unconditional: boolean;
  /** kho_scratch_migratetype(): deferred init keeps CMA on scratch. */
  readonly keepScratch: boolean;
}

export const KHO_7_2: KhoRules = { initPreserved: true, unconditional: true, keepScratch: true };

const INIT = 1;
const FREED = 2;
const RESERVED = 4;
const FIRST_DEFERRED = 0;
const PAGES = 1;

const pagesOf = ({ startPfn, endPfn }: KhoContext): number => endPfn - startPfn;
const pageWord = (ctx: KhoContext, pfn: Pfn): Word => ctx.zone + PAGES + pfn - ctx.startPfn;
const blockWord = (ctx: KhoContext, pfn: Pfn): Word =>
  ctx.zone + PAGES + pagesOf(ctx) + Math.floor((pfn - ctx.startPfn) / ctx.pageblock);

/** Words: first_deferred_pfn, each struct page's state, each page block's migratetype. */
export function khoWords(ctx: Omit<KhoContext, 'zone'>): number {
  const pages = ctx.endPfn - ctx.startPfn;
  return PAGES + pages + Math.ceil(pages / ctx.pageblock);
}

/** Before deferred init: scratch is CMA already, everything from `startPfn` on is deferred. */
export function initKho(k: Kernel, ctx: KhoContext): void {
  k.mem.fresh(ctx.zone, khoWords(ctx), 'zone', ['first_deferred_pfn', 'pages']);
  k.mem.writeOnce(ctx.zone + FIRST_DEFERRED, ctx.startPfn);
  for (const { startPfn, endPfn } of ctx.scratch)
    for (let pfn = startPfn; pfn < endPfn; pfn += ctx.pageblock) k.mem.writeOnce(blockWord(ctx, pfn), CMA);
}

function initPage(k: Kernel, ctx: KhoContext, pfn: Pfn, state: number): void {
  const word = pageWord(ctx, pfn);
  bugOn(k.mem.readOnce(word) !== 0, `struct page of pfn ${pfn} is initialised twice`);
  k.mem.writeOnce(word, INIT + state);
}

const isScratch = (ctx: KhoContext, pfn: Pfn): boolean =>
  ctx.scratch.some(({ startPfn, endPfn }) => pfn >= startPfn && pfn < endPfn);

/** deferred_init_memmap() begins: nothing may grow any more. */
export function* khoClaim(ctx: KhoContext): Kthread {
  yield releaseOf(ctx.zone + FIRST_DEFERRED, ctx.endPfn);
}

/** The deferred chunk [start, end). */
export function* khoDeferred(k: Kernel, ctx: KhoContext, start: number, end: number): Kthread<number> {
  yield { op: 'run', work: KHO_INIT, arg: ctx.zone, start, end };
  for (let pfn = start; pfn < end; pfn += 1) {
    if ((pfn - ctx.startPfn) % ctx.pageblock === 0) {
      const type = ctx.rules.keepScratch && isScratch(ctx, pfn) ? CMA : MOVABLE;
      k.mem.writeOnce(blockWord(ctx, pfn), type);
    }
    if (!ctx.preserved.includes(pfn)) initPage(k, ctx, pfn, FREED);
  }
  return 0;
}

/** Preserved pages [start, end) of the list. */
export function* khoPreserved(k: Kernel, ctx: KhoContext, start: number, end: number): Kthread<number> {
  for (const pfn of ctx.preserved.slice(start, end)) {
    yield { op: 'run', work: KHO_INIT, arg: ctx.zone, start: pfn, end: pfn + 1 };
    if (!ctx.rules.initPreserved) continue;
    const early = pfn < k.mem.readOnce(ctx.zone + FIRST_DEFERRED);
    if (ctx.rules.unconditional || !early) initPage(k, ctx, pfn, RESERVED);
  }
  return 0;
}

export function khoThreadFns(ctx: () => KhoContext): Readonly<Record<WorkName, ThreadFn>> {
  return {
    [KHO_DEFERRED]: (k, start, end) => khoDeferred(k, ctx(), start, end),
    [KHO_PRESERVED]: (k, start, end) => khoPreserved(k, ctx(), start, end),
  };
}

/** What set_zone_contiguous() and the rest of boot count on. @throws Bug */
export function checkKho(k: Kernel, ctx: KhoContext): void {
  for (let pfn = ctx.startPfn; pfn < ctx.endPfn; pfn += 1) {
    const state = k.mem.readOnce(pageWord(ctx, pfn));
    const preserved = ctx.preserved.includes(pfn);
    const isHead = (pfn - ctx.startPfn) % ctx.pageblock === 0;
    bugOn(isHead && state === 0, `the head of the page block at pfn ${pfn} is not initialised`);
    bugOn(state === 0, `struct page of ${preserved ? 'preserved ' : ''}pfn ${pfn} is not initialised`);
    bugOn(preserved && (state & FREED) !== 0, `preserved pfn ${pfn} is freed`);
    bugOn(!preserved && (state & FREED) === 0, `pfn ${pfn} is never freed`);
    if (!isHead) continue;
    const type = k.mem.readOnce(blockWord(ctx, pfn));
    bugOn(isScratch(ctx, pfn) && type !== CMA, `scratch at pfn ${pfn} is no CMA any more`);
  }
}
