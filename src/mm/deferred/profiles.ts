// Deferred initialisation, version by version (checked against captures of 5.10, 6.1, 6.12 and 7.2).
import { alignDown, alignUp, isAligned } from '../../lib/align.ts';
import {
  MAX_ORDER_NR_PAGES,
  PAGEBLOCK_NR_PAGES,
  PAGES_PER_SECTION,
  type Nid,
  type Pfn,
} from '../../lib/units.ts';
import type { ThreadingRules } from '../../kernel/rules.ts';
import { freePages, rangeFrom } from './ranges.ts';
import type { DeferredPiece, DeferredRules, DeferredZone, GrowPlan } from './rules.ts';

const sectionJob = (start: Pfn, end: Pfn): DeferredPiece => ({
  kind: 'job',
  start,
  size: end - start,
  align: PAGES_PER_SECTION,
  minChunk: PAGES_PER_SECTION,
});

/** Before the series: the whole zone in one thread. */
function* piecesSerial({ ranges }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  const at = rangeFrom(ranges, first);
  const last = ranges.at(-1);
  if (at && last) yield { kind: 'serial', start: at.spfn, end: last.endPfn };
}

/** v1: a job for each free range, in blocks of the largest order. */
function* piecesByRange({ ranges }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  for (let at = rangeFrom(ranges, first); at; at = rangeFrom(ranges, at.epfn)) {
    const { spfn, epfn } = at;
    yield {
      kind: 'job',
      start: spfn,
      size: epfn - spfn,
      align: MAX_ORDER_NR_PAGES,
      minChunk: MAX_ORDER_NR_PAGES,
    };
  }
}

/** v2: whole sections of a free range are a job, what lies before and after them is done block by block. */
function* piecesAlignedDown({ ranges }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  for (let at = rangeFrom(ranges, first); at;) {
    const { spfn, epfn } = at;
    const end = alignDown(epfn, PAGES_PER_SECTION);
    if (isAligned(spfn, PAGES_PER_SECTION) && end - spfn >= PAGES_PER_SECTION) {
      yield sectionJob(spfn, end);
      at = rangeFrom(ranges, end);
    } else {
      const block = alignUp(spfn + 1, MAX_ORDER_NR_PAGES);
      yield { kind: 'serial', start: spfn, end: block };
      at = rangeFrom(ranges, block);
    }
  }
}

/** v3 and 5.8 to 6.17: a job goes on to the section boundary past the range's end; what begins before that is in it. */
function* piecesAlignedUp({ ranges }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  for (let at = rangeFrom(ranges, first); at;) {
    const end = alignUp(at.epfn, PAGES_PER_SECTION);
    yield sectionJob(at.spfn, end);
    at = rangeFrom(ranges, end);
  }
}

/** 6.18 on: one job for the zone, holes and all. */
function* piecesByZone({ zoneEndPfn }: DeferredZone, first: Pfn): Generator<DeferredPiece> {
  if (first < zoneEndPfn) yield sectionJob(first, alignUp(zoneEndPfn, PAGES_PER_SECTION));
}

/** 4.17 to 6.17: block by block until a section boundary is crossed with enough pages. */
export function growByBlocks({ ranges }: DeferredZone, first: Pfn, needed: number): GrowPlan | undefined {
  const from = rangeFrom(ranges, first);
  if (from === undefined) return undefined;
  let pages = 0;
  for (let at = from; ;) {
    // the section in which this block begins, to its end, in one go: nothing stops in between
    const end = alignUp(at.spfn + 1, PAGES_PER_SECTION);
    pages += freePages(ranges, at.spfn, end);
    const next = rangeFrom(ranges, end);
    if (next === undefined) return { from: from.spfn, to: end, pages, firstDeferredPfn: null };
    if (pages >= needed) return { from: from.spfn, to: end, pages, firstDeferredPfn: next.spfn };
    at = next;
  }
}

/** 6.18 on: section by section of the zone, whether there is memory in it or not. */
function growBySections({ ranges, zoneEndPfn }: DeferredZone, first: Pfn, needed: number): GrowPlan {
  let pages = 0;
  let spfn = first;
  while (pages < needed && spfn < zoneEndPfn) {
    const end = alignUp(spfn + 1, PAGES_PER_SECTION);
    pages += freePages(ranges, spfn, end);
    spfn = end;
  }
  return { from: first, to: spfn, pages, firstDeferredPfn: pages > 0 ? spfn : null };
}

const logWithPages = (node: Nid, pages: number, ms: number): string =>
  `node ${node} initialised, ${pages} pages in ${ms}ms`;
