// What kernel/locking/lockdep.c (5.14) does, as far as jobs need it: which lock was held when which other was taken, by class, and
// a report when that goes in a circle. It sees order, not luck: one run without a deadlock is enough to report the one that may come.
import type { Kthread, Word } from '../../cpu/op.ts';
import { mutexLock, mutexUnlock } from './mutex.ts';

/** Held locks of each thread and the order seen so far. Belongs to one JavaScript thread: workers do not share it. */
export class Lockdep {
  readonly #report: (text: string) => void;
  readonly #held = new Map<number, string[]>();
  readonly #after = new Map<string, Set<string>>();

  /** `report` gets each finding in words; the kernel goes on then. */
  constructor(report: (text: string) => void) {
    this.#report = report;
  }

  /** Thread `task` takes, or is about to take, a lock of this class. */
  acquire(task: number, name: string): void {
    const held = this.#held.get(task) ?? [];
    for (const before of held) {
      if (before === name) this.#report(`possible recursive locking detected: ${name}`);
      else this.#depend(before, name);
    }
    this.#held.set(task, [...held, name]);
  }

  release(task: number, name: string): void {
    const held = [...(this.#held.get(task) ?? [])];
    const at = held.lastIndexOf(name);
    if (at < 0) this.#report(`bad unlock balance detected: ${name}`);
    else held.splice(at, 1);
    this.#held.set(task, held);
  }

  #depend(before: string, name: string): void {
    if (this.#reaches(name, before))
      this.#report(`possible circular locking dependency detected: ${before} and ${name}`);
    const set = this.#after.get(before) ?? new Set<string>();
    this.#after.set(before, set.add(name));
  }

  #reaches(from: string, to: string, seen: Set<string> = new Set()): boolean {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return [...(this.#after.get(from) ?? [])].some((next) => this.#reaches(next, to, seen));
  }
}

/** mutex_lock() of a lock whose class lockdep knows. */
export function* mutexLockClass(lockdep: Lockdep | undefined, lock: Word, name: string): Kthread {
  if (lockdep) lockdep.acquire(yield { op: 'current' }, name);
  yield* mutexLock(lock);
}

export function* mutexUnlockClass(lockdep: Lockdep | undefined, lock: Word, name: string): Kthread {
  if (lockdep) lockdep.release(yield { op: 'current' }, name);
  yield* mutexUnlock(lock);
}
