// One step of a thread: the request that it has made, and its code up to the next that others could notice.
import { Bug } from '../../../lib/bug.ts';
import type { Op, Word } from '../../../cpu/op.ts';
import type { CheckedMemory, Footprint } from './checked-memory.ts';
import type { ScenarioRun } from './scenario.ts';
import type { Thread } from './thread.ts';
import type { Threads } from './threads.ts';
import { describeOp } from './trace.ts';

/** What one step of a leaf counts for in sum_exec_runtime. */
const STEP_NS = 1000;

/** What a step did, for who learns from it. */
export interface Learned {
  readonly footprint: Footprint;
  readonly heldBefore: number;
  acquired: Word;
  started: number;
  readonly woke: number[];
}

export class Steps {
  readonly #memory: CheckedMemory;
  readonly #threads: Threads;
  #run: ScenarioRun | undefined;
  /** Set while somebody learns from steps. */
  learned: Learned | undefined;
  /** In words, where memory keeps names. */
  did = '';

  constructor(memory: CheckedMemory, threads: Threads) {
    this.#memory = memory;
    this.#threads = threads;
  }

  begin(run: ScenarioRun): void {
    this.#run = run;
    this.learned = undefined;
  }

  step(thread: Thread): void {
    const memory = this.#memory;
    memory.runs(thread.id, thread.held);
    const { op } = thread;
    if (memory.naming) this.#describe(op);
    if (op === undefined || this.#perform(thread, op)) this.#resume(thread);
    thread.held = memory.held;
  }

  #describe(op: Op | undefined): void {
    this.did = describeOp(op, (at) => this.#memory.name(at));
  }

  /** The same, told to who learns. */
  learnedStep(thread: Thread): void {
    const footprint: Footprint = { reads: [], writes: [] };
    this.learned = { footprint, heldBefore: thread.held, acquired: 0, started: -1, woke: [] };
    this.#memory.footprint = footprint;
    this.step(thread);
  }

  /** Runs the thread's code up to its next request that others could notice. */
  #resume(thread: Thread): void {
    thread.op = undefined;
    thread.wants = 0;
    for (;;) {
      const next = thread.gen.next(thread.result);
      if (next.done === true) {
        this.#threads.end(thread);
        return;
      }
      const op = next.value;
      switch (op.op) {
        case 'cmpxchg':
          thread.op = op;
          if (op.lock === true) {
            thread.wants = op.at;
            thread.free = op.old;
          }
          return;
        case 'release':
          if (op.lock !== true) {
            thread.op = op;
            return;
          }
          this.#perform(thread, op);
          if (this.#memory.naming) this.did += `, unlock ${this.#memory.name(op.at)}`;
          break;
        case 'getcpu':
          thread.result = thread.cpu;
          break;
        case 'current':
          thread.result = thread.id;
          break;
        case 'runtime':
          thread.result = thread.ran * STEP_NS;
          break;
        case 'affine':
          if (!op.cpus.includes(thread.cpu)) thread.cpu = this.#threads.leastLoaded(op.cpus);
          thread.result = 0;
          break;
        // touch nothing shared
        case 'irq':
        case 'jiffies':
        case 'nice':
        case 'resched':
          thread.result = 0;
          break;
        default:
          thread.op = op;
          return;
      }
    }
  }

  /** Whether the thread goes on with its code in this step. */
  #perform(thread: Thread, op: Op): boolean {
    const memory = this.#memory;
    thread.result = 0;
    switch (op.op) {
      case 'cmpxchg': {
        const seen = memory.cmpxchg(op.at, op.old, op.next);
        thread.result = seen;
        if (op.lock === true && seen === op.old) this.#acquire(op.at);
        return true;
      }
      case 'run':
        return this.#leaf(thread, op);
      case 'release':
        memory.writeOnce(op.at, op.value);
        if (op.lock === true) memory.held = memory.locksets.without(memory.held, op.at);
        this.#threads.wake(op.at, undefined, this.learned?.woke);
        return true;
      case 'wait':
        if (memory.readOnce(op.at) !== op.value) return true;
        // who sleeps first wakes first: the order of two waits can matter
        this.learned?.footprint.writes.push(op.at);
        this.#threads.park(thread, op.at);
        return false;
      case 'wake':
        this.learned?.footprint.writes.push(op.at);
        this.#threads.wake(op.at, op.count, this.learned?.woke);
        return true;
      case 'start': {
        const gen = (this.#run as ScenarioRun).spawn(op.entry, op.arg);
        const started = this.#threads.spawn(op.name, gen, op.cpus);
        started.entry = op.entry;
        started.arg = op.arg;
        thread.result = started.id;
        if (this.learned) this.learned.started = started.id;
        return true;
      }
      default:
        return true;
    }
  }

  #acquire(lock: Word): void {
    const memory = this.#memory;
    memory.held = memory.locksets.with(memory.held, lock);
    if (this.learned) this.learned.acquired = lock;
  }

  /** One thing of the leaf; true when it was the last. */
  #leaf(thread: Thread, op: Extract<Op, { op: 'run' }>): boolean {
    const leaf = (thread.leaf ??= this.#enter(thread, op));
    const next = leaf.next();
    thread.ran += 1;
    if (next.done !== true) {
      if (this.#memory.naming) this.did = next.value;
      return false;
    }
    thread.leaf = undefined;
    thread.result = next.value;
    return true;
  }

  #enter(thread: Thread, op: Extract<Op, { op: 'run' }>): Iterator<string, number> {
    const work = (this.#run as ScenarioRun).works[op.work];
    if (work === undefined) throw new Bug(`no work is called ${op.work}`);
    thread.told = this.#memory.naming;
    return work(op.arg, op.start, op.end, thread);
  }
}
