// Words of struct pages, and of who fills them in.
import { PAGE_SIZE, PAGES_PER_SECTION } from '../../lib/units.ts';
import { bytesText } from '../text.ts';
import type { Topic } from './term.ts';

/** struct page of x86-64, in bytes. */
export const STRUCT_PAGE_BYTES = 64;

export const DEFERRED: Topic = {
  title: 'Struct pages and padata',
  terms: [
    {
      word: 'struct page',
      meaning: `the kernel's record of one page, ${STRUCT_PAGE_BYTES} bytes; all of them together are the memmap.`,
    },
    {
      word: 'memmap',
      also: ['vmemmap'],
      meaning: 'all struct pages, one behind the other in virtual memory (vmemmap).',
    },
    {
      word: 'section',
      meaning: `${bytesText(PAGES_PER_SECTION * PAGE_SIZE)}: the unit in which struct pages are set up, and in which chunks are cut.`,
    },
    {
      word: 'deferred init',
      also: ['deferred', 'deferred pages', 'deferred struct page initialisation'],
      meaning: 'filling in struct pages later in boot, when there is more than one CPU to do it.',
    },
    {
      word: 'early init',
      also: ['early pages'],
      meaning: 'filling in struct pages at once, by the first CPU, before the others are up.',
    },
    {
      word: 'deferred_grow_zone',
      meaning:
        'fills in another section of struct pages at once, when an allocation wants more than is ready.',
    },
    {
      word: 'page_alloc_init_late',
      meaning: 'the boot step that does deferred init, and waits until the last node is done.',
    },
    {
      word: 'pgdatinit',
      also: ['pgdatinit0'],
      meaning: "the kernel thread of a node that sees to the node's deferred pages.",
    },
    {
      word: 'padata',
      meaning:
        'the part of Linux that splits one large job among threads on many CPUs. A job is one call; a chunk is what a thread takes at a time.',
    },
    {
      word: 'job',
      meaning:
        'one call of padata_do_multithreaded: a range, a function for parts of it, and the most threads it may have.',
    },
    {
      word: 'chunk',
      meaning: 'what a thread of a job takes at a time; only the first and the last of a job can be short.',
    },
    {
      word: 'serialised object',
      also: ['padata_do_parallel'],
      meaning:
        "padata's other life: objects worked on in any order and handed back in the order in which they came.",
    },
    {
      word: 'hook',
      also: ['deferred_page_init_max_threads', 'max threads', 'cap'],
      meaning:
        "the architecture's function that says how many threads a node's deferred init may have: on x86, as many as the node has CPUs.",
    },
    {
      word: 'workqueue',
      also: ['worker', 'kworker', 'work'],
      meaning: 'queued functions (works) and the kernel threads (workers) that run them.',
    },
  ],
};
