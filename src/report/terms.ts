// Words of the glossary marked where prose uses them: a button that opens the meaning, by pointer, touch and keyboard, without script.
import { termId, termOf, TOPICS, type Term } from './glossary.ts';
import { el, textEl } from './svg.ts';

/** They mean something of their own in the glossary, and in most sentences only what they mean everywhere. */
const EVERYDAY: ReadonlySet<string> = new Set([
  'assumed',
  'cap',
  'capture',
  'judge',
  'machine',
  'record',
  'rule',
  'step',
  'work',
  'worker',
]);

const WORDS: readonly string[] = TOPICS.flatMap(({ terms }) => terms)
  .flatMap(({ word, also = [] }) => [word.replace(/ \(.*\)$/, ''), ...also])
  .filter((word) => !EVERYDAY.has(word))
  .sort((a, b) => b.length - a.length);

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A word as it stands, with a capital at the beginning of a sentence, or more than one of it. */
const PATTERN = new RegExp(
  `(?<![\\w-])(?:${WORDS.map((word) =>
    /^[a-z]/.test(word) ? `[${word[0]}${word[0]?.toUpperCase()}]${escaped(word.slice(1))}` : escaped(word),
  ).join('|')})(?:e?s)?(?![\\w=-])`,
  'g',
);

/** The term that a piece of text is, with or without an s at its end. */
function termIn(text: string): Term | undefined {
  const words = [text, text.replace(/s$/, ''), text.replace(/es$/, '')];
  for (const word of words) {
    const term =
      termOf(word) ?? TOPICS.flatMap(({ terms }) => terms).find((one) => one.word.startsWith(`${word} (`));
    if (term) return term;
  }
  return undefined;
}

/** Where words are marked: prose and headings of columns. Each begins anew, so that a word is marked once in each. */
const PROSE: ReadonlySet<string> = new Set(['p', 'caption', 'thead', 'dt', 'figcaption']);
/** What lies in these stays as it is. */
const KEPT: ReadonlySet<string> = new Set(['a', 'button', 'code', 'del', 'ins', 'pre', 'summary', 'svg']);

/** The id of a term's meaning in a document. */
const meaningId = (term: Term): string => `t-${termId(term)}`;

/** Well-formed markup of ours, with the glossary's words as buttons. */
export function withTerms(markup: string): string {
  const open: string[] = [];
  let seen = new Set<Term>();
  return markup.replace(
    /<(\/?)([a-zA-Z][\w]*)[^>]*?(\/?)>|[^<]+/g,
    (part, closing?: string, name?: string, empty?: string) => {
      if (name !== undefined) {
        if (closing === '/') open.length = Math.max(0, open.lastIndexOf(name));
        else if (empty !== '/') {
          open.push(name);
          if (PROSE.has(name)) seen = new Set();
        }
        return part;
      }
      if (!open.some((one) => PROSE.has(one)) || open.some((one) => KEPT.has(one))) return part;
      return part.replace(PATTERN, (word) => {
        const term = termIn(word);
        if (term === undefined || seen.has(term)) return word;
        seen.add(term);
        return el('button', { type: 'button', class: 'term', popovertarget: meaningId(term) }, word);
      });
    },
  );
}

/** The terms that are marked in `markup`, in the glossary's order. */
export function termsOf(markup: string): Term[] {
  return TOPICS.flatMap(({ terms }) => terms).filter((term) =>
    markup.includes(`popovertarget="${meaningId(term)}"`),
  );
}

/** What the buttons open, one for each term: hidden until then. */
export function meanings(terms: readonly Term[]): string {
  return terms
    .map((term) =>
      el(
        'div',
        { popover: 'auto', id: meaningId(term), class: 'meaning' },
        textEl('b', term.word),
        textEl('span', `: ${term.meaning}`),
      ),
    )
    .join('');
}

/** A list of terms with their meanings, to read through. */
export function glossaryList(terms: readonly Term[]): string {
  const items = terms.map(({ word, meaning }) => textEl('dt', word) + textEl('dd', meaning));
  return el('dl', { class: 'glossary' }, ...items);
}

/** For the style sheets of report and page. */
export const TERMS_CSS = `button.term{all:unset;cursor:help;text-decoration:underline dotted var(--soft);text-underline-offset:.2em}
button.term:focus-visible{outline:3px solid var(--link,var(--accent));outline-offset:2px}
.meaning{max-width:min(46ch,calc(100vw - 24px));padding:.5em .8em;border:1px solid var(--soft);border-radius:4px;background:var(--card);color:var(--ink);font-size:.93em;text-align:left}
@supports (position-area:bottom){.meaning{inset:auto;margin:6px 0;position-area:bottom span-right;position-try-fallbacks:flip-block,flip-inline,flip-block flip-inline}}
@media print{button.term{text-decoration:none}.meaning{display:none}}`;
