// Shared memory that checks its plain accesses, as Eraser does (Savage et al., 1997): a word that a second thread has touched
// must keep a lock that all hold who touch it, once one of them writes. It also notes what each step touched, for the search.
import { Bug } from '../../../lib/bug.ts';
import type { Memory } from '../../../cpu/memory.ts';
import type { Word } from '../../../cpu/op.ts';
import { Locksets } from './locksets.ts';
import type { MemoryImage } from './memory-image.ts';
import { WordNames } from './word-names.ts';

/** What is known of a word: nobody's, read by several, written by several, or one thread's: from EXCLUSIVE on. */
const VIRGIN = 0;
const SHARED = 1;
const MODIFIED = 2;
/** Given back: nobody may touch it. Words are not used again, so that nobody does by chance. */
const FREED = 3;
const EXCLUSIVE = 4;

/** The state of words of who sets up, before any thread runs; those of threads follow. */
const SETUP = EXCLUSIVE;

/** A step's accesses: words read, and words written or changed atomically. */
export interface Footprint {
  readonly reads: number[];
  readonly writes: number[];
}

/** One memory for many runs: reset() makes it as new. */
export class CheckedMemory implements Memory {
  readonly locksets = new Locksets();
  /** The number of the running thread's set of held locks. */
  held = 0;
  /** The state of words that are its own. */
  #mine = SETUP;
  /** Notes accesses here where it is set. */
  footprint: Footprint | undefined;
  /** Off for who looks at the end, when nothing runs. */
  checking = true;
  /** Whether memory that was given back may be touched. */
  lenient = false;
  /** Keeps names of words, for drawing. */
  naming = false;
  #words: Float64Array;
  #state: Int32Array;
  #lockset: Int32Array;
  #next = 1;
  readonly #names = new WordNames();

  constructor(words = 512) {
    this.#words = new Float64Array(words);
    this.#state = new Int32Array(words);
    this.#lockset = new Int32Array(words);
  }

  /** Forgets everything. */
  reset(): void {
    this.#words.fill(0, 0, this.#next);
    this.#state.fill(0, 0, this.#next);
    this.#next = 1;
    if (this.naming) this.#names.clear();
    this.#mine = SETUP;
    this.held = 0;
    this.footprint = undefined;
    this.checking = true;
  }

  /** Another thread runs, with that set of locks. */
  runs(thread: number, held: number): void {
    this.#mine = SETUP + 1 + thread;
    this.held = held;
  }

  image(): MemoryImage {
    const end = this.#next;
    return {
      words: this.#words.slice(0, end),
      state: this.#state.slice(0, end),
      lockset: this.#lockset.slice(0, end),
    };
  }

  /** Whether it has the same words, in the same state. */
  is({ words, state }: MemoryImage): boolean {
    if (this.#next !== words.length) return false;
    for (let at = 0; at < words.length; at += 1)
      if (this.#words[at] !== words[at] || this.#state[at] !== state[at]) return false;
    return true;
  }

  putBack({ words, state, lockset }: MemoryImage): void {
    this.#next = words.length;
    if (this.#next > this.#words.length) this.#grow();
    this.#words.set(words);
    this.#state.set(state);
    this.#lockset.set(lockset);
  }

  load(at: Word): number {
    this.footprint?.reads.push(at);
    if (this.#state[at] !== this.#mine) this.#read(at);
    return this.#words[at] as number;
  }

  store(at: Word, value: number): void {
    this.footprint?.writes.push(at);
    if (this.#state[at] !== this.#mine) this.#write(at);
    this.#words[at] = value;
  }

  readOnce(at: Word): number {
    this.footprint?.reads.push(at);
    if (this.#state[at] === FREED) this.#useAfterFree(at);
    return this.#words[at] as number;
  }

  writeOnce(at: Word, value: number): void {
    this.footprint?.writes.push(at);
    if (this.#state[at] === FREED) this.#useAfterFree(at);
    this.#words[at] = value;
  }

  cmpxchg(at: Word, old: number, next: number): number {
    this.footprint?.writes.push(at);
    if (this.#state[at] === FREED) this.#useAfterFree(at);
    const seen = this.#words[at] as number;
    if (seen === old) this.#words[at] = next;
    return seen;
  }

  /** The value, without anybody having looked. */
  peek(at: Word): number {
    return this.#words[at] as number;
  }

  alloc(words: number): Word {
    const at = this.#next;
    this.#next += words;
    if (this.#next > this.#words.length) this.#grow();
    return at;
  }

  free(at: Word, words: number): void {
    if (!this.lenient) this.#state.fill(FREED, at, at + words);
  }

  fresh(at: Word, words: number, what?: string, fields?: readonly string[]): void {
    // mostly a word or two: a call of fill() would take longer
    const state = this.#state;
    for (let word = at; word < at + words; word += 1) state[word] = VIRGIN;
    if (this.naming && what !== undefined) this.#names.give(at, words, what, fields);
  }

  name(at: Word): string {
    return this.#names.of(at);
  }

  #grow(): void {
    const size = 2 * this.#next;
    const grown = <A extends Float64Array | Int32Array>(from: A, to: A): A => (to.set(from), to);
    this.#words = grown(this.#words, new Float64Array(size));
    this.#state = grown(this.#state, new Int32Array(size));
    this.#lockset = grown(this.#lockset, new Int32Array(size));
  }

  #read(at: Word): void {
    const state = this.#state[at] as number;
    if (state === VIRGIN) this.#own(at);
    else if (state === FREED) this.#useAfterFree(at);
    else if (state >= EXCLUSIVE) {
      this.#state[at] = SHARED;
      this.#lockset[at] = this.held;
    } else this.#narrow(at);
  }

  #write(at: Word): void {
    const state = this.#state[at] as number;
    if (state === VIRGIN) return this.#own(at);
    if (state === FREED) return this.#useAfterFree(at);
    if (state >= EXCLUSIVE) this.#lockset[at] = this.held;
    this.#state[at] = MODIFIED;
    this.#narrow(at);
  }

  #useAfterFree(at: Word): void {
    if (this.checking) throw new Bug(`use after free of ${this.name(at)}`);
  }

  #own(at: Word): void {
    this.#state[at] = this.#mine;
  }

  /** @throws Bug where no lock is left that all held */
  #narrow(at: Word): void {
    if (!this.checking) return;
    const left = this.locksets.intersection(this.#lockset[at] as number, this.held);
    this.#lockset[at] = left;
    if (left === 0 && this.#state[at] === MODIFIED)
      throw new Bug(`data race on ${this.name(at)}: no lock is held by all who touch it`);
  }
}
