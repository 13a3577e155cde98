// A kernel log as lines of text, whatever printed it: dmesg (-x, -T, -H off), journalctl -k, syslog, a serial console.
import { InputError } from '../../lib/input-error.ts';

export interface LogText {
  /** What the kernel printed, without timestamp and prefixes; leading blanks kept. */
  readonly text: string;
  /** From 1, in the file. */
  readonly line: number;
}

/** Things that stand before the kernel's own text, each tried again until none matches. */
const PREFIXES: readonly RegExp[] = [
  /^\x1b\[[0-9;]*m/,
  // <6> of the kernel's own buffer, `kern  :info  : ` of dmesg -x
  /^<\d+>/,
  /^(?:kern|user|daemon|syslog)\s*:[a-z]+\s*: ?/,
  // [    0.000000], [    0.000000,0], then [    T0] or [    C0] of CONFIG_PRINTK_CALLER
  /^\[ *\d+\.\d+(?:,\d+)?\] ?/,
  /^\[ *[TC]\d+\] ?/,
  // dmesg -T
  /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d \d{4}\] ?/,
  // syslog and journalctl: date, host, kernel:
  /^(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d(?:\.\d+)?(?: \d{4})?(?: [A-Z]{2,5})? \S+ kernel(?:\[\d+\])?: ?/,
  /^(?:[A-Z][a-z]{2} )?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S* (?:\S+ ){0,2}kernel(?:\[\d+\])?: ?/,
  // journalctl -o short-monotonic, after its timestamp; -o cat with syslog's tag
  /^\S+ kernel(?:\[\d+\])?: ?/,
  /^kernel: ?/,
];

/** One line without its prefixes. */
export function stripPrefixes(line: string): string {
  let text = line;
  for (let found = true; found;) {
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
    const line = stripPrefixes(raw.replace(/^\uFEFF/, '').replace(/\r+$/, ''));
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