const logMerged = (node: Nid, _pages: number, ms: number): string =>
  `node ${node} deferred pages initialised in ${ms}ms`;

/** The choices that deferred initialisation asks for. */
export type DeferredChoices = Pick<
  ThreadingRules,
  | 'deferredPieces'
  | 'deferredChunk'
  | 'deferredFree'
  | 'deferredIterator'
  | 'deferredGrow'
  | 'deferredPreempt'
  | 'deferredLine'
>;

const PIECES = {
  serial: piecesSerial,
  'by-range': piecesByRange,
  'aligned-down': piecesAlignedDown,
  'aligned-up': piecesAlignedUp,
  'by-zone': piecesByZone,
} as const;

const made = new Map<string, DeferredRules>();
const choices = new WeakMap<DeferredRules, DeferredChoices>();

/** The rules that choices make; the same object for the same choices. */
export function deferredRules(from: DeferredChoices): DeferredRules {
  const { deferredPieces, deferredChunk, deferredFree, deferredIterator } = from;
  const { deferredGrow, deferredPreempt, deferredLine } = from;
  const chosen: DeferredChoices = {
    ...{ deferredPieces, deferredChunk, deferredFree, deferredIterator },
    ...{ deferredGrow, deferredPreempt, deferredLine },
  };
  const key = JSON.stringify(chosen);
  const known = made.get(key);
  if (known) return known;
  const irqsOff = deferredPreempt === 'irqs-off';
  const rules: DeferredRules = {
    pieces: PIECES[deferredPieces],
    chunk: deferredChunk === 'by-block' ? 'maxorder' : 'range',
    freeBlockPages: deferredFree === 'pageblock' ? PAGEBLOCK_NR_PAGES : MAX_ORDER_NR_PAGES,
    iteratorRestarts: deferredIterator === 'restarts',
    grow: deferredGrow === 'by-blocks' ? growByBlocks : growBySections,
    irqsOff,
    condResched: !irqsOff,
    // with interrupts off the watchdog is touched twice in each of a block's two page blocks
    watchdogTouchesPerBlock: irqsOff ? 4 : 0,
    logLine: deferredLine === 'with-pages' ? logWithPages : logMerged,
  };
  made.set(key, rules);
  choices.set(rules, chosen);
  return rules;
}

/** The choices that rules were made of, for crossing to another thread; undefined for rules of a test's own. */
export function deferredChoices(rules: DeferredRules): DeferredChoices | undefined {
  return choices.get(rules);
}

const CHOICES_4_17: DeferredChoices = {
  deferredPieces: 'serial',
  deferredChunk: 'by-block',
  deferredFree: 'pageblock',
  deferredIterator: 'keeps-place',
  deferredGrow: 'by-blocks',
  deferredPreempt: 'irqs-off',
  deferredLine: 'with-pages',
};
const CHOICES_BASE: DeferredChoices = { ...CHOICES_4_17, deferredPreempt: 'cond-resched' };
const CHOICES_V2: DeferredChoices = {
  ...CHOICES_BASE,
  deferredPieces: 'aligned-down',
  deferredIterator: 'restarts',
};
const CHOICES_5_8: DeferredChoices = {
  ...CHOICES_V2,
  deferredPieces: 'aligned-up',
  deferredLine: 'time-only',
};
const CHOICES_6_16: DeferredChoices = {
  ...CHOICES_5_8,
  deferredFree: 'max-order',
  deferredIterator: 'keeps-place',
};

/** 4.17 to 5.7: one thread, interrupts off, the watchdog touched twice in each of a block's two page blocks. */
export const DEFERRED_4_17 = deferredRules(CHOICES_4_17);
/** 5.7 with the three prerequisites, without the series. */
export const DEFERRED_BASE = deferredRules(CHOICES_BASE);
export const DEFERRED_V1 = deferredRules({
  ...CHOICES_BASE,
  deferredPieces: 'by-range',
  deferredChunk: 'by-range',
});
export const DEFERRED_V2 = deferredRules(CHOICES_V2);
export const DEFERRED_5_8 = deferredRules(CHOICES_5_8);
export const DEFERRED_6_4 = deferredRules({ ...CHOICES_5_8, deferredFree: 'max-order' });
export const DEFERRED_6_16 = deferredRules(CHOICES_6_16);
export const DEFERRED_6_18 = deferredRules({
  ...CHOICES_6_16,
  deferredPieces: 'by-zone',
  deferredChunk: 'by-range',
  deferredGrow: 'by-sections',
});
