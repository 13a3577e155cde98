// Leaves in progress and other programs' threads, in the fluid: who began what when, and whose end is next.
import { Bug } from '../../lib/bug.ts';
import type { Op } from '../../cpu/op.ts';
import type { ActiveRun, WorkDone } from './cost-model.ts';
import type { Cpu } from './cpus.ts';
import { Fluid, type Finish } from './fluid.ts';
import type { LoadThread, SimulatorOptions } from './options.ts';
import type { Task } from './task.ts';

/** A leaf that has not ended. */
export interface Pending {
  readonly task: Task;
  readonly op: Extract<Op, { op: 'run' }>;
  readonly startNs: number;
  readonly done: WorkDone;
}

/** Another program's thread is on no CPU of its own. */
type Owner = Pending | LoadThread;
type Run = ActiveRun & { nice: number };

const isLoad = (owner: Owner): owner is LoadThread => !('task' in owner);
const NOWHERE = { work: 'load', cpu: -1, cpuNode: -1, node: -1, pages: 0, rangesWalked: 0 } as const;

export class Leaves {
  readonly #options: Pick<SimulatorOptions, 'works' | 'onEvent'>;
  readonly #fluid: Fluid<Owner>;
  readonly #announce: (finish: Finish) => void;
  readonly #runs = new Map<Task, Run>();

  /** `announce` gets the next end of a domain whenever that changes. */
  constructor(options: SimulatorOptions, announce: (finish: Finish) => void) {
    this.#options = options;
    this.#fluid = new Fluid(options.cost);
    this.#announce = announce;
  }

  /** @throws Bug where there is no such work */
  start(cpu: Cpu, task: Task, op: Pending['op'], nowNs: number): void {
    const work = this.#options.works[op.work];
    if (work === undefined) throw new Bug(`no work is called ${op.work}`);
    const done = work(op.arg, op.start, op.end, cpu.id);
    const run = { ...done, work: op.work, cpu: cpu.id, cpuNode: cpu.node, nice: task.nice };
    this.#runs.set(task, run);
    this.#announce(this.#fluid.start(run, { task, op, startNs: nowNs, done }, nowNs));
  }

  startLoad(load: LoadThread, nowNs: number): void {
    this.#announce(this.#fluid.start({ ...NOWHERE, nice: load.nice, ns: load.ns }, load, nowNs));
  }

  /** The task's nice value has changed. */
  renice(task: Task, nowNs: number): void {
    const run = this.#runs.get(task);
    if (run === undefined) return;
    run.nice = task.nice;
    for (const finish of this.#fluid.retune(nowNs)) this.#announce(finish);
  }

  /** The leaf whose end this is; undefined where the end is out of date, or another program's. */
  ending(finish: Finish): Pending | undefined {
    const owner = this.#fluid.owner(finish);
    return owner === undefined || isLoad(owner) ? undefined : owner;
  }

  /** Ends it. */
  end(finish: Finish, nowNs: number): Pending | undefined {
    const ended = this.#fluid.end(finish);
    if (ended === undefined) return undefined;
    if (ended.next) this.#announce(ended.next);
    const { owner } = ended;
    if (isLoad(owner)) {
      this.#options.onEvent?.({ kind: 'load', name: owner.name, timeNs: nowNs });
      return undefined;
    }
    this.#runs.delete(owner.task);
    owner.task.ranNs += nowNs - owner.startNs;
    return owner;
  }
}
