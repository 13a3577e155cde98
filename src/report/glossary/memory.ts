// Words of memory in early boot.
import { MAX_ORDER_NR_PAGES, PAGE_SIZE } from '../../lib/units.ts';
import { bytesText } from '../text.ts';
import type { Topic } from './term.ts';

export const MEMORY: Topic = {
  title: 'Memory in early boot',
  terms: [
    {
      word: 'page',
      meaning: `${bytesText(PAGE_SIZE)} of memory, the unit in which the kernel deals it out.`,
    },
    {
      word: 'page frame number (pfn)',
      also: ['pfn', 'page frame'],
      meaning: 'the number of a page, counted from address 0.',
    },
    {
      word: 'command line',
      also: ['boot parameter'],
      meaning: 'the words that a boot loader hands to the kernel: mem=8G, crashkernel=512M, movablecore=1G.',
    },
    {
      word: 'memblock',
      meaning:
        'the simple allocator of early boot: a list of memory and a list of what is reserved. The page allocator takes over later.',
    },
    {
      word: 'reserved',
      meaning:
        "in memblock's second list: taken by the kernel or kept out of its hands, and so not given to the page allocator.",
    },
    {
      word: 'memblock_free_all',
      meaning: 'the step at which memblock gives everything that is not reserved to the page allocator.',
    },
    {
      word: 'hole',
      meaning: 'addresses with no memory behind them, such as those that PCI devices answer to below 4 GiB.',
    },
    { word: 'NUMA node', also: ['node'], meaning: 'a processor socket and the memory next to it.' },
    {
      word: 'zone',
      also: ['DMA', 'DMA32', 'Normal', 'Movable'],
      meaning:
        'a range of addresses that certain devices can reach: DMA to 16 MiB, DMA32 to 4 GiB, Normal above. Movable holds only what can be moved away again.',
    },
    {
      word: 'spanned, present and managed pages',
      also: ['present pages', 'managed pages', 'spanned pages'],
      meaning:
        'of a zone: all from its first to its last, those of them that are memory, and those that the page allocator got.',
    },
    {
      word: 'page allocator',
      also: ['buddy allocator', 'free lists'],
      meaning: `what deals out pages once boot is over. It keeps free blocks of 1, 2, 4 … ${MAX_ORDER_NR_PAGES} pages and merges neighbours.`,
    },
    {
      word: 'brk',
      meaning: "a small area behind the kernel's image, for what it needs before memblock knows any memory.",
    },
    {
      word: 'direct mapping',
      meaning: 'page tables through which the kernel sees all memory at a fixed distance.',
    },
    { word: 'per-CPU area', meaning: 'memory that each CPU has a copy of its own of.' },
    {
      word: 'crash kernel',
      also: ['crashkernel='],
      meaning: 'a second kernel that waits in reserved memory until the first one panics.',
    },
    {
      word: 'initrd',
      meaning: 'the first file system, which the boot loader puts into memory beside the kernel.',
    },
    {
      word: 'CMA',
      meaning: 'memory that is reserved for devices and lent out meanwhile, to pages that can be moved.',
    },
    {
      word: 'huge page',
      also: ['hugetlb', 'gigantic page'],
      meaning: 'a page of 2 MiB or of 1 GiB (a gigantic one), which saves page tables.',
    },
    {
      word: 'KASLR',
      meaning:
        'the kernel and its mappings are put at random places, so that an attacker does not know where.',
    },
    {
      word: 'KHO',
      meaning: 'kexec handover: memory that a kernel leaves in place for the one that is started after it.',
    },
  ],
};
