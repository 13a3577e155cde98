// The loop of one worker. Kernel threads stay with the worker that took them up, which is cheap: they only lock, count and
// branch. Their leaves, where the time goes, are put up for all workers: whoever has nothing else to do takes one and runs
// it on one of its own CPUs that the thread may use. So no CPU idles while a leaf waits that it may run. A leaf ticks, and
// its worker's other threads go on in between.
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import type { SharedMemory } from '../../cpu/memory.ts';
import type { EntryName, Kthread, Op, WorkName, Word } from '../../cpu/op.ts';
import { Affinity } from './affinity.ts';
import { STATE_RUNNING } from './control.ts';
import type { Control } from './control.ts';
import { operands } from './operands.ts';
import type { SharedSlots, SlotRecord, SlotRequest } from './slots.ts';
import type { Thread } from './thread.ts';
import { Waiting } from './waiting.ts';
import type { Wakeups } from './wakeups.ts';

/** What a driver is handed: the functions behind the names. */
export interface KernelEntries {
  /** A fresh kernel thread. */
  start(entry: EntryName, arg: Word): Kthread<unknown>;
  /** The leaf; ticks now and then, so that it is seen not to be stuck. Returns the pages initialised. */
  run(work: WorkName, arg: number, start: number, end: number, alive: Alive): number;
}

/** How a long loop shows that it makes progress: every few microseconds, so that other threads of its worker go on. */
export interface Alive {
  tick(): void;
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

export interface RunqueueOptions {
  readonly control: Control;
  /** Threads that were started and no worker has taken up yet. */
  readonly starts: SharedSlots;
  /** Leaves that wait for a CPU. */
  readonly leaves: SharedSlots;
  readonly wakeups: Wakeups;
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
  /** The CPU and thread that act now, for messages. */
  current: { cpu: CpuId; id: number; name: string } | null = null;
  readonly #options: RunqueueOptions;
  readonly #first: CpuId;
  readonly #waiting: Waiting;
  readonly #affinity: Affinity;
  #inLeaf = false;

  constructor(options: RunqueueOptions) {
    const [first] = options.cpus;
    if (first === undefined) throw new Bug('a worker without a CPU');
    this.#options = options;
    this.#first = first;
    this.#waiting = new Waiting(options);
    this.#affinity = new Affinity(options.control, options.cpus);
  }

