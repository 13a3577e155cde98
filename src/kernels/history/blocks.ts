// Changes of the blocks in which pages are taken from the page allocator, oldest first.
import type { Change } from './change.ts';

export const BLOCK_CHANGES: readonly Change[] = [
  {
    id: 'vmalloc-huge',
    what: 'Large hash tables may lie in 2 MiB pages of vmalloc space.',
    since: '5.18',
    patch: 'page_alloc: use vmalloc_huge for large system hash (Song Liu)',
    sees: '`vmalloc hugepage`',
    sets: { vmallocHuge: 'by-share-of-node' },
  },
  {
    id: 'percpu-batch-doubles',
    what: 'A CPU that takes single pages again and again takes twice as many each time, up to 32 batches at once.',
    since: '6.7',
    patch: 'mm, page_alloc: scale the number of pages that are batch allocated (Huang Ying)',
    sees: 'fewer free pages after hash tables in vmalloc space: more wait in lists of the boot CPU',
    sets: { perCpuBatch: 'doubling' },
  },
  {
    id: 'vmalloc-huge-by-size',
    what: "vmalloc takes 2 MiB pages wherever the whole area fills one, not where each node's share does.",
    since: '6.13',
    patch: "mm: vmalloc: don't account for number of nodes for HUGE_VMAP allocations (Mike Rapoport)",
    sees: '`vmalloc hugepage` for hash tables on machines of three nodes and more',
    sets: { vmallocHuge: 'by-size' },
  },
  {
    id: 'vmalloc-largest-first',
    what: 'vmalloc takes its pages in the largest blocks that there are, not in those that it maps.',
    since: '6.19',
    notIn: '6.18',
    patch: 'mm/vmalloc: request large order pages from buddy allocator (Vishal Moola)',
    sees: '`Memory:` counts up to 2 MiB more as free for each node: no 2 MiB block is left over in a list of the boot CPU',
    sets: { vmallocBlocks: 'largest-first' },
  },
  {
    id: 'page-blocks-one-by-one',
    what: 'A CPU takes one block of 2 MiB from a zone, not two of which it keeps one.',
    since: '7.3',
    notIn: '7.2',
    patch: null,
    sees: '`Memory:` counts 2 MiB more as free for each node that gave a hash table one block',
    sets: { pageBlocks: 'one-by-one' },
  },
];
