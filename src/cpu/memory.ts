// State that CPUs share: words that hold whole numbers exact to 2^53 (page frame numbers of 64 TiB need 35 bits, physical
// addresses up to 52), over any buffer. Everything else in JavaScript belongs to one thread.
import { bugOn } from '../lib/bug.ts';
import type { Word } from './op.ts';

/**
 * Words of shared memory. load() and store() are plain accesses: no scheduling point, so who shares a word holds a lock
 * (the explorer checks that). readOnce() and writeOnce() mark accesses that are unlocked on purpose.
 */
export interface Memory {
  load(at: Word): number;
  store(at: Word, value: number): void;
  readOnce(at: Word): number;
  writeOnce(at: Word, value: number): void;
  /** Fresh words, all zero; never word 0. */
  alloc(words: number): Word;
  /** Gives words back that this view allocated. */
  free(at: Word, words: number): void;
  /**
   * These words are being initialised by the calling thread, and are its own until it shows them to others. `what` names
   * them where somebody draws what happened, `fields` each of them in it (`lock`, `completion.done`); where there are fewer fields than
   * words, the last one is an array.
   */
  fresh(at: Word, words: number, what?: string, fields?: readonly string[]): void;
  /** Atomic compare and exchange; the value seen. For drivers: kernel threads yield the request. */
  cmpxchg(at: Word, old: number, next: number): number;
}

/** Freed blocks by size: LIFO, so that a stack-like use meets the same words again. */
class FreeBlocks {
  readonly #bySize = new Map<number, Word[]>();

  take(words: number): Word | undefined {
    return this.#bySize.get(words)?.pop();
  }

  give(at: Word, words: number): void {
    const list = this.#bySize.get(words);
    if (list) list.push(at);
    else this.#bySize.set(words, [at]);
  }
}

/** Words of one JavaScript thread, for the simulator and the emulated CPUs' host. Grows as needed. */
export class LocalMemory implements Memory {
  #words: Float64Array;
  #next = 1;
  readonly #free = new FreeBlocks();

  /** `words`: how many to start with. */
  constructor(words = 256) {
    this.#words = new Float64Array(words);
  }

  load(at: Word): number {
    return this.#words[at] as number;
  }

  store(at: Word, value: number): void {
    this.#words[at] = value;
  }

  readOnce(at: Word): number {
    return this.#words[at] as number;
  }

  writeOnce(at: Word, value: number): void {
    this.#words[at] = value;
  }

  alloc(words: number): Word {
    const again = this.#free.take(words);
    if (again !== undefined) {
      this.#words.fill(0, again, again + words);
      return again;
    }
    const at = this.#next;
    this.#next += words;
    if (this.#next > this.#words.length) {
      const larger = new Float64Array(Math.max(this.#next, 2 * this.#words.length));
      larger.set(this.#words);
      this.#words = larger;
    }
    return at;
  }

  free(at: Word, words: number): void {
    this.#free.give(at, words);
  }

  fresh(_at: Word, _words: number): void {
    // nobody checks here
  }

  cmpxchg(at: Word, old: number, next: number): number {
    const seen = this.#words[at] as number;
    if (seen === old) this.#words[at] = next;
    return seen;
  }
}

/** Word 0 of a shared buffer: the first word that nobody has allocated yet. */
const NEXT_FREE = 0;

/**
 * Words that several JavaScript threads share. Each thread makes its own view of one buffer. Plain accesses are ordered
 * by the atomic ones around them, as in the kernel.
 */
export class SharedMemory implements Memory {
  readonly buffer: SharedArrayBuffer;
  readonly #words: BigInt64Array;
  readonly #free = new FreeBlocks();

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#words = new BigInt64Array(buffer);
  }

  /** A fresh buffer of so many words, all zero. */
  static create(words: number): SharedMemory {
    const memory = new SharedMemory(new SharedArrayBuffer(8 * words));
    memory.#words[NEXT_FREE] = 1n;
    return memory;
  }

  load(at: Word): number {
    return Number(this.#words[at]);
  }

  store(at: Word, value: number): void {
    this.#words[at] = BigInt(value);
  }

  readOnce(at: Word): number {
    return Number(Atomics.load(this.#words, at));
  }

  writeOnce(at: Word, value: number): void {
    Atomics.store(this.#words, at, BigInt(value));
  }

  alloc(words: number): Word {
    const again = this.#free.take(words);
    const at = again ?? Number(Atomics.add(this.#words, NEXT_FREE, BigInt(words)));
    bugOn(at + words > this.#words.length, `shared memory of ${this.#words.length} words is full`);
    this.#words.fill(0n, at, at + words);
    return at;
  }

  free(at: Word, words: number): void {
    this.#free.give(at, words);
  }

  fresh(_at: Word, _words: number): void {
    // nobody checks here
  }

  cmpxchg(at: Word, old: number, next: number): number {
    return Number(Atomics.compareExchange(this.#words, at, BigInt(old), BigInt(next)));
  }

  /** Sleeps while `at` holds `value`, at most `timeoutMs`. Not on a page's main thread. */
  wait(at: Word, value: number, timeoutMs?: number): 'ok' | 'not-equal' | 'timed-out' {
    return Atomics.wait(this.#words, at, BigInt(value), timeoutMs);
  }

  /** Wakes the first `count` threads that sleep on `at`, all where it is left out. */
  wake(at: Word, count?: number): number {
    return Atomics.notify(this.#words, at, count);
  }
}
