// Changes of what struct pages hold once boot has set them up, oldest first.
import type { Change } from './change.ts';

export const STRUCT_PAGE_CHANGES: readonly Change[] = [
  {
    id: 'page-types-in-a-byte',
    what: "A page's type is the high byte of _mapcount, no longer a bit that is off.",
    since: '6.12',
    patch: 'mm: support only one page_type per page (Matthew Wilcox)',
    sees: 'the head of a free block has _mapcount 0xf0000000 where it had -129',
    sets: { pageTypes: 'byte' },
  },
  {
    id: 'bootmem-info-in-private',
    what: "The type of a page that holds boot's own tables is part of `private`, no longer `index`.",
    since: '6.13',
    patch: 'bootmem: stop using page->index (Matthew Wilcox)',
    sees: '`private` of those pages is 16 times the section or node, and the type',
    sets: { bootmemInfo: 'in-private' },
  },
  {
    id: 'bootmem-info-of-the-memmap-only',
    what: 'Only the memmap and its page tables are marked, without PG_private; usage maps and node data are not.',
    since: '7.2',
    notIn: '7.1',
    patch: null,
    sees: 'one reference and no PG_private on pages of usage maps and node data',
    sets: { bootmemInfo: 'memmap-only' },
  },
  {
    id: 'no-bootmem-info',
    what: "Pages that hold boot's own tables are marked no more.",
    since: '7.3',
    notIn: '7.2',
    patch: null,
    sees: 'pages of the memmap are reserved pages like any',
    sets: { bootmemInfo: 'none' },
  },
];
