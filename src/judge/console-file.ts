// A guest's serial port that is written to a file: read as it grows.
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';

/** How often the file is looked at, and how much is read at once. */
const LOOK_MS = 100;
const TAIL_BYTES = 65536;

/** Calls `grown` whenever the files are larger than before. */
export function watchSizes(paths: readonly string[], grown: () => void): ReturnType<typeof setInterval> {
  let last = 0;
  return setInterval(() => {
    const bytes = paths.reduce(
      (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
    if (bytes > last) grown();
    last = bytes;
  }, LOOK_MS);
}

/** Follows a file that grows, line by line. */
export class Tail {
  #rest = '';
  #at = 0;
  readonly #path: string;
  readonly #line: (line: string) => void;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(path: string, line: (line: string) => void) {
    this.#path = path;
    this.#line = line;
    this.#timer = setInterval(() => this.#read(), LOOK_MS);
  }

  /** What is there now. */
  #read(): void {
    if (!existsSync(this.#path)) return;
    const file = openSync(this.#path, 'r');
    try {
      const buffer = Buffer.alloc(TAIL_BYTES);
      for (;;) {
        const bytes = readSync(file, buffer, 0, buffer.length, this.#at);
        if (bytes === 0) return;
        this.#at += bytes;
        const lines = (this.#rest + buffer.toString('latin1', 0, bytes)).split('\n');
        this.#rest = lines.pop() ?? '';
        for (const line of lines) this.#line(line.replace(/\r+$/, ''));
      }
    } finally {
      closeSync(file);
    }
  }

  /** The rest, and the last line, if it has no end. */
  end(): void {
    this.#read();
    if (this.#rest !== '') this.#line(this.#rest);
    this.#rest = '';
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
