// A kernel log as lines of text, in whatever form people have it. Every command reads logs through here.
import { htmlLines, isHtml } from './html-text.ts';
import { jsonMessages } from './json-messages.ts';
import { strip } from './prefixes.ts';
import { trimEndOf } from './text.ts';
import { joinWrapped, type ReadLine } from './wrapped.ts';

export interface LogText {
  /** What the kernel printed, without timestamp and prefixes; leading blanks kept. */
  readonly text: string;
  /** From 1, in the file. */
  readonly line: number;
}

/** Every line of `text`, stripped of what tools, mails and pages put around it. Looks at each character a few times at most. */
export function logLines(text: string): LogText[] {
  const html = isHtml(text);
  const lines: ReadLine[] = [];
  text.split('\n').forEach((raw, index) => {
    for (const part of partsOf(raw, html)) {
      const messages = jsonMessages(part);
      // in JSON the text is the kernel's own, but for what syslog put there
      for (const message of messages ?? [part])
        lines.push({ ...strip(message), line: index + 1, width: raw.length });
    }
  });
  return withoutIndent(joinWrapped(lines).map(({ text: own, line }) => ({ text: own, line })));
}

/** What one line of the file holds: NUL bytes stand where a crash lost what was written, so what follows them is another line. */
function partsOf(raw: string, html: boolean): readonly string[] {
  const line = trimEndOf(raw.replace(/^\uFEFF/, ''), '\r');
  const parts = line.includes('\0') ? line.split('\0').filter((part) => part !== '') : [line];
  return html ? parts.flatMap(htmlLines) : parts;
}

const INDENTED_BANNER = /^([ \t]{1,16})Linux version \d/;

/** A block without stamps that stands indented in a report: as far as its banner does. */
function withoutIndent(lines: LogText[]): LogText[] {
  const indents = lines.map(({ text }) => INDENTED_BANNER.exec(text)?.[1] ?? null);
  let indent = indents.find((found) => found !== null);
  if (indent === undefined) return lines;
  return lines.map(({ text, line }, at) => {
    indent = indents[at] ?? indent ?? '';
    return { text: text.startsWith(indent) ? text.slice(indent.length) : text, line };
  });
}
