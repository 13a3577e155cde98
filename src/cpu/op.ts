// Requests that a kernel thread can make of the CPU it runs on. Each kind of CPU is one loop that performs them.
import type { CpuId } from '../lib/units.ts';

/** A slot of shared memory, by index (see memory.ts). 0 is never handed out: it serves as the null pointer. */
export type Word = number;
/** The name of a kernel thread's function. Names, not closures: they cross workers. */
export type EntryName = string;
/** The name of a leaf: a plain loop over page frames, or guest code. */
export type WorkName = string;

/** Every request is a scheduling point, taken before it acts. */
export type Op =
  /** Writes `next` where `at` holds `old`; resumes with the value seen. Atomic. `lock`: takes a lock if it succeeds. */
  | {
      readonly op: 'cmpxchg';
      readonly at: Word;
      readonly old: number;
      readonly next: number;
      readonly lock?: boolean;
    }
  /** Stores `value` and wakes who waits on `at`, in one step. `lock`: lets a lock go. */
  | { readonly op: 'release'; readonly at: Word; readonly value: number; readonly lock?: boolean }
  /**
   * Parks the thread while `at` holds `value`; goes on at once where it does not. May wake without cause: loop. With
   * `spin` the thread keeps its CPU meanwhile.
   */
  | { readonly op: 'wait'; readonly at: Word; readonly value: number; readonly spin?: boolean }
  /** Wakes the threads that wait on `at`: the first `count` of them, all where it is missing. */
  | { readonly op: 'wake'; readonly at: Word; readonly count?: number | undefined }
  /**
   * Starts a kernel thread; `cpus` are those it may run on (any online one where missing), `nice` is its nice value (0 where
   * missing). Resumes with its id.
   */
  | {
      readonly op: 'start';
      readonly entry: EntryName;
      readonly name: string;
      readonly arg: Word;
      readonly cpus?: readonly CpuId[] | undefined;
      readonly nice?: number;
    }
  /** The leaf: `work` on page frames [start, end), with `arg` (the zone). Resumes with the pages initialised. */
  | {
      readonly op: 'run';
      readonly work: WorkName;
      readonly arg: number;
      readonly start: number;
      readonly end: number;
    }
  /** set_cpus_allowed_ptr(current): the thread goes on on one of these CPUs. */
  | { readonly op: 'affine'; readonly cpus: readonly CpuId[] }
  /** smp_processor_id(). */
  | { readonly op: 'getcpu' }
  /** The id of the calling thread. */
  | { readonly op: 'current' }
  /** set_user_nice() of a thread by its id. Without effect where CPUs have no priorities. */
  | { readonly op: 'nice'; readonly task: number; readonly nice: number }
  /** sum_exec_runtime of the calling thread, nanoseconds. */
  | { readonly op: 'runtime' }
  /** Lets another thread of this CPU run (cond_resched). */
  | { readonly op: 'resched' }
  /** `jiffies`: ticks since boot, as the timer interrupt has counted them. */
  | { readonly op: 'jiffies' }
  /** local_irq_save() and local_irq_restore() of this CPU. */
  | { readonly op: 'irq'; readonly enable: boolean }
  /** Brings a CPU up, or takes it down; resumes with 0, or -1 where it stays as it was. */
  | { readonly op: 'cpu'; readonly cpu: CpuId; readonly up: boolean };

/** A kernel thread: yields requests, is resumed with their results. Assertions hold from one `yield*` to the next. */
export type Kthread<T = void> = Generator<Op, T, number>;

/** A part of one, for `yield*`. */
export type KthreadPart<T = void> = Iterable<Op, T, number>;

/** A request on a word. All have one shape: whoever performs requests looks at them at every step, and one shape is fastest to read. */
export type OpOnWord = Extract<Op, { op: 'cmpxchg' | 'release' | 'wait' | 'wake' }>;

/** Changes `at` from `old` to `next`; `lock`: takes a lock so. */
export function cmpxchgOf(at: Word, old: number, next: number, lock = false): OpOnWord {
  const request = { op: 'cmpxchg' as const, at, old, next, value: 0, lock, spin: false, count: undefined };
  return request;
}

/** Sets `at` and wakes who waits on it; `lock`: lets a lock go so. */
export function releaseOf(at: Word, value: number, lock = false): OpOnWord {
  const request = { op: 'release' as const, at, old: 0, next: 0, value, lock, spin: false, count: undefined };
  return request;
}

/** Waits while `at` holds `value`; `spin`: keeps the CPU meanwhile. */
export function waitOf(at: Word, value: number, spin = false): OpOnWord {
  const request = { op: 'wait' as const, at, old: 0, next: 0, value, lock: false, spin, count: undefined };
  return request;
}

/** Wakes the first `count` that wait on `at`, all where it is left out. */
export function wakeOf(at: Word, count?: number): OpOnWord {
  const request = { op: 'wake' as const, at, old: 0, next: 0, value: 0, lock: false, spin: false, count };
  return request;
}

/** Atomic compare and exchange; the value seen. */
export function* cmpxchg(at: Word, old: number, next: number): Kthread<number> {
  return yield cmpxchgOf(at, old, next);
}

/** An atomic read that orders: a cmpxchg that changes nothing. */
export function* atomicRead(at: Word): Kthread<number> {
  return yield cmpxchgOf(at, 0, 0);
}

/** atomic_add_return(): adds `by` and returns the new value. */
export function* atomicAddReturn(at: Word, by: number): Kthread<number> {
  let seen = yield cmpxchgOf(at, 0, by);
  let expected = 0;
  while (seen !== expected) {
    expected = seen;
    seen = yield cmpxchgOf(at, expected, expected + by);
  }
  return expected + by;
}

/** Parks while `at` holds `value`. */
export function* wait(at: Word, value: number): Kthread {
  yield waitOf(at, value);
}

/** Wakes the first `count` threads that wait on `at`, all where it is left out. */
export function* wake(at: Word, count?: number): Kthread {
  yield wakeOf(at, count);
}

/** The CPU that the calling thread runs on, for as long as it does not yield. */
export function* smpProcessorId(): Kthread<CpuId> {
  return yield { op: 'getcpu' };
}

/** Jiffies since boot. */
export function* readJiffies(): Kthread<number> {
  return yield { op: 'jiffies' };
}
