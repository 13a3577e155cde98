// Changes of padata's multithreaded jobs and of deferred struct page initialisation, oldest first.
import type { Change } from './change.ts';

export const THREADING_CHANGES: readonly Change[] = [
  {
    id: 'deferred-preempt',
    what: 'Deferred initialisation runs with interrupts on and lets others run after each block.',
    since: 'base',
    patch:
      'mm: call cond_resched() from deferred_init_memmap() (Pavel Tatashin, prerequisites of the series)',
    sees: 'no soft lockups, and jiffies go on during a long initialisation',
    sets: { deferredPreempt: 'cond-resched' },
  },
  {
    id: 'series-v1',
    what: 'Each free range of a node is a multithreaded job, in blocks of the largest order.',
    since: 'v1',
    patch: 'padata: parallelize deferred page init, first posting (Daniel Jordan)',
    sees: 'several threads a node',
    sets: { deferredPieces: 'by-range', deferredChunk: 'by-range' },
  },
  {
    id: 'series-v2',
    what: 'Whole sections of a free range are a job; what lies before and after them is done by the node thread alone.',
    since: 'v2',
    patch: 'padata: parallelize deferred page init, second posting (Daniel Jordan)',
    sees: 'jobs start and end on sections',
    sets: { deferredPieces: 'aligned-down', deferredChunk: 'by-block', deferredIterator: 'restarts' },
  },
  {
    id: 'series-merged',
    what: 'A job goes on to the section boundary past its range; the page count leaves the log line.',
    since: '5.8',
    patch: 'mm: parallelize deferred_init_memmap() (Daniel Jordan)',
    sees: '`node N deferred pages initialised in Xms`',
    sets: { deferredPieces: 'aligned-up', deferredLine: 'time-only' },
  },
  {
    id: 'padata-threads-by-align',
    what: 'A job gets no more threads than it has aligned pieces.',
    since: '6.4',
    patch: 'padata: use alignment when calculating the number of worker threads (Anthony Yznaga)',
    sees: 'fewer workers for small jobs',
    sets: { padataThreads: 'by-align' },
  },
  {
    id: 'deferred-free-max-order',
    what: 'Deferred pages are freed in blocks of the largest order.',
    since: '6.4',
    patch:
      'mm: move most of core MM initialization to mm/mm_init.c, with MAX_ORDER redefined (Mike Rapoport, Kirill A. Shutemov)',
    sees: 'half as many calls of the page allocator',
    sets: { deferredFree: 'max-order' },
  },
  {
    id: 'padata-numa-aware',
    what: 'A job can ask for its works to be spread over nodes.',
    since: '6.9',
    patch: 'padata: dispatch works on different nodes (Gang Li)',
    sees: 'nothing of deferred initialisation; huge pages are initialised on all nodes',
    sets: { padataNumaAware: true },
  },
  {
    id: 'padata-chunk-floor',
    what: 'A chunk is at least 1, after it was rounded.',
    since: '6.11',
    patch: 'padata: Fix possible divide-by-0 panic in padata_mt_helper() (Waiman Long)',
    sees: 'no crash where a job has no min_chunk',
    sets: { padataChunkFloor: 'after-rounding' },
  },
  {
    id: 'padata-chunk-floor-first',
    what: 'A chunk is at least 1 before it is rounded, so that its alignment holds.',
    since: '6.12',
    stable: ['6.1.107'],
    patch: "padata: honor the caller's alignment in case of chunk_size 0 (Kamlesh Gurudasani)",
    sees: 'chunks of small jobs keep their alignment',
    sets: { padataChunkFloor: 'before-rounding' },
  },
  {
    id: 'deferred-iterator',
    what: 'The walk over free ranges keeps its place instead of starting again for each.',
    since: '6.16',
    patch: 'mm/mm_init: use for_each_valid_pfn() in init_unavailable_range() and friends',
    sees: 'nothing but time on maps of many ranges',
    sets: { deferredIterator: 'keeps-place' },
  },
  {
    id: 'deferred-by-zone',
    what: 'A zone is one job, initialised and freed in one pass.',
    since: '6.18',
    patch: 'mm/mm_init: simplify deferred init of struct pages (Mike Rapoport)',
    sees: 'one job a node, which spans holes',
    sets: { deferredPieces: 'by-zone', deferredChunk: 'by-range', deferredGrow: 'by-sections' },
  },
  {
    id: 'hugetlb-job',
    what: 'Gigantic pages get their struct pages in a job over node numbers, right after deferred initialisation.',
    since: '7.2',
    // the first release in which it was seen
    stable: ['6.12.117'],
    patch:
      'mm/hugetlb: gather bootmem pages before struct pages are final: hugetlb_bootmem_struct_page_init() (Muchun Song)',
    sees: 'one more job, of no zone, on any machine',
    sets: { hugetlbJob: true },
  },
];
