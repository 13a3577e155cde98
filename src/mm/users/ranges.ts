// Two users whose work is a plain range: struct pages of persistent memory that is added (memmap_init_zone_device(), mm/memremap.c),
// and an address space that is taken down (unmap_region() and exit_mmap(), mm/mmap.c). Named by the cover letter, never merged.
import { bugOn } from '../../lib/bug.ts';
import { atomicAddReturn, type Kthread, type Word, type WorkName } from '../../cpu/op.ts';
import type { Kernel, ThreadFn } from '../../kernel/kernel.ts';
import { padataDoMultithreadedRfc, type PadataRfcJob } from '../../kernel/padata.ts';
import { CONTENDED_WORDS, initContended, underLock } from './contended.ts';

export const PMEM_CHUNK: WorkName = 'pmemChunk';
/** The leaf that initialises struct pages. */
export const PMEM_INIT: WorkName = 'pmemInit';
export const MUNMAP_CHUNK: WorkName = 'munmapChunk';
/** The leaf that takes pages out of page tables and hands them back. */
export const MUNMAP_FREE: WorkName = 'munmapFree';

/** A section, and at least as much a chunk; the RFC's users have no other numbers. */
export const RANGE_JOB = { align: 32768, minChunk: 32768 } as const;

export interface RangeContext {
  readonly range: Word;
  /** Pages that are done before they are counted. */
  readonly batch: number;
  readonly hold: WorkName | null;
  /** pmem counts references of the device's pages up, munmap the owner's pages down and the zone's free pages up. */
  readonly kind: 'pmem' | 'munmap';
}

const COUNT = CONTENDED_WORDS;
const RSS = CONTENDED_WORDS + 1;
const BATCHES = CONTENDED_WORDS + 2;

/** Words: zone->lock, pgmap->ref or the zone's free pages, rss, and whether each batch is done. */
export const rangeWords = (pages: number, batch: number): number => BATCHES + Math.ceil(pages / batch);

export function initRange(k: Kernel, { range, batch, kind }: RangeContext, pages: number): void {
  k.mem.fresh(range, rangeWords(pages, batch), kind, ['lock', 'contenders', 'count', 'rss', 'batches']);
  initContended(k, range, 'zone->lock');
  k.mem.writeOnce(range + COUNT, 0);
  k.mem.writeOnce(range + RSS, kind === 'munmap' ? pages : 0);
  for (let i = 0; i * batch < pages; i += 1) k.mem.writeOnce(range + BATCHES + i, 0);
}

/** One thread's part. */
export function* rangeChunk(k: Kernel, ctx: RangeContext, start: number, end: number): Kthread<number> {
  const { range, batch, kind } = ctx;
  for (let at = start; at < end; at += batch) {
    const pages = Math.min(batch, end - at);
    const work = kind === 'pmem' ? PMEM_INIT : MUNMAP_FREE;
    yield { op: 'run', work, arg: range, start: at, end: at + pages };
    const word = range + BATCHES + Math.floor(at / batch);
    bugOn(k.mem.readOnce(word) !== 0, `batch at page ${at} is done twice`);
    k.mem.writeOnce(word, pages);
    if (kind === 'munmap') yield* freeToZone(k, ctx, pages);
  }
  // one reference for each page of the device, all at once (percpu_ref_get_many)
  if (kind === 'pmem') yield* atomicAddReturn(range + COUNT, end - start);
  return 0;
}

function* freeToZone(k: Kernel, { range, hold }: RangeContext, pages: number): Kthread {
  yield* underLock(k, { at: range, name: 'zone->lock', hold }, pages, () => {
    k.mem.writeOnce(range + COUNT, k.mem.readOnce(range + COUNT) + pages);
  });
  yield* atomicAddReturn(range + RSS, -pages);
}

export function rangeThreadFns(ctx: () => RangeContext): Readonly<Record<WorkName, ThreadFn>> {
  const chunk: ThreadFn = (k, start, end) => rangeChunk(k, ctx(), start, end);
  return { [PMEM_CHUNK]: chunk, [MUNMAP_CHUNK]: chunk };
}

/** Does `pages` with up to so many threads. */
export function* rangeJob(
  k: Kernel,
  ctx: RangeContext,
  pages: number,
  job: Pick<PadataRfcJob, 'align' | 'minChunk' | 'maxThreads' | 'cpuGroup' | 'cpusAllowed'>,
): Kthread<number> {
  const threadFn = ctx.kind === 'pmem' ? PMEM_CHUNK : MUNMAP_CHUNK;
  return yield* padataDoMultithreadedRfc(k, { threadFn, fnArg: ctx.range, start: 0, size: pages, ...job });
}

/** @throws Bug where a batch was left out, or counts do not agree */
export function checkRange(k: Kernel, { range, batch, kind }: RangeContext, pages: number): void {
  let done = 0;
  for (let i = 0; i * batch < pages; i += 1) done += k.mem.readOnce(range + BATCHES + i);
  bugOn(done !== pages, `${done} of ${pages} pages are done`);
  const count = k.mem.readOnce(range + COUNT);
  const what = kind === 'pmem' ? 'references of the device' : 'free pages of the zone';
  bugOn(count !== pages, `${what}: ${count}, not ${pages}`);
  const rss = k.mem.readOnce(range + RSS);
  bugOn(rss !== 0, `rss is ${rss}, not 0`);
}
