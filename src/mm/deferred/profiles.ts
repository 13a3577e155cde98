// Deferred initialisation, version by version (checked against captures of 5.10, 6.1, 6.12 and 7.2).
import type { ThreadingRules } from '../../kernel/rules.ts';
import { MAX_ORDER_NR_PAGES, PAGEBLOCK_NR_PAGES, type Nid } from '../../lib/units.ts';
import {
  growByBlocks,
  growBySections,
  piecesAlignedDown,
  piecesAlignedUp,
  piecesByRange,
  piecesByZone,
  piecesSerial,
} from './pieces.ts';
import type { DeferredRules } from './rules.ts';

export { growByBlocks } from './pieces.ts';

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
