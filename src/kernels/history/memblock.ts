// Changes of memblock: its tables, flags and debug lines, oldest first.
import type { Change } from './change.ts';

export const MEMBLOCK_CHANGES: readonly Change[] = [
  {
    id: 'phys-alloc-range',
    what: 'x86 takes ranges with memblock_phys_alloc_range, which debug lines tell of.',
    since: '5.15',
    patch: 'memblock: make memblock_find_in_range method private (Mike Rapoport)',
    sees: '`memblock_phys_alloc_range: N bytes …` before each reservation; the probe of init_mem_mapping is told',
    sets: { rangeAlloc: 'phys-alloc-range' },
  },
  {
    id: 'phys-free',
    what: 'memblock_free is renamed to memblock_phys_free.',
    since: '5.16',
    patch: 'memblock: rename memblock_free to memblock_phys_free (Mike Rapoport)',
    sees: '`memblock_phys_free: [..]`',
    sets: { freeLine: 'memblock_phys_free' },
  },
  {
    id: 'memblock-merge-around-change',
    what: 'After adding a range memblock merges only around it, not over the whole table.',
    since: '6.4',
    patch: 'memblock: Add overlap check and avoid merging the whole table (Peng Zhang)',
    sees: 'nothing, but for NOMAP regions that a cap left touching',
    sets: { memblockMerge: 'around-change' },
  },
  {
    id: 'reserved-nids-at-free-all',
    what: 'memblock_free_all gives each reserved region the node of the memory that it lies in.',
    since: '6.6',
    patch: 'mm: pass nid to reserve_bootmem_region() (Yajun Deng)',
    sees: 'reserved regions that touch are one at the end where they were several',
    sets: { reservedNidsAtFreeAll: true },
  },
  {
    id: 'huge-page-tails-no-init',
    what: 'Of a huge page that boot takes only the first struct page is initialised with the reserved ones.',
    since: '6.7',
    patch: 'hugetlb: Skip initialization of gigantic tail struct pages if freed by HVO (Usama Arif)',
    sees: 'a huge page is two reserved regions',
    sets: { hugePageTails: 'no-init' },
  },
  {
    id: 'alloc-or-panic',
    what: 'Allocations that boot cannot do without go through one function.',
    since: '6.14',
    patch: 'mm/memblock: add memblock_alloc_or_panic interface (Guo Weikang)',
    sees: '`__memblock_alloc_or_panic` as the caller in debug lines',
    sets: { allocOrPanic: 'function' },
  },
  {
    id: 'reserved-kern',
    what: 'Reserved regions carry the node that was asked for, and a mark where the kernel itself took them.',
    since: '6.16',
    patch: 'memblock: add MEMBLOCK_RSRV_KERN flag (Mike Rapoport)',
    sees: '`__memblock_reserve: [..] nid= flags=`; regions of several owners no longer merge',
    sets: { reserveLine: 'range-nid-flags', reservedTags: 'kernel' },
  },
  {
    id: 'kho-scratch-first-megabyte',
    what: 'The first MiB counts as scratch memory for kexec handover until the trampoline is placed.',
    since: '6.16',
    patch: 'x86/e820: temporarily enable KHO scratch for memory below 1M (Alexander Graf)',
    sees: '`flags: 0x40` at the first region of the first table',
    sets: { khoScratchFirstMegabyte: true },
  },
];
