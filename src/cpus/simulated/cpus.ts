// CPUs of the simulated machine: who runs where, and where a thread that wakes goes.
import { Bug } from '../../lib/bug.ts';
import type { CpuId, Nid } from '../../lib/units.ts';
import type { Task } from './task.ts';

/** One CPU as the simulator is told of it. Index in the list is its number. */
export interface SimCpu {
  readonly node: Nid;
  /** CPUs with the same core share its units; its own number where it is left out. */
  readonly core?: number;
}

/** A CPU at work. Mutable. */
export interface Cpu {
  readonly id: CpuId;
  readonly node: Nid;
  readonly core: number;
  online: boolean;
  irqsOff: boolean;
  /** The thread that has the CPU; undefined: idle. */
  current: Task | undefined;
  readonly queue: Task[];
}

/** Placement: idle CPUs on idle cores first, then idle ones, then the shortest queue; lowest number first in each. */
export class Cpus {
  readonly list: readonly Cpu[];
  /** Threads in all queues. */
  queued = 0;
  readonly #busyOfCore = new Map<number, number>();

  constructor(cpus: readonly SimCpu[]) {
    this.list = cpus.map((cpu, id) => ({
      id,
      node: cpu.node,
      core: cpu.core ?? id,
      online: id === 0,
      irqsOff: false,
      current: undefined,
      queue: [],
    }));
  }

  cpu(id: CpuId): Cpu {
    const cpu = this.list[id];
    if (cpu === undefined) throw new Bug(`no CPU ${id}`);
    return cpu;
  }

  /**
   * The CPU for a thread that becomes ready. Its last one if that is on an idle core: beside a busy sibling the balancer
   * would soon move it. An offline mask falls back to any CPU.
   */
  place(task: Task): Cpu {
    const allowed = (cpu: Cpu): boolean => task.cpus === undefined || task.cpus.includes(cpu.id);
    const last = this.list[task.cpu];
    if (last?.online && this.#load(last) === 0 && allowed(last)) return last;
    return this.#best(task.cpus) ?? this.#best(undefined) ?? this.cpu(0);
  }

  #best(mask: readonly CpuId[] | undefined): Cpu | undefined {
    let best: Cpu | undefined;
    let bestScore = Infinity;
    for (let i = 0; i < (mask ?? this.list).length; i += 1) {
      const cpu = this.cpu(mask === undefined ? i : (mask[i] as CpuId));
      if (!cpu.online) continue;
      const score = this.#load(cpu);
      if (score === 0) return cpu;
      if (score < bestScore) {
        best = cpu;
        bestScore = score;
      }
    }
    return best;
  }

  /** 0 on an idle core, 1 idle beside a busy sibling, 2 and more by the threads that are there. */
  #load(cpu: Cpu): number {
    if (cpu.current !== undefined || cpu.queue.length > 0) return 2 + cpu.queue.length;
    return (this.#busyOfCore.get(cpu.core) ?? 0) > 0 ? 1 : 0;
  }

  enqueue(cpu: Cpu, task: Task): void {
    task.cpu = cpu.id;
    cpu.queue.push(task);
    this.queued += 1;
  }

  /** Gives an idle CPU its next thread: from its own queue, else one that waits elsewhere and may run here. */
  dispatch(cpu: Cpu): Task | undefined {
    const task = cpu.queue.shift() ?? (this.queued > 0 ? this.#steal(cpu) : undefined);
    if (task === undefined) return undefined;
    this.queued -= 1;
    task.cpu = cpu.id;
    task.state = 'running';
    cpu.current = task;
    this.#busyOfCore.set(cpu.core, (this.#busyOfCore.get(cpu.core) ?? 0) + 1);
    return task;
  }

  #steal(cpu: Cpu): Task | undefined {
    for (const other of this.list) {
      if (other.queue.length === 0 || other.current === undefined) continue;
      const at = other.queue.findIndex((task) => task.cpus === undefined || task.cpus.includes(cpu.id));
      if (at >= 0) return other.queue.splice(at, 1)[0];
    }
    return undefined;
  }

  /** Takes all threads that wait for this CPU out of its queue. */
  drain(cpu: Cpu): Task[] {
    this.queued -= cpu.queue.length;
    return cpu.queue.splice(0);
  }

  /** Takes the thread off its CPU. */
  vacate(cpu: Cpu): void {
    cpu.current = undefined;
    this.#busyOfCore.set(cpu.core, (this.#busyOfCore.get(cpu.core) ?? 0) - 1);
  }
}
