// Who waits for what across workers, as a futex does it: a table of how many threads wait on each word, and a log of the
// words and leaves that waiters should look at again. A lock that nobody waits for costs no message.
import type { Word } from '../../cpu/op.ts';

/** Words share counters by their low bits; a false sharing costs a look, no more. */
const TABLE = 4096;
/** Entries of the log; a worker that falls behind by more looks at all its threads. */
const LOG = 4096;
const TAIL = 0;
const TABLE_AT = 16;
const TAGS_AT = TABLE_AT + TABLE;
const TOKENS_AT = TAGS_AT + LOG;
const INTS = TOKENS_AT + LOG;

/** What a log entry names: a word (0 or more), or the leaf of slot n as -1 - n. */
export type WakeToken = number;

export class Wakeups {
  readonly buffer: SharedArrayBuffer;
  readonly #ints: Int32Array;
  #cursor = 0;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#ints = new Int32Array(buffer);
  }

  static create(): Wakeups {
    return new Wakeups(new SharedArrayBuffer(4 * INTS));
  }

  /** Before the value is looked at for the last time, so that who changes it afterwards knows of the waiter. */
  addWaiter(at: Word): void {
    Atomics.add(this.#ints, TABLE_AT + (at % TABLE), 1);
  }

  removeWaiter(at: Word): void {
    Atomics.sub(this.#ints, TABLE_AT + (at % TABLE), 1);
  }

  hasWaiters(at: Word): boolean {
    return Atomics.load(this.#ints, TABLE_AT + (at % TABLE)) > 0;
  }

  /** Tells all workers; the caller rings the bell. */
  post(token: WakeToken): void {
    const index = Atomics.add(this.#ints, TAIL, 1);
    Atomics.store(this.#ints, TOKENS_AT + (index % LOG), token);
    Atomics.store(this.#ints, TAGS_AT + (index % LOG), index + 1);
  }

  /** Hands over what was posted since the last call; false where some of it is lost: then look at everything. */
  drain(each: (token: WakeToken) => void): boolean {
    const tail = Atomics.load(this.#ints, TAIL);
    if (tail - this.#cursor > LOG / 2) {
      this.#cursor = tail;
      return false;
    }
    for (; this.#cursor < tail; this.#cursor += 1) {
      const slot = this.#cursor % LOG;
      // An entry whose writer is not through yet comes with the next call: the writer rings the bell after it.
      if (Atomics.load(this.#ints, TAGS_AT + slot) !== this.#cursor + 1) return true;
      each(Atomics.load(this.#ints, TOKENS_AT + slot));
    }
    return true;
  }
}
