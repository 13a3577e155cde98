// New threads on the wrong node. kthreadd forks a worker on its own node as long as that has an idle CPU
// (find_idlest_group, group_has_spare); a worker that may only run on another node then lands on the first CPU of its mask,
// busy or not (select_fallback_rq), until the load balancer there spreads it. In the model it waits for that.
import type { Nid } from '../../lib/units.ts';
import type { CostModel } from './cost-model.ts';
import type { Cpu, Cpus } from './cpus.ts';
import type { Task } from './task.ts';

/** The CPU whose node kthreadd runs on: the boot CPU. */
const HOME_CPU = 0;

export class Strays {
  readonly #cpus: Cpus;
  readonly #strayNs: CostModel['strayNs'];
  readonly #home: Nid;
  readonly #cpusAtHome: readonly Cpu[];
  readonly #balancedAtNs = new Map<Nid, number>();

  constructor(cpus: Cpus, cost: CostModel) {
    this.#cpus = cpus;
    this.#strayNs = cost.strayNs;
    this.#home = cpus.cpu(HOME_CPU).node;
    this.#cpusAtHome = cpus.list.filter((cpu) => cpu.node === this.#home);
  }

  /** Whether a thread that would become ready now has to wait; ask again a little later. */
  holds(task: Task, nowNs: number): boolean {
    const isNew = task.cpu < 0;
    if (this.#strayNs === undefined || !isNew || task.cpus === undefined) return false;
    const target = task.cpus.find((id) => this.#cpus.cpu(id).online);
    if (target === undefined) return false;
    const { node } = this.#cpus.cpu(target);
    if (node === this.#home || !this.#homeHasIdle()) return false;
    return nowNs < this.#balancedAt(node, nowNs, this.#strayNs);
  }

  /** One pass of the balancer for each node; what comes later finds idle CPUs that look for work. */
  #balancedAt(node: Nid, nowNs: number, strayNs: (cpusOfNode: number) => number): number {
    const known = this.#balancedAtNs.get(node);
    if (known !== undefined) return known;
    const atNs = nowNs + strayNs(this.#online(node).length);
    this.#balancedAtNs.set(node, atNs);
    return atNs;
  }

  #online(node: Nid): Cpu[] {
    return this.#cpus.list.filter((cpu) => cpu.node === node && cpu.online);
  }

  #homeHasIdle(): boolean {
    return this.#cpusAtHome.some((cpu) => cpu.online && cpu.current === undefined);
  }
}
