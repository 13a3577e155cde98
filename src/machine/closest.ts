// The name that somebody probably meant. Loaded where a name is wrong, not before.
import { distance } from 'fastest-levenshtein';

/** One wrong letter in three is a slip; more is another word. */
const LETTERS_A_SLIP = 3;

/**
 * Of `known` the nearest to `word`: the one that differs in the fewest letters, no more than a third of them; else one that goes on where
 * `word` ends, or that `word` goes on from (`skylake`), or one that goes on behind a slip (`laptpo`). Upper and lower case are one. null where none is near.
 */
export function closest(word: string, known: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  const names = [...known];
  let best: { readonly name: string; readonly letters: number } | null = null;
  for (const name of names) {
    const letters = slips(wanted, name.toLowerCase());
    const most = Math.floor(Math.max(wanted.length, name.length) / LETTERS_A_SLIP);
    if (letters <= most && (best === null || letters < best.letters)) best = { name, letters };
  }
  if (best) return best.name;
  if (wanted === '') return null;
  return (
    names.find((name) => name.toLowerCase().startsWith(wanted)) ??
    names.find((name) => wanted.startsWith(name.toLowerCase())) ??
    names.find((name) => goesOnFrom(wanted, name.toLowerCase())) ??
    null
  );
}

/** Whether `name` begins with `word` but for a slip, and goes on (`laptpo`). */
function goesOnFrom(word: string, name: string): boolean {
  return (
    word.length > LETTERS_A_SLIP && name.length > word.length && slips(word, name.slice(0, word.length)) === 1
  );
}

/** How many letters differ; two neighbours that changed places are one slip of the finger, not two. */
function slips(a: string, b: string): number {
  const letters = distance(a, b);
  if (letters !== 2 || a.length !== b.length) return letters;
  const at = [...a].findIndex((letter, i) => letter !== b[i]);
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2) ? 1 : 2;
}

/** Of `known` the first that is one slip away from `word`; null where none is. */
export function oneSlipFrom(word: string, known: Iterable<string>): string | null {
  for (const name of known)
    if (Math.abs(word.length - name.length) <= 1 && slips(word, name) === 1) return name;
  return null;
}

/** `: did you mean NAME?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const name = closest(word, known);
  return name === null ? '' : `: did you mean ${name}?`;
}

/** As many names are soon read; more belong on a page or into a list of their own. */
const FEW = 8;

/** What was meant; where nothing is near, the names that there are, if they are a few; else nothing. */
export function meantOrFew(word: string, known: Iterable<string>): string {
  const names = [...known];
  const meant = didYouMean(word, names);
  return meant === '' && names.length > 0 && names.length <= FEW ? `: expected ${names.join(', ')}` : meant;
}
