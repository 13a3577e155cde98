// One word of the glossary.

export interface Term {
  /** As texts write it. */
  readonly word: string;
  /** Other words for the same, as texts write them: abbreviations, C names. */
  readonly also?: readonly string[];
  /** One or two sentences, without the word itself at their beginning; a full stop ends them. */
  readonly meaning: string;
}

export interface Topic {
  readonly title: string;
  readonly terms: readonly Term[];
}
