// Runs kernel threads on simulated CPUs in virtual time: a discrete-event loop. Same input and seed, same run.
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import type { Kthread, Op, Word } from '../../cpu/op.ts';
import { Cpus, type Cpu } from './cpus.ts';
import type { Finish } from './fluid.ts';
import { EventHeap } from './heap.ts';
import { Jiffies } from './jiffies.ts';
import { Leaves } from './leaves.ts';
import type { SettleRun, SimulatorOptions, Where } from './options.ts';
import { random, type Random } from '../../lib/random.ts';
import { Strays } from './strays.ts';
import { newTask, Waiters, type Task } from './task.ts';

export type { EndingRun, SettleRun, SimEvent, SimulatorOptions, SimWork, Where } from './options.ts';

type Event =
  | { readonly kind: 'step'; readonly cpu: Cpu; readonly task: Task }
  | { readonly kind: 'wake'; readonly task: Task }
  | { readonly kind: 'finish'; readonly finish: Finish };

/** The CPU whose timer interrupt counts jiffies: the boot CPU. */
const TICK_CPU = 0;
/** How often idle CPUs look for threads on the wrong node. */
const STRAY_POLL_NS = 1e6;
/** A thread that takes so many steps without an end is taken for a livelock. */
const MAX_STEPS = 50_000_000;

export class Simulator {
  readonly #options: SimulatorOptions;
  readonly #cpus: Cpus;
  readonly #leaves: Leaves;
  readonly #tasks: Task[] = [];
  readonly #events = new EventHeap<Event>();
  readonly #waiters = new Waiters();
  readonly #strays: Strays;
  readonly #jiffies: Jiffies;
  readonly #random: Random | undefined;
  #nowNs = 0;
  #steps = 0;
  #current: Task | undefined;

