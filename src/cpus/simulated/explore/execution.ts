// One schedule: threads move one step at a time, in the order that a policy chooses. A step is the request that a thread has
// made and the code up to its next that can meet another thread. Letting a lock go never has to wait for anybody, so it belongs
// to the step before; a lock that is held keeps its taker from moving, so no steps are spent on spinning.
import { Bug } from '../../../lib/bug.ts';
import type { Kthread, Op, Word } from '../../../cpu/op.ts';
import { CheckedMemory, type Footprint } from './checked-memory.ts';
import type { Scenario, ScenarioRun } from './scenario.ts';
import type { Scheduler, StepRecord } from './scheduler.ts';
import { answerOf, Threads, type Thread } from './threads.ts';
import { describeOp, type TracedStep } from './trace.ts';

const MAX_STEPS = 20_000;

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
  readonly #threads: Threads;
  #touched: Footprint | undefined;
  #acquired = 0;
  #heldBefore = 0;
  #started = -1;
  #woke: number[] = [];
  #did = '';

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#threads = new Threads(scenario.cpus, this.#memory, (thing) => {
      this.#touched?.writes.push(PAGES_ARE_BELOW - thing);
    });
  }

  /** One schedule from a fresh start. Never throws for what the scenario does: see `error`. */
  run(scheduler: Scheduler, options: ExecutionOptions = {}): Outcome {
    const choices: number[] = [];
    const trace: TracedStep[] = [];
    const most = this.#scenario.maxSteps ?? MAX_STEPS;
    const learns = scheduler.stepped !== undefined;
    let steps = 0;
    let abandoned = false;
    let error: Error | undefined;
    try {
      this.#begin(options.traced === true);
      for (let last = 0; ;) {
        const count = this.#threads.whoCanMove();
        if (count === 0) break;
        const at = count === 1 && !learns ? 0 : scheduler.pick(this.#threads.ready, count, last);
        if (at < 0) {
          abandoned = true;
          break;
        }
        const thread = this.#threads.ready[at] as Thread;
        if (count > 1) choices.push(thread.id);
        last = thread.id;
        steps += 1;
        if (steps > most) throw new Bug(`no end after ${most} steps`);
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
    this.#threads.reset();
    this.#run = this.#scenario.setup(memory);
    if (this.#run.prelude) this.#settle(this.#run.prelude);
    this.#threads.spawn('boot', this.#run.boot, [0]);
  }

  /** Runs the set-up until nobody can move, always the first that can. */
  #settle(prelude: Kthread): void {
    const setup = this.#threads.spawn('setup', prelude, [0]);
    while (this.#threads.whoCanMove() > 0) this.#step(this.#threads.ready[0] as Thread, false);
    if (setup.state !== 'done') throw new Bug(`set-up: ${this.#threads.describe(setup)}`);
    this.#threads.leaves(setup);
  }

  /** A step that the policy or a trace hears of, even if it fails. */
  #toldStep(thread: Thread, scheduler: Scheduler, count: number, trace: TracedStep[] | undefined): void {
    const enabled = this.#threads.ready.slice(0, count).map((t) => t.id);
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
      const op = next.value;
      const answer = answerOf(op.op, thread);
      thread.result = answer ?? 0;
      if (answer !== undefined) continue;
      switch (op.op) {
        case 'affine':
          if (!op.cpus.includes(thread.cpu)) thread.cpu = this.#threads.leastLoaded(op.cpus);
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
        this.#woke.push(...this.#threads.wake(op.at, undefined));
        return true;
      case 'wait':
        if (memory.readOnce(op.at) !== op.value) return true;
        // who sleeps first wakes first: the order of two waits can matter
        this.#touched?.writes.push(op.at);
        this.#threads.park(thread, op.at);
        return false;
      case 'wake':
        this.#touched?.writes.push(op.at);
        this.#woke.push(...this.#threads.wake(op.at, op.count));
        return true;
      case 'start': {
        const gen = (this.#run as ScenarioRun).spawn(op.entry, op.arg);
        thread.result = this.#threads.spawn(op.name, gen, op.cpus).id;
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

  /** One thing of the leaf; true when it was the last. */
  #leaf(thread: Thread, op: Extract<Op, { op: 'run' }>): boolean {
    thread.leaf ??= this.#enter(thread, op);
    const next = thread.leaf.next();
    thread.ran += 1;
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
    const stuck = this.#threads.stuck();
    if (stuck.length > 0) throw new Bug(`deadlock: ${stuck.join(', ')}`);
    this.#memory.checking = false;
    (this.#run as ScenarioRun).check();
  }
}
