// A kernel thread as a driver keeps it: the generator, the request that it has made, and where it stands.
import type { CpuId } from '../../lib/units.ts';
import type { Kthread, Op, Word } from '../../cpu/op.ts';

/** `ready` waits for a CPU, `running` has one, `spinning` has one and waits for a word, `parked` sleeps, `done` ended. */
export type TaskState = 'ready' | 'running' | 'spinning' | 'parked' | 'done';

/** One kernel thread. Mutable: the driver's. */
export interface Task {
  readonly id: number;
  readonly name: string;
  readonly gen: Kthread;
  state: TaskState;
  /** The request to perform at its next step; undefined before the first and after the last. */
  op: Op | undefined;
  /** What the generator gets when it goes on. */
  result: number;
  /** CPUs that it may run on; undefined for any. */
  cpus: readonly CpuId[] | undefined;
  /** The CPU that it runs on, or ran on last; -1 before its first. */
  cpu: CpuId;
  /** Nice value: -20 to 19. */
  nice: number;
  /** sum_exec_runtime of its leaves, nanoseconds. */
  ranNs: number;
  /** Locks that it holds: it keeps its CPU meanwhile. */
  locks: number;
}

export function newTask(id: number, name: string, gen: Kthread, cpus: readonly CpuId[] | undefined): Task {
  const fresh = { op: undefined, result: 0, cpu: -1, nice: 0, ranNs: 0, locks: 0 } as const;
  return { id, name, gen, state: 'ready', cpus, ...fresh };
}

/** Threads that wait on words, first come first. */
export class Waiters {
  readonly #byWord = new Map<Word, Task[]>();

  add(at: Word, task: Task): void {
    const list = this.#byWord.get(at);
    if (list) list.push(task);
    else this.#byWord.set(at, [task]);
  }

  /** Removes and returns the first `count` that wait on `at`, all where it is undefined. */
  take(at: Word, count?: number): readonly Task[] {
    const list = this.#byWord.get(at);
    if (list === undefined) return NONE;
    if (count !== undefined && count < list.length) return list.splice(0, count);
    this.#byWord.delete(at);
    return list;
  }

  /** `thread NAME waits on word N`, one for each: what a deadlock prints. */
  describe(): string[] {
    return [...this.#byWord].flatMap(([at, tasks]) =>
      tasks.map((task) => `${task.name} waits on word ${at}`),
    );
  }
}

const NONE: readonly Task[] = [];
