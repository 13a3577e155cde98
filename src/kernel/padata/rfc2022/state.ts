// The RFC's struct padata_mt_job_state, and the part of its struct padata_work that is about one thread of a job, as words. The
// merged pool's works stay as they are: a job's threads are kept beside its state, one for each work that it got.
import type { Memory } from '../../../cpu/memory.ts';
import type { Word } from '../../../cpu/op.ts';
import { COMPLETION_FIELDS, COMPLETION_WORDS } from '../../completion.ts';

/** PW_FINISHED, PW_UNDO and PW_MAIN_THR. */
export const FINISHED = 1;
export const UNDO = 2;
export const MAIN_THR = 4;

/** One word as a property. */
export class Field {
  readonly #mem: Memory;
  readonly #at: Word;

  constructor(mem: Memory, at: Word) {
    this.#mem = mem;
    this.#at = at;
  }

  get value(): number {
    return this.#mem.load(this.#at);
  }

  set value(value: number) {
    this.#mem.store(this.#at, value);
  }
}

/** Shared by the job's threads, under `lock` from the first helper on. */
export class RfcState {
  static readonly WORDS = 9 + COMPLETION_WORDS;
  static readonly FIELDS: readonly string[] = [
    ...['lock', ...COMPLETION_FIELDS.map((field) => `completion.${field}`), 'niced', 'error', 'chunk_size'],
    ...['position', 'remaining', 'thread_fn', 'fn_arg', 'group'],
  ];
  readonly base: Word;
  readonly lock: Word;
  readonly completion: Word;
  /** The helper that has the caller's priority, and that the caller waits for; 0: none. */
  readonly niced: Field;
  /** The first error; 0: none yet. */
  readonly error: Field;
  readonly chunkSize: Field;
  /** Where the next chunk begins: all before has been given to a thread. */
  readonly position: Field;
  readonly remaining: Field;
  /** thread_fn as an address, fn_arg, and the caller's CPU group (0: none). Never change while helpers run. */
  readonly threadFn: Field;
  readonly fnArg: Field;
  readonly group: Field;

  constructor(mem: Memory, base: Word) {
    this.base = base;
    this.lock = base;
    this.completion = base + 1;
    const field = (at: number): Field => new Field(mem, base + 1 + COMPLETION_WORDS + at);
    this.niced = field(0);
    this.error = field(1);
    this.chunkSize = field(2);
    this.position = field(3);
    this.remaining = field(4);
    this.threadFn = field(5);
    this.fnArg = field(6);
    this.group = field(7);
  }
}

/** One thread of a job. */
export class RfcThread {
  static readonly WORDS = 5;
  static readonly FIELDS: readonly string[] = ['flags', 'task', 'state', 'start', 'end'];
  readonly base: Word;
  readonly flags: Field;
  /** Its task. */
  readonly task: Field;
  /** The job's state. */
  readonly state: Field;
  /** The range that failed, with UNDO in the flags. */
  readonly start: Field;
  readonly end: Field;

  constructor(mem: Memory, base: Word) {
    this.base = base;
    this.flags = new Field(mem, base);
    this.task = new Field(mem, base + 1);
    this.state = new Field(mem, base + 2);
    this.start = new Field(mem, base + 3);
    this.end = new Field(mem, base + 4);
  }
}

/** renice_or_cancel: whether the helper has begun or is not to, and its thread. Outlives the job where it was cancelled. */
export const TICKET_WORDS = 2;
export const TICKET_FIELDS: readonly string[] = ['state', 'thread'];
export const BEGUN = 1;
export const CANCELLED = 2;
