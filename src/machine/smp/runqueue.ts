// The loop of one worker: carries one or more CPUs, takes threads for them, performs what the threads ask for, and
// sleeps when none of them can go on. A parked thread never blocks the worker's other CPUs.
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import type { SharedMemory } from '../memory.ts';
import type { EntryName, Kthread, Op, WorkName, Word } from '../op.ts';
import { STATE_RUNNING } from './control.ts';
import type { Control, Traced } from './control.ts';
import type { PendingThread, PendingThreads } from './pending.ts';

/** What a driver is handed: the functions behind the names. */
export interface KernelEntries {
  /** A fresh kernel thread. */
  start(entry: EntryName, arg: Word): Kthread<unknown>;
  /** The leaf; adds to `alive` now and then, so that it is seen not to be stuck. Returns the pages initialised. */
  run(work: WorkName, arg: number, start: number, end: number, alive: Alive): number;
}

/** A word that a long loop counts up while it makes progress. */
export interface Alive {
  readonly ints: Int32Array;
  readonly at: number;
}

/** One run of a leaf: page frames [start, end), times in nanoseconds since the run began. */
export interface RanChunk {
  readonly cpu: CpuId;
  readonly thread: number;
  readonly work: WorkName;
  readonly arg: number;
  readonly start: number;
  readonly end: number;
  readonly pages: number;
  readonly startNs: number;
  readonly endNs: number;
}

interface Thread {
  readonly id: number;
  readonly pending: PendingThread;
  readonly gen: Kthread<unknown>;
  /** The CPU that it says it is on, and the one of this worker whose queue it is in: see #affine(). */
  cpu: CpuId;
  queue: CpuId;
  parked: { at: Word; value: number } | null;
  /** What the generator is resumed with. */
  answer: number;
  steps: number;
}

export interface RunqueueOptions {
  readonly control: Control;
  readonly pending: PendingThreads;
  readonly memory: SharedMemory;
  readonly kernel: KernelEntries;
  /** CPUs that this worker carries. */
  readonly cpus: readonly CpuId[];
  /** Ticks in a second, for jiffies. */
  readonly hz: number;
  /** The first thread of the run: when it ends, the run is over. */
  readonly rootId: number;
  /** Nanoseconds since the run began. */
  readonly now: () => number;
  /** Called before each request is performed: tests delay or break things here. */
  readonly before?: (cpu: CpuId, op: Op) => void;
}

/** Tries that an idle worker makes before it sleeps. */
const IDLE_SPINS = 500;

export class Runqueue {
  readonly chunks: RanChunk[] = [];
  readonly #options: RunqueueOptions;
  readonly #threads = new Map<CpuId, Thread[]>();
  /** The CPU and thread that act now, for messages. */
  current: { cpu: CpuId; id: number; name: string } | null = null;
  readonly #firstCpu: CpuId;

  constructor(options: RunqueueOptions) {
    this.#options = options;
    const [first] = options.cpus;
    if (first === undefined) throw new Bug('a worker without a CPU');
    this.#firstCpu = first;
    for (const cpu of options.cpus) this.#threads.set(cpu, []);
  }

  /** Runs until the state is no longer STATE_RUNNING. */
  loop(): void {
    const { control } = this.#options;
    while (control.state === STATE_RUNNING) {
      const seen = control.doorbell;
      let busy = false;
      for (const [cpu, threads] of this.#threads) {
        if (this.#runCpu(cpu, threads)) busy = true;
        if (control.state !== STATE_RUNNING) return;
      }
      if (!busy) this.#idle(seen);
    }
  }

  #idle(seen: number): void {
    const { control } = this.#options;
    for (let i = 0; i < IDLE_SPINS; i += 1) if (control.doorbell !== seen) return;
    control.setAsleep(this.#firstCpu, true);
    control.sleep(seen);
    control.setAsleep(this.#firstCpu, false);
  }

  /** Lets one thread of the CPU go on until it parks, ends, gives way or has run a leaf; false where none can. */
  #runCpu(cpu: CpuId, threads: Thread[]): boolean {
    const { control, pending } = this.#options;
    if (!control.isOnline(cpu)) return false;
    let index = threads.findIndex((thread) => this.#canGoOn(thread));
    if (index === -1) {
      const taken = pending.take((p) => (p.cpus === null || p.cpus.includes(cpu) ? cpu : undefined));
      if (!taken) return false;
      index = threads.push(this.#create(taken.thread, cpu)) - 1;
    }
    const thread = threads[index];
    if (thread === undefined) throw new Bug(`thread ${index} of CPU ${cpu}`);
    this.current = { cpu: thread.cpu, id: thread.id, name: thread.pending.name };
    const alive = this.#goOn(thread);
    // To the end of the queue, so that the CPU's threads take turns.
    threads.splice(index, 1);
    if (alive) this.#queueOf(thread).push(thread);
    return true;
  }

  #queueOf(thread: Thread): Thread[] {
    const queue = this.#threads.get(thread.queue);
    if (queue === undefined) throw new Bug(`CPU ${thread.queue} is another worker's`);
    return queue;
  }

  #create(pending: PendingThread, cpu: CpuId): Thread {
    const gen = this.#options.kernel.start(pending.entry, pending.arg);
    return { id: pending.id, pending, gen, cpu, queue: cpu, parked: null, answer: 0, steps: 0 };
  }

  #canGoOn(thread: Thread): boolean {
    const { parked } = thread;
    return parked === null || this.#options.memory.readOnce(parked.at) !== parked.value;
  }

