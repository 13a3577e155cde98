// Lines that a mail program broke. They are joined only where the log itself shows that it did: the banner of a kernel is longer than
// any mail's line, so a banner that goes on in a line without a stamp was broken, and then the others were too.

/** A line as it was read, before broken ones are joined. */
export interface ReadLine {
  readonly text: string;
  /** From 1, in the file. */
  readonly line: number;
  /** A tool's stamp stood before it. */
  readonly stamped: boolean;
  /** Characters that the line has in the file. */
  readonly width: number;
}

const BANNER = /^Linux version \d/;
/** Mail programs break at 65 to 80 columns; a line that was broken is nearly as long. */
const LONGEST = 100;
const SHORTEST = 50;

/** `lines` with continuations joined to what they continue; as they are where nothing was broken. */
export function joinWrapped(lines: readonly ReadLine[]): readonly ReadLine[] {
  const banner = lines.findIndex(({ text, stamped }) => stamped && BANNER.test(text));
  if (banner === -1 || !continues(lines[banner], lines[banner + 1])) return lines;
  const joined: ReadLine[] = [];
  let before: ReadLine | undefined;
  let parts: string[] = [];
  const flush = (): void => {
    const last = joined.pop();
    if (last) joined.push({ ...last, text: parts.join(' ') });
  };
  for (const line of lines) {
    if (joined.length > 0 && continues(before, line)) parts.push(line.text.trim());
    else {
      flush();
      joined.push(line);
      parts = [line.text];
    }
    before = line;
  }
  flush();
  return joined;
}

/** Whether `next` is the rest of `line`: it has no stamp, and its first word had no room any more. */
function continues(line: ReadLine | undefined, next: ReadLine | undefined): boolean {
  if (line === undefined || next === undefined || next.stamped || next.text.trim() === '') return false;
  const word = next.text.trim().split(' ', 1)[0] ?? '';
  return line.width <= LONGEST && line.width + 1 + word.length > SHORTEST;
}
