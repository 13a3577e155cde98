// One schedule: threads move one step at a time, in the order that a policy chooses. A step is the request that a thread has
// made and the code up to its next that can meet another thread. Letting a lock go never has to wait for anybody, so it belongs
// to the step before; a lock that is held keeps its taker from moving, so no steps are spent on spinning.
import { Bug } from '../../../lib/bug.ts';
import type { CpuId } from '../../../lib/units.ts';
import type { Kthread, Op, Word } from '../../op.ts';
import { CheckedMemory, type Footprint } from './checked-memory.ts';
import type { LeafStep, Scenario, ScenarioRun } from './scenario.ts';
import type { Scheduler, StepRecord } from './scheduler.ts';
import type { TracedStep } from './trace.ts';
import { describeOp } from './trace.ts';

/** A schedule that takes more steps is taken for one without an end. */
const MAX_STEPS = 20_000;

/** A thread of an execution. */
interface Thread extends LeafStep {
  readonly id: number;
  readonly name: string;
  readonly gen: Kthread;
  cpu: CpuId;
  state: 'ready' | 'parked' | 'done';
  op: Op | undefined;
  result: number;
  /** The number of its set of locks. */
  held: number;
  /** The leaf that it is in. */
  leaf: Iterator<string, number> | undefined;
}

/** How a schedule ended. */
export interface Outcome {
  /** What went wrong; undefined: nothing. */
  readonly error: Error | undefined;
  readonly steps: number;
  /** Who moved wherever more than one could. */
  readonly choices: readonly number[];
  /** The policy gave up. */
  readonly abandoned: boolean;
  /** Only with `traced`. */
  readonly trace: readonly TracedStep[];
}

export interface ExecutionOptions {
  /** Keeps each step with its words' names. */
  readonly traced?: boolean;
}

const PAGES_ARE_BELOW = -1;

