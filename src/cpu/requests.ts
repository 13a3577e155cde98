// Requests on a word, all of one shape: whoever performs requests looks at them at every step, and one shape is looked up fastest.
// Those that kernel code makes again and again are made once for each word.
import type { Op, Word } from './op.ts';

type OnWord = Extract<Op, { op: 'cmpxchg' | 'release' | 'wait' | 'wake' }>;

/** Words above are rare: their requests are made anew. */
export const KEPT_WORDS = 4096;

function kept(make: (at: Word) => OnWord): (at: Word) => OnWord {
  const made: OnWord[] = [];
  return (at) => (at < KEPT_WORDS ? (made[at] ??= make(at)) : make(at));
}

/** Changes `at` from `old` to `next`; `lock`: takes a lock so. */
export function cmpxchgOf(at: Word, old: number, next: number, lock = false): OnWord {
  const request = { op: 'cmpxchg' as const, at, old, next, value: 0, lock, spin: false, count: undefined };
  return request;
}

/** Sets `at` and wakes who waits on it; `lock`: lets a lock go so. */
export function releaseOf(at: Word, value: number, lock = false): OnWord {
  const request = { op: 'release' as const, at, old: 0, next: 0, value, lock, spin: false, count: undefined };
  return request;
}

/** Waits while `at` holds `value`; `spin`: keeps the CPU meanwhile. */
export function waitOf(at: Word, value: number, spin = false): OnWord {
  const request = { op: 'wait' as const, at, old: 0, next: 0, value, lock: false, spin, count: undefined };
  return request;
}

/** Wakes the first `count` that wait on `at`, all where it is left out. */
export function wakeOf(at: Word, count?: number): OnWord {
  const request = { op: 'wake' as const, at, old: 0, next: 0, value: 0, lock: false, spin: false, count };
  return request;
}

/** Takes the lock where it is free: from 0 to 1. */
export const takeOf = kept((at) => cmpxchgOf(at, 0, 1, true));
/** Lets the lock go: to 0. */
export const letGoOf = kept((at) => releaseOf(at, 0, true));
/** Spins while the lock is taken. */
export const spinOf = kept((at) => waitOf(at, 1, true));
/** Sets a flag that was 0, and finds out whether it was. */
export const setOf = kept((at) => cmpxchgOf(at, 0, 1));
/** Sets a flag, and wakes who waits for it. */
export const raiseOf = kept((at) => releaseOf(at, 1));
/** Waits while the word is 0. */
export const waitWhileZeroOf = kept((at) => waitOf(at, 0));
/** Wakes one who waits. */
export const wakeOneOf = kept((at) => wakeOf(at, 1));
/** Which CPU the thread is on. */
export const GET_CPU: Op = { op: 'getcpu' };
