// The name that somebody probably meant. Loaded where a name is wrong, not before.
import { distance } from 'fastest-levenshtein';

/** One wrong letter in three is a slip; more is another word. */
const LETTERS_A_SLIP = 3;

/**
 * Of `known` the nearest to `word`: the one that differs in the fewest letters, no more than a third of them; else one that goes on where
 * `word` ends, or that `word` goes on from (`skylake`). Upper and lower case are one. null where none is near.
 */
export function closest(word: string, known: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  const names = [...known];
  let best: { readonly name: string; readonly letters: number } | null = null;
  for (const name of names) {
    const letters = distance(wanted, name.toLowerCase());
    const most = Math.floor(Math.max(wanted.length, name.length) / LETTERS_A_SLIP);
    if (letters <= most && (best === null || letters < best.letters)) best = { name, letters };
  }
  if (best) return best.name;
  if (wanted === '') return null;
  return (
    names.find((name) => name.toLowerCase().startsWith(wanted)) ??
    names.find((name) => wanted.startsWith(name.toLowerCase())) ??
    null
  );
}

/** `: did you mean NAME?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const name = closest(word, known);
  return name === null ? '' : `: did you mean ${name}?`;
}