  constructor(options: SimulatorOptions) {
    this.#options = options;
    this.#cpus = new Cpus(options.cpus);
    this.#strays = new Strays(this.#cpus, options.cost);
    this.#leaves = new Leaves(options, (finish) =>
      this.#events.push(finish.atNs, { kind: 'finish', finish }),
    );
    this.#jiffies = new Jiffies(options.hz);
    this.#random = options.seed === undefined ? undefined : random(options.seed);
  }

  /** Virtual now in nanoseconds since the simulator was made. */
  get nowNs(): number {
    return this.#nowNs;
  }

  /** The thread that is being resumed: for trace points of the kernel model. */
  where(): Where {
    return { task: this.#current?.id ?? -1, cpu: this.#current?.cpu ?? 0, timeNs: this.#nowNs };
  }

  /**
   * Runs `boot` on CPU 0, and all threads that it starts, until nothing is left to do. Threads that sleep then (idle
   * workers) are left asleep.
   * @throws Bug where `boot` sleeps for ever: a deadlock, with who waits on what
   */
  run(boot: Kthread, name = 'swapper/0'): void {
    const task = this.#boot(boot, name);
    for (let event = this.#next(); event !== undefined; event = this.#next()) this.#handle(event);
    this.#expectDone(task);
  }

  /**
   * As run(), with real work behind the leaves: each is begun by its SimWork, and settled before what follows its end. The
   * order of everything is virtual time's, however long the work takes. The work of a lost CPU is done again on another.
   */
  async runSettled(boot: Kthread, settle: SettleRun, name = 'swapper/0'): Promise<void> {
    const task = this.#boot(boot, name);
    for (let event = this.#next(); event !== undefined; event = this.#next()) {
      const pending = event.kind === 'finish' ? this.#leaves.ending(event.finish) : undefined;
      if (event.kind === 'finish' && pending && !(await settle({ ...pending.op, cpu: pending.task.cpu })))
        this.#loseCpu(event.finish);
      else this.#handle(event);
    }
    this.#expectDone(task);
  }

  #boot(boot: Kthread, name: string): Task {
    const task = this.#newTask(name, boot, undefined);
    this.#ready(task);
    for (const load of this.#options.load ?? []) this.#leaves.startLoad(load, this.#nowNs);
    return task;
  }

  #expectDone(task: Task): void {
    if (task.state === 'done') return;
    throw new Bug('deadlock: nothing can run', [`${task.name} has not ended`, ...this.#waiters.describe()]);
  }

  /** The CPU that a leaf ran on is gone: its threads go elsewhere, and the leaf begins anew there. */
  #loseCpu(finish: Finish): void {
    const task = this.#leaves.end(finish, this.#nowNs)?.task;
    if (task === undefined) return;
    const cpu = this.#cpus.cpu(task.cpu);
    cpu.online = false;
    this.#options.onEvent?.({ kind: 'cpu', cpu: cpu.id, up: false, timeNs: this.#nowNs });
    this.#cpus.vacate(cpu);
    for (const moved of [task, ...this.#cpus.drain(cpu)]) this.#ready(moved);
  }

  #next(): Event | undefined {
    if (this.#events.size === 0) return undefined;
    this.#nowNs = this.#events.nextNs;
    return this.#events.pop();
  }

  #handle(event: Event): void {
    switch (event.kind) {
      case 'step':
        return this.#step(event.cpu, event.task);
      case 'wake':
        if (!this.#strays.holds(event.task, this.#nowNs)) return this.#ready(event.task);
        return this.#events.push(this.#nowNs + STRAY_POLL_NS, event);
      case 'finish':
        return this.#finish(event.finish);
    }
  }

  #newTask(name: string, gen: Kthread, cpus: readonly CpuId[] | undefined): Task {
    const task = newTask(this.#tasks.length, name, gen, cpus);
    this.#tasks.push(task);
    this.#options.onEvent?.({ kind: 'start', task: task.id, name, timeNs: this.#nowNs });
    return task;
  }

  /** Puts a thread on a CPU, or in its queue. */
  #ready(task: Task): void {
    task.state = 'ready';
    const cpu = this.#cpus.place(task);
    this.#cpus.enqueue(cpu, task);
    if (cpu.current === undefined) this.#dispatch(cpu);
  }

  #dispatch(cpu: Cpu): void {
    if (!cpu.online) return;
    const task = this.#cpus.dispatch(cpu);
    if (task) this.#events.push(this.#nowNs, { kind: 'step', cpu, task });
  }

  /** The thread leaves its CPU, which takes the next. */
  #yieldCpu(task: Task): void {
    const cpu = this.#cpus.cpu(task.cpu);
    this.#cpus.vacate(cpu);
    this.#dispatch(cpu);
  }

  /** Performs the pending request, then lets the thread go on to its next. */
  #step(cpu: Cpu, task: Task): void {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw new Bug(`no end after ${MAX_STEPS} steps`, this.#waiters.describe());
    if (task.op !== undefined && !this.#perform(cpu, task, task.op)) return;
    this.#resume(task);
  }

  /** Resumes the generator with the last result, and schedules the request that it makes. */
  #resume(task: Task): void {
    this.#current = task;
    this.#options.onTime?.(this.#nowNs);
    const next = task.gen.next(task.result);
    this.#current = undefined;
    if (next.done) {
      task.op = undefined;
      task.state = 'done';
      this.#options.onEvent?.({ kind: 'exit', task: task.id, name: task.name, timeNs: this.#nowNs });
      this.#yieldCpu(task);
      return;
    }
    task.op = next.value;
    const cpu = this.#cpus.cpu(task.cpu);
    this.#events.push(this.#nowNs + this.#options.cost.stepNs, { kind: 'step', cpu, task });
  }

  /** Whether the thread may go on at once; its result is set then. */
  #perform(cpu: Cpu, task: Task, op: Op): boolean {
    task.result = 0;
    const { memory } = this.#options;
    switch (op.op) {
      case 'cmpxchg':
        task.result = memory.cmpxchg(op.at, op.old, op.next);
        if (op.lock && task.result === op.old) task.locks += 1;
        return true;
      case 'release':
        memory.writeOnce(op.at, op.value);
        if (op.lock) task.locks -= 1;
        this.#wake(op.at, undefined);
        return true;
      case 'wait':
        return this.#wait(task, op);
      case 'wake':
        this.#wake(op.at, op.count);
        return true;
      case 'start':
        task.result = this.#start(op);
        return true;
      case 'run':
        this.#leaves.start(cpu, task, op, this.#nowNs);
        return false;
      case 'affine':
        return this.#affine(cpu, task, op.cpus);
      case 'getcpu':
      case 'current':
      case 'runtime':
        task.result = { getcpu: cpu.id, current: task.id, runtime: task.ranNs }[op.op];
        return true;
      case 'resched':
        return !this.#reschedule(cpu, task);
      case 'jiffies':
        task.result = this.#jiffies.read(this.#nowNs);
        return true;
      case 'nice':
        return this.#renice(op);
      case 'irq':
        cpu.irqsOff = !op.enable;
        if (cpu.id === TICK_CPU) this.#jiffies[op.enable ? 'on' : 'off'](this.#nowNs);
        return true;
      case 'cpu':
        return this.#hotplug(task, op);
    }
  }

  #wait(task: Task, op: Extract<Op, { op: 'wait' }>): boolean {
    if (this.#options.memory.readOnce(op.at) !== op.value) return true;
    this.#waiters.add(op.at, task);
    task.state = op.spin ? 'spinning' : 'parked';
    if (!op.spin) this.#yieldCpu(task);
    return false;
  }

  #wake(at: Word, count: number | undefined): void {
    const { stepNs, wakeNs } = this.#options.cost;
    for (const task of this.#waiters.take(at, count)) {
      task.op = undefined;
      if (task.state === 'spinning') {
        task.state = 'running';
        const cpu = this.#cpus.cpu(task.cpu);
        this.#events.push(this.#nowNs + stepNs, { kind: 'step', cpu, task });
      } else {
        this.#events.push(this.#nowNs + this.#jittered(wakeNs), { kind: 'wake', task });
      }
    }
  }

  /** Up to half as long again, by the seed. */
  #jittered(ns: number): number {
    return this.#random === undefined ? ns : ns * (1 + this.#random() / 2);
  }

  #start(op: Extract<Op, { op: 'start' }>): number {
    const task = this.#newTask(op.name, this.#options.spawn(op.entry, op.arg), op.cpus);
    task.nice = op.nice ?? 0;
    this.#events.push(this.#nowNs + this.#jittered(this.#options.cost.startNs), { kind: 'wake', task });
    return task.id;
  }

  #renice({ task: id, nice }: Extract<Op, { op: 'nice' }>): boolean {
    const task = this.#tasks[id];
    if (task === undefined || task.state === 'done')
      throw new Bug(`set_user_nice of a thread that is gone: ${id}`);
    task.nice = nice;
    this.#leaves.renice(task, this.#nowNs);
    return true;
  }

  #finish(finish: Finish): void {
    const ended = this.#leaves.end(finish, this.#nowNs);
    if (ended === undefined) return;
    const { task, startNs, done } = ended;
    const { work, arg, start, end } = ended.op;
    const { id: cpu, irqsOff } = this.#cpus.cpu(task.cpu);
    const endNs = this.#nowNs;
    // one plain literal: there are thousands of chunks
    const what = {
      kind: 'run',
      task: task.id,
      cpu,
      work,
      arg,
      start,
      end,
      startNs,
      endNs,
      done,
      irqsOff,
    } as const;
    this.#options.onEvent?.(what);
    task.op = undefined;
    task.result = done.error ?? done.pages;
    // cond_resched() after each block lets others in; here once, at the end
    if (!this.#reschedule(this.#cpus.cpu(task.cpu), task)) this.#resume(task);
  }

  /** Lets a queued thread have the CPU; false where nobody waits, or somebody may spin for what this thread holds. */
  #reschedule(cpu: Cpu, task: Task): boolean {
    if (cpu.queue.length === 0 || task.locks > 0) return false;
    task.op = undefined;
    task.state = 'ready';
    this.#cpus.vacate(cpu);
    this.#cpus.enqueue(cpu, task);
    this.#dispatch(cpu);
    return true;
  }

  #affine(cpu: Cpu, task: Task, cpus: readonly CpuId[]): boolean {
    task.cpus = cpus;
    if (cpus.includes(cpu.id)) return true;
    task.op = undefined;
    this.#yieldCpu(task);
    this.#events.push(this.#nowNs + this.#jittered(this.#options.cost.wakeNs), { kind: 'wake', task });
    return false;
  }

  /** Brings a CPU up or takes it down; its threads then go elsewhere. */
  #hotplug(task: Task, op: Extract<Op, { op: 'cpu' }>): boolean {
    const cpu = this.#cpus.cpu(op.cpu);
    if (cpu.online === op.up || op.cpu === TICK_CPU) {
      task.result = -1;
      return true;
    }
    cpu.online = op.up;
    this.#options.onEvent?.({ kind: 'cpu', cpu: op.cpu, up: op.up, timeNs: this.#nowNs });
    // a new CPU takes what waits elsewhere and may run on it
    if (op.up) this.#dispatch(cpu);
    else for (const moved of this.#cpus.drain(cpu)) this.#ready(moved);
    task.op = undefined;
    const here = this.#cpus.cpu(task.cpu);
    this.#events.push(this.#nowNs + this.#options.cost.cpuUpNs, { kind: 'step', cpu: here, task });
    return false;
  }
}
