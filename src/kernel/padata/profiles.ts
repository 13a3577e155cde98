// padata's multithreaded jobs, version by version (FACTS of the series and of later changes; checked against captures of
// 5.10, 6.1, 6.12 and 7.2).
import { alignUp } from '../../lib/align.ts';
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

/** The series as posted and merged: v1, v2, 5.8. */
export const PADATA_5_8: PadataRules = {
  nworks: nworksByMinChunk,
  chunkSize: chunkAsMerged,
  chunkFixedIn: CHUNK_FIXED_IN,
  numaAware: false,
};
/** Debian's 6.1: the two fixes of chunk_size as stable back-ports. */
export const PADATA_6_1: PadataRules = { ...PADATA_5_8, chunkSize: chunkFloorBefore };
export const PADATA_6_4: PadataRules = { ...PADATA_5_8, nworks: nworksByAlign };
export const PADATA_6_9: PadataRules = { ...PADATA_6_4, numaAware: true };
export const PADATA_6_11: PadataRules = { ...PADATA_6_9, chunkSize: chunkFloorAfter };
export const PADATA_6_12: PadataRules = { ...PADATA_6_9, chunkSize: chunkFloorBefore };
