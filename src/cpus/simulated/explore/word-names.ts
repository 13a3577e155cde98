// Names of words, for drawings and messages.
import type { Word } from '../../../cpu/op.ts';

interface Label {
  readonly words: number;
  readonly what: string;
}

export class WordNames {
  readonly #labels = new Map<Word, Label>();

  clear(): void {
    this.#labels.clear();
  }

  give(at: Word, words: number, what: string): void {
    this.#labels.set(at, { words, what });
  }

  /** `name` or `name+2` of a word that was given one, the latest name first; `word 12` of others. */
  of(at: Word): string {
    let best: Word | undefined;
    for (const [start, { words }] of this.#labels)
      if (at >= start && at < start + words && (best === undefined || start >= best)) best = start;
    if (best === undefined) return `word ${at}`;
    const { what } = this.#labels.get(best) as Label;
    return at === best ? what : `${what}+${at - best}`;
  }
}
