// A kernel log as lines of text, whatever printed it: dmesg (-x, -T, -H off), journalctl -k, syslog, a serial console.
import { InputError } from '../../lib/input-error.ts';
import { trimEndOf } from './text.ts';

export interface LogText {
  /** What the kernel printed, without timestamp and prefixes; leading blanks kept. */
  readonly text: string;
  /** From 1, in the file. */
  readonly line: number;
}

/**
 * Things that stand before the kernel's own text, each tried again until none matches. Each is tied to the beginning and every
 * quantifier has a bound, so that a line is looked at once, however long it is.
 */
export const PREFIXES: readonly RegExp[] = [
  /^\x1b\[[0-9;]{0,16}m/,
  // <6> of the kernel's own buffer, `kern  :info  : ` of dmesg -x
  /^<\d{1,4}>/,
  /^(?:kern|user|daemon|syslog) {0,8}:[a-z]{1,8} {0,8}: ?/,
  // [    0.000000], [    0.000000,0], then [    T0] or [    C0] of CONFIG_PRINTK_CALLER
  /^\[ {0,12}\d{1,12}\.\d{1,9}(?:,\d{1,9})?\] ?/,
  /^\[ {0,12}[TC]\d{1,12}\] ?/,
  // dmesg -T
  /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4}\] ?/,
  // syslog and journalctl: date, host, kernel:
  /^(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: \d{4})?(?: [A-Z]{2,5})? \S{1,255} kernel(?:\[\d{1,9}\])?: ?/,
  /^(?:[A-Z][a-z]{2} )?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,24} (?:\S{1,255} ){0,2}kernel(?:\[\d{1,9}\])?: ?/,
  // journalctl -o short-monotonic, after its timestamp; -o cat with syslog's tag
  /^\S{1,255} kernel(?:\[\d{1,9}\])?: ?/,
  /^kernel: ?/,
];
/** Rounds in which prefixes are looked for: no tool puts more than five before a line. */
export const MOST_ROUNDS = 8;

/** One line without its prefixes. */
export function stripPrefixes(line: string): string {
  let text = line;
  for (let round = 0, found = true; found && round < MOST_ROUNDS; round++) {
    found = false;
    for (const prefix of PREFIXES) {
      const match = prefix.exec(text);
      if (match === null) continue;
      text = text.slice(match[0].length);
      found = true;
    }
  }
  return text;
}

const BANNER = /^Linux version \d/;
const MAP_LINE = /^BIOS-e820: /;

/**
 * The lines of one boot: of the last one in `text` that has a firmware map, from its banner to the next banner.
 * @throws InputError 'log' where no line is a BIOS-e820 line
 */
export function bootLines(text: string, path: string): LogText[] {
  const boots: LogText[][] = [[]];
  text.split('\n').forEach((raw, index) => {
    const line = stripPrefixes(trimEndOf(raw.replace(/^\uFEFF/, ''), '\r'));
    if (BANNER.test(line)) boots.push([]);
    boots.at(-1)?.push({ text: line, line: index + 1 });
  });
  const boot = boots.findLast((lines) => lines.some((l) => MAP_LINE.test(l.text)));
  if (!boot) {
    throw new InputError(
      'log',
      `${path}: no BIOS-e820 lines: expected a kernel log from "Linux version" on ` +
        `(if the ring buffer lost its beginning, boot with log_buf_len=1M)`,
    );
  }
  return boot;
}
