// What the workers and the thread that started them share beside the kernel's own words: who is online, what each CPU
// does right now and did last. Everything here is numbers in one shared buffer.
import type { CpuId } from '../../lib/units.ts';

/** Values of the state word. */
export const STATE_RUNNING = 1;
export const STATE_STOP = 2;
/** The root thread has ended. */
export const STATE_DONE = 3;

/** Requests as small numbers, for the trace: the position in this list. */
export const TRACED = [
  'idle',
  'cmpxchg',
  'release',
  'wait',
  'wake',
  'start',
  'run',
  'ran',
  'affine',
  'getcpu',
  'resched',
  'jiffies',
  'irq',
  'cpu',
  'exit',
  'current',
  'nice',
  'runtime',
] as const;
export type Traced = (typeof TRACED)[number];

/** What a worker can be seen to do, as the position in this list. */
const WORKER_STATES = ['loading', 'awake', 'asleep'] as const;
export type WorkerState = (typeof WORKER_STATES)[number];

/** Something a CPU did: `a` and `b` are the word and value, or the page frames, of the request. */
export interface TraceEvent {
  readonly cpu: CpuId;
  readonly thread: number;
  readonly what: Traced;
  readonly a: number;
  readonly b: number;
  /** Nanoseconds since the run began. */
  readonly atNs: number;
}

/** Events that each CPU keeps. */
const EVENTS = 32;
const EVENT_FLOATS = 5;
/** Head of the buffer, in 32-bit words; each on a cache line of its own. */
const STATE = 0;
const DOORBELL = 16;
const SLEEPERS = 32;
const NEXT_ID = 48;
const ONLINE_CHANGES = 49;
const ARRIVED = 50;
const HEAD_INTS = 64;
/** A CPU's words: online, progress, events written, what its worker does (only of a worker's first CPU). */
const CPU_INTS = 16;
const ONLINE = 0;
const PROGRESS = 1;
const WRITTEN = 2;
const WORKER = 3;

export class Control {
  readonly buffer: SharedArrayBuffer;
  readonly cpus: number;
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;

  /** A view of a buffer that create() made for as many CPUs. */
  constructor(buffer: SharedArrayBuffer, cpus: number) {
    const ints = HEAD_INTS + cpus * CPU_INTS;
    this.buffer = buffer;
    this.cpus = cpus;
    this.#ints = new Int32Array(buffer, 0, ints);
    this.#floats = new Float64Array(buffer, ints * 4);
  }

  static create(cpus: number): Control {
    const bytes = (HEAD_INTS + cpus * CPU_INTS) * 4 + (1 + cpus * EVENTS * EVENT_FLOATS) * 8;
    return new Control(new SharedArrayBuffer(bytes), cpus);
  }

  get state(): number {
    return Atomics.load(this.#ints, STATE);
  }

  /** Sets the state and wakes every worker that sleeps. */
  setState(state: number): void {
    Atomics.store(this.#ints, STATE, state);
    this.ring();
  }

  /** The run is over, unless it was stopped before; `atNs` is now. */
  finish(atNs: number): void {
    this.#floats[0] = atNs;
    Atomics.compareExchange(this.#ints, STATE, STATE_RUNNING, STATE_DONE);
    this.ring();
  }

  /** When the run was over. */
  get finishedNs(): number {
    return this.#floats[0] ?? 0;
  }

  /** How often the bell has rung. */
  get doorbell(): number {
    return Atomics.load(this.#ints, DOORBELL);
  }

  /** Something changed that a sleeping worker may wait for. */
  ring(): void {
    Atomics.add(this.#ints, DOORBELL, 1);
    if (Atomics.load(this.#ints, SLEEPERS) > 0) Atomics.notify(this.#ints, DOORBELL);
  }

  /** Sleeps until the bell has rung since it was read as `seen`. */
  sleep(seen: number): void {
    Atomics.add(this.#ints, SLEEPERS, 1);
    Atomics.wait(this.#ints, DOORBELL, seen);
    Atomics.sub(this.#ints, SLEEPERS, 1);
  }

  /** How often a CPU went online or offline: what was read before may be kept while this stays the same. */
  get onlineChanges(): number {
    return Atomics.load(this.#ints, ONLINE_CHANGES);
  }

  isOnline(cpu: CpuId): boolean {
    return Atomics.load(this.#ints, this.#cpuAt(cpu) + ONLINE) !== 0;
  }

  setOnline(cpu: CpuId, online: boolean): void {
    Atomics.store(this.#ints, this.#cpuAt(cpu) + ONLINE, online ? 1 : 0);
    Atomics.add(this.#ints, ONLINE_CHANGES, 1);
  }

  /** What the worker does whose first CPU this is: it loads the kernel, is at work, or sleeps. */
  workerState(firstCpu: CpuId): WorkerState {
    return WORKER_STATES[Atomics.load(this.#ints, this.#cpuAt(firstCpu) + WORKER)] ?? 'loading';
  }

  setWorkerState(firstCpu: CpuId, state: WorkerState): void {
    Atomics.store(this.#ints, this.#cpuAt(firstCpu) + WORKER, WORKER_STATES.indexOf(state));
  }

  /** Where a CPU's progress is counted: a loop adds to this word so that it is seen to be alive. */
  progressWord(cpu: CpuId): { ints: Int32Array; at: number } {
    return { ints: this.#ints, at: this.#cpuAt(cpu) + PROGRESS };
  }

  progress(cpu: CpuId): number {
    return Atomics.load(this.#ints, this.#cpuAt(cpu) + PROGRESS);
  }

  /** A worker is ready to carry its CPUs; how many are now. */
  arrive(): number {
    return Atomics.add(this.#ints, ARRIVED, 1) + 1;
  }

  newThreadId(): number {
    return Atomics.add(this.#ints, NEXT_ID, 1) + 1;
  }

  /** Notes what a CPU does; only the worker that carries the CPU calls this. */
  trace(event: TraceEvent): void {
    const at = this.#cpuAt(event.cpu);
    const written = this.#ints[at + WRITTEN] ?? 0;
    const slot = 1 + (event.cpu * EVENTS + (written % EVENTS)) * EVENT_FLOATS;
    this.#floats[slot] = event.thread;
    this.#floats[slot + 1] = TRACED.indexOf(event.what);
    this.#floats[slot + 2] = event.a;
    this.#floats[slot + 3] = event.b;
    this.#floats[slot + 4] = event.atNs;
    Atomics.store(this.#ints, at + WRITTEN, written + 1);
    this.#ints[at + PROGRESS] = (this.#ints[at + PROGRESS] ?? 0) + 1;
  }

  /** A CPU's last events, oldest first. */
  events(cpu: CpuId): TraceEvent[] {
    const written = Atomics.load(this.#ints, this.#cpuAt(cpu) + WRITTEN);
    const events: TraceEvent[] = [];
    for (let i = Math.max(0, written - EVENTS); i < written; i += 1) {
      const slot = 1 + (cpu * EVENTS + (i % EVENTS)) * EVENT_FLOATS;
      const [thread = 0, what = 0, a = 0, b = 0, atNs = 0] = this.#floats.subarray(slot, slot + EVENT_FLOATS);
      events.push({ cpu, thread, what: TRACED[what] ?? 'idle', a, b, atNs });
    }
    return events;
  }

  #cpuAt(cpu: CpuId): number {
    return HEAD_INTS + cpu * CPU_INTS;
  }
}
