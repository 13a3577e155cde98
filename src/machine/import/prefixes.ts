// What tools put before the kernel's own text: dmesg in all its forms, journalctl, syslog, installers, serial consoles, mail.

/**
 * Stamps, each tried again until none matches. Each is tied to the beginning and every quantifier has a bound, so that a line is
 * looked at once, however long it is.
 */
export const PREFIXES: readonly RegExp[] = [
  // <6> of the kernel's own buffer, `6,0,0,-;` of /dev/kmsg, `kern  :info  : ` of dmesg -x
  /^<\d{1,4}>/,
  /^\d{1,4},\d{1,12},\d{1,20},[-c+][^;]{0,80};/,
  /^(?:kern|user|daemon|syslog) {0,8}:[a-z]{1,8} {0,8}: ?/,
  // [    0.000000], [    0.000000,0], dmesg -d: [    0.000000 <    0.000000>] and [<    0.000000>], dmesg -H: [  +0.000000]
  /^\[ {0,12}\+?\d{1,12}\.\d{1,9}(?:,\d{1,9})?(?: <[ \d.]{1,24}>)?\] ?/,
  /^\[<[ \d.]{1,24}>\] ?/,
  // [    T0] or [    C0] of CONFIG_PRINTK_CALLER
  /^\[ {0,12}[TC]\d{1,12}\] ?/,
  // dmesg -T, also in other languages and with -d; dmesg -H: [Nov29 08:00]
  /^\[[^\][:]{6,24}\d\d:\d\d:\d\d \d{4}(?: <[ \d.]{1,24}>)?\] ?/,
  /^\[\p{L}{3,5}\.?\d{1,2} \d\d:\d\d\] ?/u,
  // syslog and journalctl: date, host, perhaps facility.level, kernel:
  /^(?:\p{L}{2,4}\.? )?\p{L}{3,5}\.? {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: \d{4})?(?: [A-Z]{2,5})? (?:\S{1,255} ){0,2}kernel(?:\[\d{1,9}\])?: ?/u,
  /^(?:[A-Z][a-z]{2} )?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,24} (?:\S{1,255} ){0,2}kernel(?:\[\d{1,9}\])?: ?/,
  // dmesg --time-format iso, and loggers of serial consoles
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[-+]\d\d:?\d\d) ?/,
  // journalctl -o short-unix
  /^\d{9,11}\.\d{6} \S{1,255} kernel(?:\[\d{1,9}\])?: ?/,
  // anaconda's syslog, without a blank behind: 20:55:42,615 INFO kernel:Linux version
  /^\d\d:\d\d:\d\d,\d{3} [A-Z]{4,9} kernel:/,
  // journalctl -o export and verbose
  /^MESSAGE=/,
  // journalctl -o short-monotonic, after its timestamp; -o cat with syslog's tag
  /^\S{1,255} kernel(?:\[\d{1,9}\])?: ?/,
  /^kernel: ?/,
];
/** Rounds in which prefixes are looked for: no tool puts more than five before a line. */
export const MOST_ROUNDS = 8;
/** Of a mail that was answered. */
const QUOTE = /^[ \t]{0,16}(?:> ?){1,8}/;
/** Of a block in a report: taken away where a stamp follows. */
const INDENT = /^[ \t]{1,16}/;
/** Colours of dmesg --color=always, as they are and as `cat -v` shows them. */
const COLOUR = /(?:\x1b|\^\[)\[[0-9;]{0,16}[mK]/g;

/** One line without what stands before the kernel's text. */
export interface Stripped {
  readonly text: string;
  /** Something did that a tool prints before every line. */
  readonly stamped: boolean;
}

/** As stripPrefixes(), and whether there was a stamp. */
export function strip(line: string): Stripped {
  let text = line.includes('[') ? line.replace(COLOUR, '') : line;
  let stamped = false;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const bare = stamped ? text : text.replace(INDENT, '');
    const stamp = matchOf(bare);
    if (stamp !== null) {
      text = bare.slice(stamp);
      stamped = true;
      continue;
    }
    const quote = stamped ? null : QUOTE.exec(text);
    if (quote === null) break;
    text = text.slice(quote[0].length);
  }
  return { text, stamped };
}

/** How long the prefix is that `text` begins with. */
function matchOf(text: string): number | null {
  for (const prefix of PREFIXES) {
    const match = prefix.exec(text);
    if (match !== null) return match[0].length;
  }
  return null;
}

/** One line without its prefixes; leading blanks of the kernel's own text stay. */
export function stripPrefixes(line: string): string {
  return strip(line).text;
}