/** Runs schedules of one scenario, one after the other, over the same memory. */
export class Execution {
  readonly #scenario: Scenario;
  readonly #memory = new CheckedMemory();
  #run: ScenarioRun | undefined;
  #threads: Thread[] = [];
  /** Scratch: who can move. */
  readonly #ready: Thread[] = [];
  readonly #waiters = new Map<Word, Thread[]>();
  #cpuLoad: number[] = [];
  #touched: Footprint | undefined;
  #acquired = 0;
  #heldBefore = 0;
  #started = -1;
  #woke: number[] = [];
  #did = '';
  readonly #touch = (thing: number): void => {
    this.#touched?.writes.push(PAGES_ARE_BELOW - thing);
  };

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  /** One schedule from a fresh start. Never throws for what the scenario does: see `error`. */
  run(scheduler: Scheduler, options: ExecutionOptions = {}): Outcome {
    const choices: number[] = [];
    const trace: TracedStep[] = [];
    const learns = scheduler.stepped !== undefined;
    let steps = 0;
    let abandoned = false;
    let error: Error | undefined;
    try {
      this.#begin(options.traced === true);
      for (let last = 0; ;) {
        const count = this.#whoCanMove();
        if (count === 0) break;
        const at = count === 1 && !learns ? 0 : scheduler.pick(this.#ready, count, last);
        if (at < 0) {
          abandoned = true;
          break;
        }
        const thread = this.#ready[at] as Thread;
        if (count > 1) choices.push(thread.id);
        last = thread.id;
        steps += 1;
        if (steps > MAX_STEPS) throw new Bug(`no end after ${MAX_STEPS} steps`);
        if (!learns && !options.traced) this.#step(thread, false);
        else this.#toldStep(thread, scheduler, count, options.traced ? trace : undefined);
      }
      if (!abandoned) this.#end();
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      error = thrown;
    }
    return { error, steps, choices, abandoned, trace };
  }

  #begin(naming: boolean): void {
    const memory = this.#memory;
    memory.reset();
    memory.naming = naming;
    memory.lenient = this.#scenario.lenient === true;
    this.#waiters.clear();
    this.#threads = [];
    this.#cpuLoad = new Array<number>(this.#scenario.cpus).fill(0);
    this.#run = this.#scenario.setup(memory);
    if (this.#run.prelude) this.#settle(this.#run.prelude);
    this.#spawn('boot', this.#run.boot, [0]);
  }

  /** Runs the set-up until nobody can move, always the first that can. */
  #settle(prelude: Kthread): void {
    this.#spawn('setup', prelude, [0]);
    while (this.#whoCanMove() > 0) this.#step(this.#ready[0] as Thread, false);
    if (this.#threads[0]?.state !== 'done')
      throw new Bug(`set-up: ${this.#stuck(this.#threads[0] as Thread)}`);
    this.#cpuLoad[0] = (this.#cpuLoad[0] as number) - 1;
  }

  #spawn(name: string, gen: Kthread, cpus: readonly CpuId[] | undefined): Thread {
    const id = this.#threads.length;
    const cpu = this.#leastLoaded(cpus);
    this.#cpuLoad[cpu] = (this.#cpuLoad[cpu] ?? 0) + 1;
    const thread: Thread = {
      id,
      name,
      gen,
      cpu,
      state: 'ready',
      op: undefined,
      result: 0,
      held: 0,
      leaf: undefined,
      touch: this.#touch,
    };
    this.#threads.push(thread);
    return thread;
  }

  /** The CPU with the fewest threads of those allowed. */
  #leastLoaded(cpus: readonly CpuId[] | undefined): CpuId {
    let best = -1;
    for (let cpu = 0; cpu < this.#scenario.cpus; cpu += 1) {
      if (cpus !== undefined && !cpus.includes(cpu)) continue;
      if (best < 0 || (this.#cpuLoad[cpu] as number) < (this.#cpuLoad[best] as number)) best = cpu;
    }
    return Math.max(best, 0);
  }

  /** Fills the scratch list; how many can move. */
  #whoCanMove(): number {
    let count = 0;
    for (let i = 0; i < this.#threads.length; i += 1) {
      const thread = this.#threads[i] as Thread;
      if (thread.state !== 'ready') continue;
      const { op } = thread;
      if (op?.op === 'cmpxchg' && op.lock === true && this.#memory.peek(op.at) !== op.old) continue;
      this.#ready[count] = thread;
      count += 1;
    }
    return count;
  }

  /** A step that the policy or a trace hears of, even if it fails. */
  #toldStep(thread: Thread, scheduler: Scheduler, count: number, trace: TracedStep[] | undefined): void {
    const enabled = this.#ready.slice(0, count).map((t) => t.id);
    try {
      this.#step(thread, scheduler.stepped !== undefined);
    } finally {
      scheduler.stepped?.(this.#record(thread, enabled));
      trace?.push({ step: trace.length, cpu: thread.cpu, thread: thread.name, what: this.#did });
    }
  }

  #record(thread: Thread, enabled: readonly number[]): StepRecord {
    return {
      task: thread.id,
      enabled,
      footprint: this.#touched ?? { reads: [], writes: [] },
      held: this.#memory.locksets.locks(this.#heldBefore),
      acquired: this.#acquired,
      started: this.#started,
      woke: this.#woke,
    };
  }

  #step(thread: Thread, learns: boolean): void {
    const memory = this.#memory;
    memory.thread = thread.id;
    memory.held = thread.held;
    this.#acquired = 0;
    this.#heldBefore = thread.held;
    this.#started = -1;
    this.#woke = [];
    this.#touched = learns ? { reads: [], writes: [] } : undefined;
    memory.footprint = this.#touched;
    const { op } = thread;
    this.#did = memory.naming ? describeOp(op, (at) => memory.name(at)) : '';
    if (op === undefined || this.#perform(thread, op)) this.#resume(thread);
    thread.held = memory.held;
  }

  /** Runs the thread's code up to its next request that others could notice. */
  #resume(thread: Thread): void {
    thread.op = undefined;
    for (;;) {
      const next = thread.gen.next(thread.result);
      if (next.done) {
        thread.state = 'done';
        return;
      }
      thread.result = 0;
      const op = next.value;
      switch (op.op) {
        case 'getcpu':
          thread.result = thread.cpu;
          break;
        case 'irq':
        case 'jiffies':
        case 'resched':
          break;
        case 'affine':
          if (!op.cpus.includes(thread.cpu)) thread.cpu = this.#leastLoaded(op.cpus);
          break;
        case 'release':
          if (op.lock === true) {
            this.#perform(thread, op);
            if (this.#memory.naming) this.#did += `, unlock ${this.#memory.name(op.at)}`;
            break;
          }
          thread.op = op;
          return;
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
      case 'cmpxchg':
        thread.result = memory.cmpxchg(op.at, op.old, op.next);
        if (op.lock && thread.result === op.old) this.#acquire(op.at);
        return true;
      case 'release':
        memory.writeOnce(op.at, op.value);
        if (op.lock) this.#letGo(op.at);
        this.#wake(op.at, undefined);
        return true;
      case 'wait':
        if (memory.readOnce(op.at) !== op.value) return true;
        this.#park(thread, op.at);
        return false;
      case 'wake':
        this.#touched?.writes.push(op.at);
        this.#wake(op.at, op.count);
        return true;
      case 'start': {
        const gen = (this.#run as ScenarioRun).spawn(op.entry, op.arg);
        thread.result = this.#spawn(op.name, gen, op.cpus).id;
        this.#started = thread.result;
        return true;
      }
      case 'run':
        return this.#leaf(thread, op);
      default:
        return true;
    }
  }

  #acquire(lock: Word): void {
    this.#acquired = lock;
    this.#memory.held = this.#memory.locksets.with(this.#memory.held, lock);
  }

  #letGo(lock: Word): void {
    this.#memory.held = this.#memory.locksets.without(this.#memory.held, lock);
  }

  #park(thread: Thread, at: Word): void {
    thread.state = 'parked';
    thread.op = undefined;
    const list = this.#waiters.get(at);
    if (list) list.push(thread);
    else this.#waiters.set(at, [thread]);
  }

  #wake(at: Word, count: number | undefined): void {
    const list = this.#waiters.get(at);
    if (list === undefined) return;
    for (const thread of list.splice(0, count ?? list.length)) {
      thread.state = 'ready';
      this.#woke.push(thread.id);
    }
    if (list.length === 0) this.#waiters.delete(at);
  }

  /** One thing of the leaf; true when it was the last. */
  #leaf(thread: Thread, op: Extract<Op, { op: 'run' }>): boolean {
    thread.leaf ??= this.#enter(thread, op);
    const next = thread.leaf.next();
    if (next.done !== true) {
      if (this.#memory.naming) this.#did = next.value;
      return false;
    }
    thread.leaf = undefined;
    thread.result = next.value;
    return true;
  }

  #enter(thread: Thread, op: Extract<Op, { op: 'run' }>): Iterator<string, number> {
    const work = (this.#run as ScenarioRun).works[op.work];
    if (work === undefined) throw new Bug(`no work is called ${op.work}`);
    return work(op.arg, op.start, op.end, thread);
  }

  /** Nobody can move: right if all have ended or are idle workers. @throws Bug */
  #end(): void {
    const stuck = this.#threads.filter((t) => t.state !== 'done' && !isIdle(t));
    if (stuck.length > 0) throw new Bug(`deadlock: ${stuck.map((t) => this.#stuck(t)).join(', ')}`);
    this.#memory.checking = false;
    (this.#run as ScenarioRun).check();
  }

  #stuck(thread: Thread): string {
    const { op } = thread;
    if (op?.op === 'cmpxchg') return `${thread.name} waits for the lock ${this.#memory.name(op.at)}`;
    const at = [...this.#waiters].find(([, list]) => list.includes(thread))?.[0];
    return `${thread.name} sleeps on ${this.#memory.name(at ?? 0)}`;
  }
}

/** A worker that sleeps has nothing to do. */
function isIdle(thread: Thread): boolean {
  return thread.state === 'parked' && thread.name.startsWith('kworker/');
}
