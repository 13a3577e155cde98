// The loop of one worker. Kernel threads stay with the worker that took them up, which is cheap: they only lock, count and
// branch. Their leaves, where the time goes, are put up for all workers: whoever has nothing else to do takes one and runs
// it on one of its own CPUs that the thread may use. So no CPU idles while a leaf waits that it may run.
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import type { SharedMemory } from '../memory.ts';
import type { EntryName, Kthread, Op, WorkName, Word } from '../op.ts';
import { STATE_RUNNING } from './control.ts';
import type { Control } from './control.ts';
import { operands } from './operands.ts';
import type { SharedSlots, SlotRecord, SlotRequest } from './slots.ts';
import type { WakeToken, Wakeups } from './wakeups.ts';

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
  readonly name: string;
  readonly gen: Kthread<unknown>;
  /** The CPU that it is on, and those that it may be on; null for any. */
  cpu: CpuId;
  cpus: readonly CpuId[] | null;
  parked: { value: number; spin: boolean } | null;
  /** The online ones of `cpus`, as of so many changes. */
  reach: { changes: number; cpus: readonly CpuId[] | null } | null;
  /** What the generator is resumed with. */
  answer: number;
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
  readonly #ready: Thread[] = [];
  /** Threads that wait for a word, and for a leaf by its slot. */
  readonly #parked = new Map<Word, Thread[]>();
  readonly #inLeaf = new Map<number, Thread>();
  #known: { changes: number; count: number; own: readonly CpuId[] } = { changes: -1, count: 0, own: [] };
  /** Parked threads that spin: they may hold another lock. */
  #spinning = 0;

  constructor(options: RunqueueOptions) {
    const [first] = options.cpus;
    if (first === undefined) throw new Bug('a worker without a CPU');
    this.#options = options;
    this.#first = first;
  }

  /** Runs until the state is no longer STATE_RUNNING. */
  loop(): void {
    const { control } = this.#options;
    control.setWorkerState(this.#first, 'awake');
    while (control.state === STATE_RUNNING) {
      const seen = control.doorbell;
      this.#wakeUp();
      const thread = this.#ready.shift();
      if (thread) this.#goOn(thread);
      // A thread that spins may hold another lock: its worker takes on nothing long meanwhile.
      else if (!this.#takeUpThread() && (this.#spinning > 0 || !this.#runLeaf())) this.#idle(seen);
    }
  }

  #idle(seen: number): void {
    const { control } = this.#options;
    for (let i = 0; i < IDLE_SPINS; i += 1) if (control.doorbell !== seen) return;
    control.setWorkerState(this.#first, 'asleep');
    control.sleep(seen);
    control.setWorkerState(this.#first, 'awake');
  }

  /** Makes threads ready whose word has changed or whose leaf is done. */
  #wakeUp(): void {
    const look = (token: WakeToken): void => {
      if (token >= 0) this.#lookAtWord(token);
      else this.#lookAtLeaf(-1 - token);
    };
    if (this.#options.wakeups.drain(look)) return;
    for (const word of [...this.#parked.keys()]) this.#lookAtWord(word);
    for (const slot of [...this.#inLeaf.keys()]) this.#lookAtLeaf(slot);
  }

  #lookAtWord(word: Word): void {
    const threads = this.#parked.get(word);
    if (!threads) return;
    const now = this.#options.memory.readOnce(word);
    const still: Thread[] = [];
    let spinners = 0;
    for (const thread of threads) {
      // Of those that spin for a lock one is enough: it takes it and lets it go, or another has it and will.
      const spins = thread.parked?.spin === true;
      if (thread.parked?.value === now || (spins && spinners > 0)) still.push(thread);
      else this.#unpark(thread, word);
      if (spins) spinners += 1;
    }
    if (still.length > 0) this.#parked.set(word, still);
    else this.#parked.delete(word);
  }

  #unpark(thread: Thread, word: Word): void {
    this.#options.wakeups.removeWaiter(word);
    if (thread.parked?.spin === true) this.#spinning -= 1;
    thread.parked = null;
    this.#ready.push(thread);
  }

  #lookAtLeaf(slot: number): void {
    const thread = this.#inLeaf.get(slot);
    if (!thread || !this.#options.leaves.isDone(slot)) return;
    this.#inLeaf.delete(slot);
    const { result, cpu } = this.#options.leaves.collect(slot);
    thread.answer = result;
    thread.cpu = cpu;
    this.#ready.push(thread);
  }

  /** Whether the thread waits now: not where the word has changed meanwhile. */
  #park(thread: Thread, op: Op & { op: 'wait' }): boolean {
    const { memory, wakeups } = this.#options;
    wakeups.addWaiter(op.at);
    if (memory.readOnce(op.at) !== op.value) {
      wakeups.removeWaiter(op.at);
      return false;
    }
    thread.parked = { value: op.value, spin: op.spin === true };
    if (op.spin === true) this.#spinning += 1;
    const others = this.#parked.get(op.at);
    if (others) others.push(thread);
    else this.#parked.set(op.at, [thread]);
    return true;
  }

  #wake(at: Word): void {
    const { control, wakeups } = this.#options;
    if (!wakeups.hasWaiters(at)) return;
    wakeups.post(at);
    control.ring();
  }

  #takeUpThread(): boolean {
    const { starts, kernel } = this.#options;
    const taken = starts.take(() => true);
    if (!taken) return false;
    starts.free(taken.slot);
    const { id, texts, numbers, cpus } = taken.record;
    const gen = kernel.start(texts[0], numbers[0]);
    const cpu = this.#cpuFor(cpus, this.#first);
    this.#ready.push({ id, name: texts[1], gen, cpu, cpus, parked: null, reach: null, answer: 0 });
    return true;
  }

  /** A CPU for a thread that may use `cpus`: `now` if it can stay, else one of this worker's, else any that is online. */
  #cpuFor(cpus: readonly CpuId[] | null, now: CpuId): CpuId {
    const { control } = this.#options;
    const online = (cpu: CpuId): boolean => control.isOnline(cpu);
    const may = (cpu: CpuId): boolean => online(cpu) && (cpus === null || cpus.includes(cpu));
    if (may(now)) return now;
    return this.#options.cpus.find(may) ?? cpus?.find(online) ?? this.#options.cpus.find(online) ?? 0;
  }

  /** Takes a leaf that one of this worker's CPUs may run, its own threads' first; false where there is none. */
  #runLeaf(): boolean {
    const { leaves, control, wakeups } = this.#options;
    const online = this.#onlineCpus();
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

  /** Those of this worker's CPUs that are online. */
  #onlineCpus(): readonly CpuId[] {
    return this.#online().own;
  }

  #online(): { readonly own: readonly CpuId[]; readonly count: number } {
    const { control, cpus } = this.#options;
    const changes = control.onlineChanges;
    if (this.#known.changes !== changes) {
      let count = 0;
      for (let cpu = 0; cpu < control.cpus; cpu += 1) if (control.isOnline(cpu)) count += 1;
      this.#known = { changes, count, own: cpus.filter((cpu) => control.isOnline(cpu)) };
    }
    return this.#known;
  }

  #perform({ id, texts, numbers }: SlotRecord, cpu: CpuId): number {
    const { control, kernel, now } = this.#options;
    const [arg, start, end] = numbers;
    const [work, name] = texts;
    this.current = { cpu, id, name };
    control.trace({ cpu, thread: id, what: 'run', a: start, b: end, atNs: now() });
    this.#options.before?.(cpu, { op: 'run', work, arg, start, end });
    const startNs = now();
    const pages = kernel.run(work, arg, start, end, control.progressWord(cpu));
    const endNs = now();
    control.trace({ cpu, thread: id, what: 'ran', a: start, b: end, atNs: endNs });
    this.chunks.push({ cpu, thread: id, work, arg, start, end, pages, startNs, endNs });
    return pages;
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
        memory.writeOnce(op.at, op.value);
        this.#wake(op.at);
        return true;
      case 'wait':
        return memory.readOnce(op.at) !== op.value || !this.#park(thread, op);
      case 'wake':
        this.#wake(op.at);
        return true;
      case 'start':
        thread.answer = this.#start(op);
        return true;
      case 'run':
        return this.#leaf(thread, op);
      case 'affine':
        thread.cpus = op.cpus;
        thread.reach = null;
        thread.cpu = this.#cpuFor(op.cpus, thread.cpu);
        return true;
      case 'getcpu':
        thread.answer = thread.cpu;
        return true;
      case 'resched':
        this.#ready.push(thread);
        return false;
      case 'jiffies':
        thread.answer = Math.floor((this.#options.now() * this.#options.hz) / 1e9);
        return true;
      case 'irq':
        // Interrupts of a modelled CPU have no counterpart on a worker.
        return true;
      case 'cpu':
        control.setOnline(op.cpu, op.up);
        control.ring();
        return true;
    }
  }

  #start(op: Op & { op: 'start' }): number {
    const { control, starts } = this.#options;
    const id = control.newThreadId();
    starts.put({ id, texts: [op.entry, op.name], numbers: [op.arg, 0, 0, 0], cpus: op.cpus ?? null });
    control.ring();
    return id;
  }

  /** Runs the leaf at once where nothing else is to be done here; else puts it up for all workers, and false. */
  #leaf(thread: Thread, op: Op & { op: 'run' }): boolean {
    const { leaves, control } = this.#options;
    const record = {
      ...{ id: thread.id, texts: [op.work, thread.name] as const, cpus: this.#reachable(thread) },
      numbers: [op.arg, op.start, op.end, this.#first] as const,
    };
    this.#wakeUp();
    const cpu = this.#onlineCpus().find((c) => record.cpus === null || record.cpus.includes(c));
    if (cpu !== undefined && this.#ready.length === 0 && this.#spinning === 0) {
      thread.answer = this.#perform(record, cpu);
      thread.cpu = cpu;
      return true;
    }
    this.#inLeaf.set(leaves.put(record), thread);
    control.ring();
    return false;
  }

  /** The online CPUs that a leaf of the thread may run on; null for any, also where all of its own are offline. */
  #reachable(thread: Thread): readonly CpuId[] | null {
    if (thread.cpus === null) return null;
    const { count } = this.#online();
    const { changes } = this.#known;
    if (thread.reach?.changes !== changes) {
      const online = thread.cpus.filter((cpu) => this.#options.control.isOnline(cpu));
      thread.reach = { changes, cpus: online.length === 0 || online.length === count ? null : online };
    }
    return thread.reach.cpus;
  }
}
