// padata's multithreaded jobs, version by version (FACTS of the series and of later changes; checked against captures of
// 5.10, 6.1, 6.12 and 7.2).
import { alignUp } from '../../lib/align.ts';
import type { ThreadingRules } from '../rules.ts';
import { DivideError, type JobRequest, type PadataRules } from './rules.ts';

/** In case threads finish at different times. */
const LOAD_BALANCE_FACTOR = 4;

/** size / min_chunk threads, and a crash where min_chunk is 0. */
function nworksByMinChunk({ size, minChunk, maxThreads }: JobRequest): number {
  if (minChunk === 0) throw new DivideError('padata_do_multithreaded', '6.4');
  return Math.min(Math.max(Math.floor(size / minChunk), 1), maxThreads);
}

/** The alignment counts too: no more threads than aligned pieces. Crashes where both are 0. */
function nworksByAlign({ size, align, minChunk, maxThreads }: JobRequest): number {
  const piece = Math.max(minChunk, align);
  if (piece === 0) throw new DivideError('padata_do_multithreaded', 'no release');
  return Math.min(Math.max(Math.floor(size / piece), 1), maxThreads);
}

function roundup(value: number, align: number): number {
  if (align === 0) throw new DivideError('padata_do_multithreaded', 'no release');
  return alignUp(value, align);
}

function share({ size, minChunk }: JobRequest, nworks: number): number {
  return Math.max(Math.floor(size / (nworks * LOAD_BALANCE_FACTOR)), minChunk);
}

/** As merged: no floor below min_chunk, so 0 where min_chunk is 0 and the job small. */
const chunkAsMerged: PadataRules['chunkSize'] = (job, nworks) => roundup(share(job, nworks), job.align);
/** At least 1, after rounding: a chunk of 1 for min_chunk 0 ignores the alignment. */
const chunkFloorAfter: PadataRules['chunkSize'] = (job, nworks) => Math.max(chunkAsMerged(job, nworks), 1);
/** At least 1, before rounding: the alignment holds. */
const chunkFloorBefore: PadataRules['chunkSize'] = (job, nworks) =>
  roundup(Math.max(share(job, nworks), 1), job.align);

const CHUNK_FIXED_IN = '6.11';

/** The choices that padata asks for. */
export type PadataChoices = Pick<ThreadingRules, 'padataThreads' | 'padataChunkFloor' | 'padataNumaAware'>;

const THREADS = { 'by-min-chunk': nworksByMinChunk, 'by-align': nworksByAlign } as const;
const CHUNKS = {
  none: chunkAsMerged,
  'after-rounding': chunkFloorAfter,
  'before-rounding': chunkFloorBefore,
} as const;

const made = new Map<string, PadataRules>();
const choices = new WeakMap<PadataRules, PadataChoices>();

/** The rules that choices make; the same object for the same choices. */
export function padataRules({
  padataThreads,
  padataChunkFloor,
  padataNumaAware,
}: PadataChoices): PadataRules {
  const chosen: PadataChoices = { padataThreads, padataChunkFloor, padataNumaAware };
  const key = JSON.stringify(chosen);
  const known = made.get(key);
  if (known) return known;
  const rules: PadataRules = {
    nworks: THREADS[padataThreads],
    chunkSize: CHUNKS[padataChunkFloor],
    chunkFixedIn: CHUNK_FIXED_IN,
    numaAware: padataNumaAware,
  };
  made.set(key, rules);
  choices.set(rules, chosen);
  return rules;
}

/** The choices that rules were made of, for crossing to another thread; undefined for rules of a test's own. */
export function padataChoices(rules: PadataRules): PadataChoices | undefined {
  return choices.get(rules);
}

/** The series as posted and merged: v1, v2, 5.8. */
export const PADATA_5_8 = padataRules({
  padataThreads: 'by-min-chunk',
  padataChunkFloor: 'none',
  padataNumaAware: false,
});
/** Debian's 6.1: the two fixes of chunk_size as stable back-ports. */
export const PADATA_6_1 = padataRules({
  padataThreads: 'by-min-chunk',
  padataChunkFloor: 'before-rounding',
  padataNumaAware: false,
});
export const PADATA_6_4 = padataRules({
  padataThreads: 'by-align',
  padataChunkFloor: 'none',
  padataNumaAware: false,
});
export const PADATA_6_9 = padataRules({
  padataThreads: 'by-align',
  padataChunkFloor: 'none',
  padataNumaAware: true,
});
export const PADATA_6_11 = padataRules({
  padataThreads: 'by-align',
  padataChunkFloor: 'after-rounding',
  padataNumaAware: true,
});
export const PADATA_6_12 = padataRules({
  padataThreads: 'by-align',
  padataChunkFloor: 'before-rounding',
  padataNumaAware: true,
});
