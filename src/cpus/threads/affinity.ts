// Which CPU a thread is on, and which a leaf may run on, from the point of view of one worker that carries some of them.
import type { CpuId } from '../../lib/units.ts';
import type { Control } from './control.ts';
import type { Thread } from './thread.ts';

export class Affinity {
  readonly #control: Control;
  readonly #cpus: readonly CpuId[];
  #known: { changes: number; count: number; own: readonly CpuId[] } = { changes: -1, count: 0, own: [] };

  /** `cpus`: those that the worker carries. */
  constructor(control: Control, cpus: readonly CpuId[]) {
    this.#control = control;
    this.#cpus = cpus;
  }

  /** Those of this worker's CPUs that are online. */
  get own(): readonly CpuId[] {
    return this.#online().own;
  }

  #online(): { readonly own: readonly CpuId[]; readonly count: number } {
    const control = this.#control;
    const changes = control.onlineChanges;
    if (this.#known.changes !== changes) {
      let count = 0;
      for (let cpu = 0; cpu < control.cpus; cpu += 1) if (control.isOnline(cpu)) count += 1;
      this.#known = { changes, count, own: this.#cpus.filter((cpu) => control.isOnline(cpu)) };
    }
    return this.#known;
  }

  /** A CPU for a thread that may use `cpus`: `now` if it can stay, else one of this worker's, else any that is online. */
  cpuFor(cpus: readonly CpuId[] | null, now: CpuId): CpuId {
    const online = (cpu: CpuId): boolean => this.#control.isOnline(cpu);
    const may = (cpu: CpuId): boolean => online(cpu) && (cpus === null || cpus.includes(cpu));
    if (may(now)) return now;
    return this.#cpus.find(may) ?? cpus?.find(online) ?? this.#cpus.find(online) ?? 0;
  }

  /** The online CPUs that a leaf of the thread may run on; null for any, also where all of its own are offline. */
  reachable(thread: Thread): readonly CpuId[] | null {
    if (thread.cpus === null) return null;
    const { count } = this.#online();
    const { changes } = this.#known;
    if (thread.reach?.changes !== changes) {
      const online = thread.cpus.filter((cpu) => this.#control.isOnline(cpu));
      thread.reach = { changes, cpus: online.length === 0 || online.length === count ? null : online };
    }
    return thread.reach.cpus;
  }
}