  /** Runs until the state is no longer STATE_RUNNING. */
  loop(): void {
    const { control } = this.#options;
    control.setWorkerState(this.#first, 'awake');
    // The bell first: who ends the run rings after it, and a worker that knew that ring and not the end would sleep for ever.
    for (let seen = control.doorbell; control.state === STATE_RUNNING; seen = control.doorbell) {
      this.#waiting.wakeUp();
      const thread = this.#waiting.ready.shift();
      if (thread) this.#goOn(thread);
      // A thread that spins may hold another lock: its worker takes on nothing long meanwhile.
      else if (!this.#takeUpThread() && (this.#waiting.anySpins || !this.#runLeaf())) this.#idle(seen);
    }
  }

  #idle(seen: number): void {
    const { control } = this.#options;
    for (let i = 0; i < IDLE_SPINS; i += 1) if (control.doorbell !== seen) return;
    control.setWorkerState(this.#first, 'asleep');
    control.sleep(seen);
    control.setWorkerState(this.#first, 'awake');
  }

  #takeUpThread(): boolean {
    const { starts, kernel } = this.#options;
    const taken = starts.take(() => true);
    if (!taken) return false;
    starts.free(taken.slot);
    const { id, texts, numbers, cpus } = taken.record;
    const gen = kernel.start(texts[0], numbers[0]);
    const cpu = this.#affinity.cpuFor(cpus, this.#first);
    this.#waiting.ready.push({ id, name: texts[1], gen, cpu, cpus, parked: null, reach: null, answer: 0 });
    return true;
  }

  /** Takes a leaf that one of this worker's CPUs may run, its own threads' first; false where there is none. */
  #runLeaf(): boolean {
    const { leaves, control, wakeups } = this.#options;
    const online = this.#affinity.own;
    const mayRun = (leaf: SlotRequest): boolean =>
      online.length > 0 && (leaf.cpus === null || leaf.cpus.some((cpu) => online.includes(cpu)));
    const own = (leaf: SlotRequest): boolean => leaf.numbers[3] === this.#first && mayRun(leaf);
    const taken = leaves.take(own) ?? leaves.take(mayRun);
    if (!taken) return false;
    const { record, slot } = taken;
    const cpu = online.find((c) => record.cpus === null || record.cpus.includes(c)) ?? this.#first;
    leaves.finish(slot, this.#perform(record, cpu), cpu);
    wakeups.post(-1 - slot);
    control.ring();
    return true;
  }

  #perform({ id, texts, numbers }: SlotRecord, cpu: CpuId): number {
    const { control, kernel, now } = this.#options;
    const [arg, start, end] = numbers;
    const [work, name] = texts;
    this.current = { cpu, id, name };
    control.trace({ cpu, thread: id, what: 'run', a: start, b: end, atNs: now() });
    this.#options.before?.(cpu, { op: 'run', work, arg, start, end });
    const startNs = now();
    this.#inLeaf = true;
    const pages = kernel.run(work, arg, start, end, this.#alive(cpu, id, name, start, end));
    this.#inLeaf = false;
    const endNs = now();
    control.trace({ cpu, thread: id, what: 'ran', a: start, b: end, atNs: endNs });
    this.chunks.push({ cpu, thread: id, work, arg, start, end, pages, startNs, endNs });
    return pages;
  }

  /** Counts ticks for the monitor; where the bell has rung, this worker's other threads get their turn. */
  #alive(cpu: CpuId, id: number, name: string, start: number, end: number): Alive {
    const { control, now } = this.#options;
    const { ints, at } = control.progressWord(cpu);
    let seen = control.doorbell;
    const tick = (): void => {
      ints[at] = (ints[at] ?? 0) + 1;
      const bell = control.doorbell;
      if (bell === seen) return;
      seen = bell;
      if (!this.#letOthersGoOn()) return;
      this.current = { cpu, id, name };
      control.trace({ cpu, thread: id, what: 'run', a: start, b: end, atNs: now() });
    };
    return { tick };
  }

  /** In the middle of a leaf: threads that can go on do so, their own leaves put up for others; false where none can. */
  #letOthersGoOn(): boolean {
    this.#waiting.wakeUp();
    while (this.#takeUpThread());
    const { ready } = this.#waiting;
    const turns = ready.length;
    for (let turn = 0; turn < turns; turn += 1) {
      const thread = ready.shift();
      if (thread) this.#goOn(thread);
    }
    return turns > 0;
  }

  /** Performs requests until the thread has to wait for something, gives way or ends. */
  #goOn(thread: Thread): void {
    const { control, now, rootId } = this.#options;
    while (control.state === STATE_RUNNING) {
      this.current = { cpu: thread.cpu, id: thread.id, name: thread.name };
      const step = thread.gen.next(thread.answer);
      if (step.done === true) {
        control.trace({ cpu: this.#first, thread: thread.id, what: 'exit', a: 0, b: 0, atNs: now() });
        if (thread.id === rootId) control.finish(now());
        return;
      }
      if (!this.#request(thread, step.value)) return;
    }
  }

  /** Performs one request; false where the thread has to wait or gives way. */
  #request(thread: Thread, op: Op): boolean {
    const { control, memory, before, now } = this.#options;
    thread.answer = 0;
    if (op.op !== 'run') {
      // Under a CPU of this worker, for nobody else may write that CPU's trace.
      const [a, b] = operands(op);
      control.trace({ cpu: this.#first, thread: thread.id, what: op.op, a, b, atNs: now() });
      before?.(thread.cpu, op);
    }
    switch (op.op) {
      case 'cmpxchg':
        thread.answer = memory.cmpxchg(op.at, op.old, op.next);
        return true;
      case 'release':
      case 'wake':
        if (op.op === 'release') memory.writeOnce(op.at, op.value);
        this.#waiting.wake(op.at);
        return true;
      case 'wait':
        return memory.readOnce(op.at) !== op.value || !this.#waiting.park(thread, op);
      case 'start':
        thread.answer = this.#start(op);
        return true;
      case 'run':
        return this.#leaf(thread, op);
      case 'affine':
        thread.cpus = op.cpus;
        thread.reach = null;
        thread.cpu = this.#affinity.cpuFor(op.cpus, thread.cpu);
        return true;
      case 'getcpu':
      case 'current':
        thread.answer = op.op === 'getcpu' ? thread.cpu : thread.id;
        return true;
      case 'resched':
        this.#waiting.ready.push(thread);
        return false;
      case 'jiffies':
      case 'runtime':
        thread.answer = Math.floor(op.op === 'runtime' ? now() : (now() * this.#options.hz) / 1e9);
        return true;
      case 'irq':
      case 'nice': // neither has a counterpart on a worker
        return true;
      case 'cpu':
        control.setOnline(op.cpu, op.up);
        control.ring();
        return true;
    }
  }

  #start(op: Op & { op: 'start' }): number {
    const { entry, name, arg, cpus = null } = op;
    const id = this.#options.control.newThreadId();
    this.#options.starts.put({ id, texts: [entry, name], numbers: [arg, 0, 0, 0], cpus });
    this.#options.control.ring();
    return id;
  }

  /** Runs the leaf at once where nothing else is to be done here; else puts it up for all workers, and false. */
  #leaf(thread: Thread, op: Op & { op: 'run' }): boolean {
    const { leaves, control } = this.#options;
    const record = {
      ...{ id: thread.id, texts: [op.work, thread.name] as const, cpus: this.#affinity.reachable(thread) },
      numbers: [op.arg, op.start, op.end, this.#first] as const,
    };
    this.#waiting.wakeUp();
    const cpu = this.#affinity.own.find((c) => record.cpus === null || record.cpus.includes(c));
    const idle = !this.#inLeaf && this.#waiting.ready.length === 0 && !this.#waiting.anySpins;
    if (cpu !== undefined && idle) {
      thread.answer = this.#perform(record, cpu);
      thread.cpu = cpu;
      return true;
    }
    this.#waiting.parkForLeaf(leaves.put(record), thread);
    control.ring();
    return false;
  }
}
