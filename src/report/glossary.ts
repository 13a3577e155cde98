// The words of the field and of this project, each explained in one place: docs/glossary.md and the report are made from here.
import { DEFERRED } from './glossary/deferred.ts';
import { FIRMWARE } from './glossary/firmware.ts';
import { MEMORY } from './glossary/memory.ts';
import { EXPLORER, PROJECT } from './glossary/project.ts';
import type { Term, Topic } from './glossary/term.ts';

export type { Term, Topic } from './glossary/term.ts';

/** In the order in which a boot meets them. */
export const TOPICS: readonly Topic[] = [FIRMWARE, MEMORY, DEFERRED, EXPLORER, PROJECT];

const BY_WORD: ReadonlyMap<string, Term> = new Map(
  TOPICS.flatMap(({ terms }) => terms).flatMap((term) =>
    [term.word, ...(term.also ?? [])].map((word) => [word.toLowerCase(), term] as const),
  ),
);

/** The term of a word or of another word for it, in whatever case; undefined where the glossary has none. */
export function termOf(word: string): Term | undefined {
  return BY_WORD.get(word.toLowerCase());
}

/** A term as an anchor in a page: `page frame number (pfn)` is `page-frame-number-pfn`. */
export function termId({ word }: Term): string {
  return word
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** The words that a report cannot do without. */
const IN_REPORT = [
  'page',
  'page frame number (pfn)',
  'struct page',
  'e820 map',
  'memblock',
  'NUMA node',
  'zone',
  'section',
  'deferred init',
  'padata',
  'model, measured, emulated, published',
];

export const REPORT_TERMS: readonly Term[] = IN_REPORT.flatMap((word) => termOf(word) ?? []);
