// The threads of one execution: who there is, on which CPU, who sleeps on what, and who can move.
import type { CpuId } from '../../../lib/units.ts';
import type { Kthread, Word } from '../../../cpu/op.ts';
import type { CheckedMemory } from './checked-memory.ts';
import type { LeafStep } from './scenario.ts';
import { isIdle, newThread, NOTHING, type Thread } from './thread.ts';

export class Threads {
  readonly #cpus: number;
  readonly #memory: CheckedMemory;
  readonly #touch: LeafStep['touch'];
  /** The first `#count` are this execution's. */
  readonly #all: Thread[] = [];
  #count = 0;
  /** Those of them that neither sleep nor have ended, by id. */
  readonly #awake: Thread[] = [];
  #awakeCount = 0;
  /** Those of them that sleep, in the order in which they went to sleep. */
  readonly #asleep: Thread[] = [];
  #asleepCount = 0;
  readonly #load: number[] = [];
  /** Who can move, as the last whoCanMove() found: the first so many entries. */
  readonly ready: Thread[] = [];

  constructor(cpus: number, memory: CheckedMemory, touch: LeafStep['touch']) {
    this.#cpus = cpus;
    this.#memory = memory;
    this.#touch = touch;
  }

  reset(): void {
    this.#count = 0;
    this.#awakeCount = 0;
    this.#asleepCount = 0;
    for (let cpu = 0; cpu < this.#cpus; cpu += 1) this.#load[cpu] = 0;
  }

  /** This execution's, by id. */
  all(): readonly Thread[] {
    return this.#all.slice(0, this.#count);
  }

  spawn(name: string, gen: Kthread, cpus: readonly CpuId[] | undefined): Thread {
    return this.spawnOn(this.leastLoaded(cpus), name, gen);
  }

  spawnOn(cpu: CpuId, name: string, gen: Kthread): Thread {
    const id = this.#count;
    this.#load[cpu] = (this.#load[cpu] ?? 0) + 1;
    this.#count += 1;
    const known = this.#all[id];
    if (known === undefined) {
      const thread = newThread(id, cpu, name, gen, this.#touch);
      this.#all[id] = thread;
      this.#rise(thread);
      return thread;
    }
    this.#rise(known);
    known.name = name;
    known.gen = gen;
    known.cpu = cpu;
    known.state = 'ready';
    known.op = undefined;
    known.wants = 0;
    known.result = 0;
    known.held = 0;
    known.ran = 0;
    known.leaf = undefined;
    known.entry = undefined;
    return known;
  }

  /** A thread that has come and gone: only its id is taken. */
  ended(): void {
    const thread = this.spawnOn(0, 'ended', NOTHING);
    this.end(thread);
    this.leaves(thread);
  }

  /** Its CPU counts as free again. */
  leaves(thread: Thread): void {
    this.#load[thread.cpu] = (this.#load[thread.cpu] as number) - 1;
  }

  /** The CPU with the fewest threads of those allowed. */
  leastLoaded(cpus: readonly CpuId[] | undefined): CpuId {
    let best = -1;
    for (let cpu = 0; cpu < this.#cpus; cpu += 1) {
      if (cpus !== undefined && !cpus.includes(cpu)) continue;
      if (best < 0 || (this.#load[cpu] as number) < (this.#load[best] as number)) best = cpu;
    }
    return Math.max(best, 0);
  }

  /** Fills `ready`, by ascending id; how many can move. Who wants a lock that is held cannot. */
  whoCanMove(): number {
    const awake = this.#awake;
    const { ready } = this;
    const memory = this.#memory;
    let count = 0;
    for (let i = 0; i < this.#awakeCount; i += 1) {
      const thread = awake[i] as Thread;
      if (thread.wants !== 0 && memory.peek(thread.wants) !== thread.free) continue;
      ready[count] = thread;
      count += 1;
    }
    return count;
  }

  /** Into its place among those awake. */
  #rise(thread: Thread): void {
    const awake = this.#awake;
    let at = this.#awakeCount;
    this.#awakeCount += 1;
    for (; at > 0 && (awake[at - 1] as Thread).id > thread.id; at -= 1) awake[at] = awake[at - 1] as Thread;
    awake[at] = thread;
  }

  #lie(thread: Thread): void {
    const awake = this.#awake;
    this.#awakeCount -= 1;
    let at = 0;
    while (awake[at] !== thread) at += 1;
    for (; at < this.#awakeCount; at += 1) awake[at] = awake[at + 1] as Thread;
  }

  /** It will never move again. */
  end(thread: Thread): void {
    thread.state = 'done';
    this.#lie(thread);
  }

  park(thread: Thread, at: Word): void {
    this.#lie(thread);
    thread.state = 'parked';
    thread.op = undefined;
    thread.wants = 0;
    thread.sleepsOn = at;
    this.#asleep[this.#asleepCount] = thread;
    this.#asleepCount += 1;
  }

  /** Wakes the first `count` that sleep on `at`, all where it is undefined; adds their ids to `woken`. */
  wake(at: Word, count: number | undefined, woken: number[] | undefined): void {
    const asleep = this.#asleep;
    const most = count ?? Infinity;
    let woke = 0;
    for (let i = 0; i < this.#asleepCount; i += 1) {
      const thread = asleep[i] as Thread;
      if (thread.sleepsOn !== at || woke >= most) {
        asleep[i - woke] = thread;
        continue;
      }
      woke += 1;
      thread.state = 'ready';
      this.#rise(thread);
      woken?.push(thread.id);
    }
    this.#asleepCount -= woke;
  }

  /** Threads that can never move again though they are not through, in words. Idle workers have nothing to do. */
  stuck(): string[] {
    const stuck: string[] = [];
    for (let i = 0; i < this.#count; i += 1) {
      const thread = this.#all[i] as Thread;
      if (thread.state !== 'done' && !isIdle(thread)) stuck.push(this.describe(thread));
    }
    return stuck;
  }

  describe(thread: Thread): string {
    const { op } = thread;
    if (op?.op === 'cmpxchg') return `${thread.name} waits for the lock ${this.#memory.name(op.at)}`;
    const at = thread.state === 'parked' ? thread.sleepsOn : 0;
    return `${thread.name} sleeps on ${this.#memory.name(at)}`;
  }
}
