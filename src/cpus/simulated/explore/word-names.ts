// Names of words, for drawings and messages.
import type { Word } from '../../../cpu/op.ts';

interface Label {
  readonly at: Word;
  readonly words: number;
  readonly what: string;
  readonly fields: readonly string[];
}

export class WordNames {
  /** In the order in which they were given. */
  #labels: Label[] = [];

  clear(): void {
    this.#labels = [];
  }

  give(at: Word, words: number, what: string, fields: readonly string[] = []): void {
    const end = at + words;
    this.#labels = this.#labels.filter((label) => label.at < at || label.at + label.words > end);
    this.#labels.push({ at, words, what, fields });
  }

  /** `job.lock` of a word that was given a name, the latest name first; `word 12` of others. */
  of(at: Word): string {
    const label = this.#labels.findLast((one) => at >= one.at && at < one.at + one.words);
    return label === undefined ? `word ${at}` : nameIn(label, at - label.at);
  }
}

/** Where there are fewer fields than words, the last one is an array. */
function nameIn({ words, what, fields }: Label, offset: number): string {
  if (fields.length === 0) return offset === 0 ? what : `${what}+${offset}`;
  const last = fields.length - 1;
  const isArray = fields.length < words && offset >= last;
  const field = fields[isArray ? last : offset] ?? '';
  return `${what}${field === '' ? '' : `.${field}`}${isArray ? `[${offset - last}]` : ''}`;
}
