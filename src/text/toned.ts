// Lines of an answer with what they mean, for those who draw them in colours.

/** What a line means: only in the first, only in the second, as it should be, not so, to be looked at, an explanation, a heading. */
export type Tone = 'gone' | 'come' | 'good' | 'bad' | 'warning' | 'aside' | 'heading';

/** A line without newline, and its tone where it has one. */
export interface TonedLine {
  readonly text: string;
  /** A line of somebody's own, such as a kernel's: it stays whole, however long. */
  readonly whole?: boolean | undefined;
  readonly tone?: Tone | undefined;
}

/** The lines without their tones, each with its newline. */
export function plainText(lines: readonly TonedLine[]): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}
