// Progress on a terminal's stderr: for what takes longer than half a second, what is being done, how far and how long still; one line
// that renews itself. Where stderr is no terminal, silence.
import { countText } from '../lib/plural.ts';
import { printable } from '../lib/printable.ts';
import type { CliIo } from './io.ts';

/** Nothing is said of what is over sooner. */
const QUIET_MS = 500;
/** The line is renewed this often at most. */
const RENEW_MS = 100;

/** What is counted, and what else is to be said. */
export interface Counted {
  /** `pages`. */
  readonly unit?: string | undefined;
  /** Behind the count: `2 failed`. */
  readonly note?: string | undefined;
}

export interface Progress {
  /**
   * `done` of `of` are through; call it as often as you like. The rest is estimated from the first call with the same `of` and unit on.
   */
  readonly update: (done: number, of: number, counted?: Counted) => void;
  /** What is being done now, where nobody knows how far it is. */
  readonly say: (step: string) => void;
  /** Takes the line away until there is news: something else is to be printed. */
  readonly clear: () => void;
  /** The end: the line goes. */
  readonly done: () => void;
}

const SILENT: Progress = {
  update: () => undefined,
  say: () => undefined,
  clear: () => undefined,
  done: () => undefined,
};

/** Progress of `what`, such as `skylake-768g: threads against time`. */
export function progressOn(io: CliIo, what: string): Progress {
  if (!io.stderrIsTTY) return SILENT;
  const started = io.now();
  let last = -Infinity;
  let shown = '';
  let later: NodeJS.Timeout | undefined;
  let phase = { key: '', from: 0, sinceMs: 0 };
  const draw = (step: string): void => {
    last = io.now();
    if (step === shown) return;
    shown = step;
    const line = printable(`earlyboot: ${what}: ${step}`).slice(0, Math.max(io.columns - 1, 20));
    io.styledStderr(`\r\x1b[K${line}`);
  };
  /** Now, or when it is time: the last of a burst, and what began early and goes on, are shown then. */
  const show = (step: string): void => {
    clearTimeout(later);
    const now = io.now();
    const wait = Math.max(QUIET_MS - (now - started), RENEW_MS - (now - last));
    if (wait <= 0) draw(step);
    else later = setTimeout(() => draw(step), wait).unref();
  };
  const clear = (): void => {
    clearTimeout(later);
    if (shown !== '') io.styledStderr('\r\x1b[K');
    shown = '';
  };
  return {
    say: show,
    update: (done, of, { unit = '', note = '' } = {}) => {
      if (of <= 0) return;
      const key = `${of} ${unit}`;
      if (phase.key !== key) phase = { key, from: done, sinceMs: io.now() };
      const left = leftText(io.now() - phase.sinceMs, done - phase.from, of - done);
      const count = `${countText(done)} of ${countText(of)}`;
      show([`${count} ${unit}`.trim(), left, note].filter((part) => part !== '').join(', '));
    },
    clear,
    done: clear,
  };
}

/** `12 s left`, of what was done in `ms`; nothing before there is anything to tell from. */
function leftText(ms: number, done: number, left: number): string {
  if (done <= 0 || ms <= 0 || left <= 0) return '';
  return `${timeText((ms / done / 1000) * left)} left`;
}

/** `12 s`, `5 min`, `3 h`. */
function timeText(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** `io` whose lines take the progress away before they are printed. */
export function clearing(io: CliIo, { clear }: Progress): CliIo {
  const after =
    (print: (text: string) => void) =>
    (text: string): void => {
      clear();
      print(text);
    };
  return {
    ...io,
    stdout: after(io.stdout),
    stderr: after(io.stderr),
    styledStdout: after(io.styledStdout),
  };
}
