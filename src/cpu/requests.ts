// Requests that kernel code makes again and again, made once for each word.
import { cmpxchgOf, releaseOf, waitOf, wakeOf, type Op, type OpOnWord, type Word } from './op.ts';

/** Words above are rare: their requests are made anew. */
export const KEPT_WORDS = 4096;

function kept(make: (at: Word) => OpOnWord): (at: Word) => OpOnWord {
  const made: OpOnWord[] = [];
  return (at) => (at < KEPT_WORDS ? (made[at] ??= make(at)) : make(at));
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