  /** Performs requests until the thread gives the CPU up; false once it has ended or moved to another worker. */
  #goOn(thread: Thread): boolean {
    thread.parked = null;
    for (;;) {
      const step = thread.gen.next(thread.answer);
      if (step.done === true) {
        this.#trace(thread, 'exit', 0, 0);
        this.#exit(thread);
        return false;
      }
      thread.steps += 1;
      this.#trace(thread, step.value.op, ...operands(step.value));
      this.#options.before?.(thread.cpu, step.value);
      const outcome = this.#perform(thread, step.value);
      if (outcome !== 'go-on') return outcome === 'give-way';
      if (this.#options.control.state !== STATE_RUNNING) return true;
    }
  }

  #exit(thread: Thread): void {
    const { control, rootId, now } = this.#options;
    if (thread.id === rootId) control.finish(now());
  }

  #trace(thread: Thread, what: Traced, a: number, b: number): void {
    const { control, now } = this.#options;
    control.trace({ cpu: thread.cpu, thread: thread.id, what, a, b, atNs: now() });
  }

  #perform(thread: Thread, op: Op): 'go-on' | 'give-way' | 'gone' {
    const { control, memory } = this.#options;
    thread.answer = 0;
    switch (op.op) {
      case 'cmpxchg':
        thread.answer = memory.cmpxchg(op.at, op.old, op.next);
        return 'go-on';
      case 'release':
        memory.writeOnce(op.at, op.value);
        control.ring();
        return 'go-on';
      case 'wait':
        if (memory.readOnce(op.at) !== op.value) return 'go-on';
        thread.parked = { at: op.at, value: op.value };
        return 'give-way';
      case 'wake':
        control.ring();
        return 'go-on';
      case 'start':
        thread.answer = this.#start(op);
        return 'go-on';
      case 'run':
        this.#run(thread, op);
        return 'give-way';
      case 'affine':
        return this.#affine(thread, op.cpus);
      case 'getcpu':
        thread.answer = thread.cpu;
        return 'go-on';
      case 'resched':
        return 'give-way';
      case 'jiffies':
        thread.answer = Math.floor((this.#options.now() * this.#options.hz) / 1e9);
        return 'go-on';
      case 'irq':
        // Interrupts of a modelled CPU have no counterpart on a worker.
        return 'go-on';
      case 'cpu':
        control.setOnline(op.cpu, op.up);
        control.ring();
        return 'go-on';
    }
  }

  #start(op: Op & { op: 'start' }): number {
    const { control, pending } = this.#options;
    const id = control.newThreadId();
    pending.push({ id, entry: op.entry, name: op.name, arg: op.arg, cpus: op.cpus ?? null });
    control.ring();
    return id;
  }

  #run(thread: Thread, op: Op & { op: 'run' }): void {
    const { control, kernel, now } = this.#options;
    const startNs = now();
    const pages = kernel.run(op.work, op.arg, op.start, op.end, control.progressWord(thread.cpu));
    this.#trace(thread, 'ran', op.start, op.end);
    const { cpu, id } = thread;
    const { work, arg, start, end } = op;
    this.chunks.push({ cpu, thread: id, work, arg, start, end, pages, startNs, endNs: now() });
    thread.answer = pages;
  }

  /**
   * Moves the thread to one of the CPUs. To another worker's only as its very first request, for then a fresh thread can
   * take its place there; later it stays with this worker and only bears the CPU's number.
   */
  #affine(thread: Thread, cpus: readonly CpuId[]): 'go-on' | 'give-way' | 'gone' {
    const { control, pending } = this.#options;
    const allowed = cpus.filter((cpu) => control.isOnline(cpu));
    if (allowed.length === 0 || allowed.includes(thread.cpu)) return 'go-on';
    const here = allowed.find((cpu) => this.#threads.has(cpu));
    if (here !== undefined) {
      thread.cpu = here;
      thread.queue = here;
      return 'give-way';
    }
    if (thread.steps > 1) {
      thread.cpu = allowed[0] ?? thread.cpu;
      return 'go-on';
    }
    pending.push({ ...thread.pending, cpus: allowed });
    control.ring();
    return 'gone';
  }
}

/** The two numbers of a request that its trace keeps. */
function operands(op: Op): [number, number] {
  switch (op.op) {
    case 'cmpxchg':
      return [op.at, op.next];
    case 'release':
    case 'wait':
      return [op.at, op.value];
    case 'wake':
      return [op.at, op.count ?? 0];
    case 'start':
      return [op.arg, op.cpus?.length ?? 0];
    case 'run':
      return [op.start, op.end];
    case 'affine':
      return [op.cpus[0] ?? -1, op.cpus.length];
    case 'cpu':
      return [op.cpu, op.up ? 1 : 0];
    case 'irq':
      return [op.enable ? 1 : 0, 0];
    case 'getcpu':
    case 'resched':
    case 'jiffies':
      return [0, 0];
  }
}
