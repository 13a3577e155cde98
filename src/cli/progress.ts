// Progress on stderr: for what takes longer than half a second, what is being done and how far; one line that renews itself.
import { printable } from '../lib/printable.ts';
import type { CliIo } from './io.ts';

/** Nothing is said of what is over sooner. */
const QUIET_MS = 500;
/** On a terminal the line is renewed this often at most; elsewhere a line is printed for each tenth. */
const RENEW_MS = 100;

export interface Progress {
  /** `done` of `of` are through; call it as often as you like. */
  readonly update: (done: number, of: number) => void;
  /** What is being done now, where nobody knows how far it is. */
  readonly say: (step: string) => void;
  /** Clears the line. */
  readonly done: () => void;
}

/** Progress of `what`, such as `skylake-768g: threads against time`. */
export function progressOn(io: CliIo, what: string): Progress {
  const started = io.now();
  let last = -Infinity;
  let tenth = 0;
  let shown = false;
  let later: NodeJS.Timeout | undefined;
  const renew = (text: string, now: number): void => {
    if (now - last < RENEW_MS) return;
    last = now;
    shown = true;
    io.styledStderr(`\r\x1b[K${printable(text).slice(0, Math.max(io.columns - 1, 20))}`);
  };
  const show = (step: string): void => {
    if (io.stderrIsTTY) renew(`earlyboot: ${what}: ${step}`, io.now());
    else if (!shown) {
      shown = true;
      io.stderr(`earlyboot: ${what}: ${step}\n`);
    }
  };
  return {
    say: (step) => {
      clearTimeout(later);
      const now = io.now();
      const wait = Math.max(QUIET_MS - (now - started), io.stderrIsTTY ? RENEW_MS - (now - last) : 0);
      if (wait <= 0) show(step);
      // on a terminal the last step of a burst, and one that began early and goes on, are shown when it is time
      else if (io.stderrIsTTY) later = setTimeout(() => show(step), wait).unref();
    },
    update: (done, of) => {
      clearTimeout(later);
      const now = io.now();
      if (now - started < QUIET_MS || of <= 0) return;
      const text = `earlyboot: ${what}: ${done} of ${of}`;
      if (io.stderrIsTTY) {
        renew(text, now);
        return;
      }
      const reached = Math.floor((done / of) * 10);
      if (reached > tenth || !shown) io.stderr(`${text}\n`);
      tenth = Math.max(tenth, reached);
      shown = true;
    },
    done: () => {
      clearTimeout(later);
      if (shown && io.stderrIsTTY) io.styledStderr('\r\x1b[K');
    },
  };
}
