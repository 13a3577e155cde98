// Mirrors kernel/printk/printk.c (v6.1) as far as early boot needs it: an ordered log of lines with level and step.

/** LOG_LINE_MAX without the final zero: 1024 bytes with room for a prefix of 32 (CONFIG_PRINTK_CALLER is off in Debian's kernels). */
const LONGEST_TEXT = 1024 - 32 - 1;

/** `text` as far as a record holds it, in bytes. */
function fitting(text: string): string {
  if (text.length * 3 <= LONGEST_TEXT) return text;
  const bytes = new TextEncoder().encode(text);
  return bytes.length <= LONGEST_TEXT ? text : new TextDecoder().decode(bytes.subarray(0, LONGEST_TEXT));
}

/** One line of the kernel log. `text` has no timestamp; continuation lines are already joined. */
export interface LogLine {
  /** Kernel log level, 0 (emergency) to 7 (debug). */
  readonly level: number;
  /** The boot step (the function of start_kernel or setup_arch) that printed it. */
  readonly step: string;
  readonly text: string;
  /** Virtual time in nanoseconds since "Linux version", where a driver keeps one; 0 in early boot. */
  readonly timeNs: number;
  /** Where one figure of the line is an estimate: the figure as it is printed, and how far from it a real one is no contradiction. */
  readonly estimate?: Estimate | undefined;
}

/** A figure of a line, in its unit, and how far the real one may lie from it. */
export interface Estimate {
  readonly figure: number;
  readonly within: number;
}

/** The kernel log of one boot. Not shared between boots: every boot makes its own. */
export class Printk {
  readonly lines: LogLine[] = [];
  /** The boot step that lines are attributed to; set by the list in init/main.ts. */
  step = '';
  /** Virtual now, in nanoseconds; the driver advances it. */
  nowNs = 0;
  readonly #onLine: ((line: LogLine) => void) | undefined;

  /** `onLine` is called for each line as it is printed, for a live log. */
  constructor(onLine?: (line: LogLine) => void) {
    this.#onLine = onLine;
  }

  print(text: string, level = 6, estimate?: Estimate): void {
    const { step, nowNs: timeNs } = this;
    const line: LogLine = { level, step, text: fitting(text), timeNs, ...(estimate && { estimate }) };
    this.lines.push(line);
    this.#onLine?.(line);
  }

  info(text: string, estimate?: Estimate): void {
    this.print(text, 6, estimate);
  }

  warn(text: string): void {
    this.print(text, 4);
  }

  debug(text: string): void {
    this.print(text, 7);
  }
}

/** A log line as dmesg prints it, `[    1.234567] text`. */
export function formatLogLine(line: LogLine): string {
  const us = Math.floor(line.timeNs / 1000);
  const seconds = Math.floor(us / 1_000_000);
  return `[${String(seconds).padStart(5)}.${String(us % 1_000_000).padStart(6, '0')}] ${line.text}`;
}
