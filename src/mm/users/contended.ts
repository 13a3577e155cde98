// A lock of mm that many threads of a job want at once, with a count of who wants it: what a handover costs depends on that.
import { atomicAddReturn, type Kthread, type Word, type WorkName } from '../../cpu/op.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { mutexLockClass, mutexUnlockClass } from '../../kernel/locking/lockdep.ts';

/** Words: the lock, and how many hold it or wait for it. */
export const CONTENDED_WORDS = 2;
const CONTENDERS = 1;

export interface ContendedLock {
  readonly at: Word;
  /** Its class for lockdep. */
  readonly name: string;
  /** A leaf that stands for the time it is held, called with the number of others who want it; none: no time is told. */
  readonly hold: WorkName | null;
}

export function initContended(k: Kernel, at: Word, name: string): void {
  k.mem.fresh(at, CONTENDED_WORDS, name, ['', 'contenders']);
  k.mem.writeOnce(at, 0);
  k.mem.writeOnce(at + CONTENDERS, 0);
}

/** Runs `body` under the lock; `size` is what the leaf's time depends on beside the others. */
export function* underLock<T>(k: Kernel, lock: ContendedLock, size: number, body: () => T): Kthread<T> {
  const { at, name, hold } = lock;
  if (hold !== null) yield* atomicAddReturn(at + CONTENDERS, 1);
  yield* mutexLockClass(k.lockdep, at, name);
  if (hold !== null) {
    const others = k.mem.readOnce(at + CONTENDERS) - 1;
    yield { op: 'run', work: hold, arg: others, start: 0, end: size };
  }
  const result = body();
  yield* mutexUnlockClass(k.lockdep, at, name);
  if (hold !== null) yield* atomicAddReturn(at + CONTENDERS, -1);
  return result;
}
