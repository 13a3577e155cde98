// The threads of one execution: who there is, on which CPU, who sleeps on what, and who can move.
import type { CpuId } from '../../../lib/units.ts';
import type { Kthread, Op, Word } from '../../../cpu/op.ts';
import type { CheckedMemory } from './checked-memory.ts';
import type { LeafStep } from './scenario.ts';

/** One thread. Mutable. */
export interface Thread extends LeafStep {
  readonly name: string;
  readonly gen: Kthread;
  cpu: CpuId;
  state: 'ready' | 'parked' | 'done';
  op: Op | undefined;
  result: number;
  /** The number of its set of locks. */
  held: number;
  /** Steps of leaves that it has done: its runtime. */
  ran: number;
  /** The leaf that it is in. */
  leaf: Iterator<string, number> | undefined;
}

export class Threads {
  readonly #cpus: number;
  readonly #memory: CheckedMemory;
  readonly #touch: LeafStep['touch'];
  #all: Thread[] = [];
  #load: number[] = [];
  readonly #waiters = new Map<Word, Thread[]>();
  /** Who can move, as the last whoCanMove() found: the first so many entries. */
  readonly ready: Thread[] = [];

  constructor(cpus: number, memory: CheckedMemory, touch: LeafStep['touch']) {
    this.#cpus = cpus;
    this.#memory = memory;
    this.#touch = touch;
  }

  reset(): void {
    this.#all = [];
    this.#load = new Array<number>(this.#cpus).fill(0);
    this.#waiters.clear();
  }

  spawn(name: string, gen: Kthread, cpus: readonly CpuId[] | undefined): Thread {
    const id = this.#all.length;
    const cpu = this.leastLoaded(cpus);
    this.#load[cpu] = (this.#load[cpu] ?? 0) + 1;
    const fresh = { state: 'ready', op: undefined, result: 0, held: 0, ran: 0, leaf: undefined } as const;
    const thread: Thread = { id, name, gen, cpu, touch: this.#touch, ...fresh };
    this.#all.push(thread);
    return thread;
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
    let count = 0;
    for (let i = 0; i < this.#all.length; i += 1) {
      const thread = this.#all[i] as Thread;
      if (thread.state !== 'ready') continue;
      const { op } = thread;
      if (op?.op === 'cmpxchg' && op.lock === true && this.#memory.peek(op.at) !== op.old) continue;
      this.ready[count] = thread;
      count += 1;
    }
    return count;
  }

  park(thread: Thread, at: Word): void {
    thread.state = 'parked';
    thread.op = undefined;
    const list = this.#waiters.get(at);
    if (list) list.push(thread);
    else this.#waiters.set(at, [thread]);
  }

  /** Wakes the first `count` that sleep on `at`, all where it is undefined; their ids. */
  wake(at: Word, count: number | undefined): number[] {
    const list = this.#waiters.get(at);
    if (list === undefined) return [];
    const woken = list.splice(0, count ?? list.length);
    for (const thread of woken) thread.state = 'ready';
    if (list.length === 0) this.#waiters.delete(at);
    return woken.map(({ id }) => id);
  }

  /** Threads that can never move again though they are not through, in words. Idle workers have nothing to do. */
  stuck(): string[] {
    return this.#all.filter((t) => t.state !== 'done' && !isIdle(t)).map((t) => this.describe(t));
  }

  describe(thread: Thread): string {
    const { op } = thread;
    if (op?.op === 'cmpxchg') return `${thread.name} waits for the lock ${this.#memory.name(op.at)}`;
    const at = [...this.#waiters].find(([, list]) => list.includes(thread))?.[0];
    return `${thread.name} sleeps on ${this.#memory.name(at ?? 0)}`;
  }
}

/** What one step of a leaf counts for in sum_exec_runtime. */
const STEP_NS = 1000;

/** The answer to a request that touches nothing shared and is no step; undefined for others. */
export function answerOf(op: Op['op'], thread: Thread): number | undefined {
  switch (op) {
    case 'getcpu':
      return thread.cpu;
    case 'current':
      return thread.id;
    case 'runtime':
      return thread.ran * STEP_NS;
    case 'irq':
    case 'jiffies':
    case 'nice':
    case 'resched':
      return 0;
    default:
      return undefined;
  }
}

function isIdle(thread: Thread): boolean {
  return thread.state === 'parked' && thread.name.startsWith('kworker/');
}
