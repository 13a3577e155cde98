// One schedule: threads move one step at a time, in the order that a policy chooses. A step is the request that a thread has
// made and the code up to its next that can meet another thread. Letting a lock go never has to wait for anybody, so it belongs
// to the step before; a lock that is held keeps its taker from moving, so no steps are spent on spinning.
import { Bug } from '../../../lib/bug.ts';
import type { Kthread } from '../../../cpu/op.ts';
import { CheckedMemory } from './checked-memory.ts';
import { keepSetup, putBack, type KeptSetup } from './kept.ts';
import type { Scenario, ScenarioRun } from './scenario.ts';
import type { Scheduler, StepRecord } from './scheduler.ts';
import { Steps, type Learned } from './steps.ts';
import type { Thread } from './thread.ts';
import { Threads } from './threads.ts';
import type { TracedStep } from './trace.ts';

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

/** Runs schedules of one scenario, one after the other, over the same memory and the same objects. */
export class Execution {
  readonly #scenario: Scenario;
  readonly #memory = new CheckedMemory();
  readonly #threads: Threads;
  readonly #steps: Steps;
  #run: ScenarioRun | undefined;
  #kept: KeptSetup | 'cannot' | undefined;
  /** Who moved: the first so many of a buffer that is kept. */
  readonly #choices: number[] = [];

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#threads = new Threads(scenario.cpus, this.#memory, (thing) => {
      this.#steps.learned?.footprint.writes.push(PAGES_ARE_BELOW - thing);
    });
    this.#steps = new Steps(this.#memory, this.#threads);
  }

  /** One schedule from a fresh start. Never throws for what the scenario does: see `error`. */
  run(scheduler: Scheduler, options: ExecutionOptions = {}): Outcome {
    const traced = options.traced === true;
    const trace: TracedStep[] = [];
    const most = this.#scenario.maxSteps ?? MAX_STEPS;
    const learns = scheduler.stepped !== undefined;
    const threads = this.#threads;
    const choices = this.#choices;
    let chosen = 0;
    let steps = 0;
    let abandoned = false;
    let error: Error | undefined;
    try {
      this.#begin(traced);
      for (let last = 0; ;) {
        const count = threads.whoCanMove();
        if (count === 0) break;
        const at = count === 1 && !learns ? 0 : scheduler.pick(threads.ready, count, last);
        if (at < 0) {
          abandoned = true;
          break;
        }
        const thread = threads.ready[at] as Thread;
        last = thread.id;
        if (count > 1) {
          choices[chosen] = last;
          chosen += 1;
        }
        steps += 1;
        if (steps > most) throw new Bug(`no end after ${most} steps`);
        if (!learns && !traced) this.#steps.step(thread);
        else this.#toldStep(thread, scheduler, count, traced ? trace : undefined);
      }
      if (!abandoned) this.#end();
    } catch (thrown) {
      if (!(thrown instanceof Error)) throw thrown;
      error = thrown;
    }
    return { error, steps, choices: choices.slice(0, chosen), abandoned, trace };
  }

  #begin(naming: boolean): void {
    const memory = this.#memory;
    memory.reset();
    memory.naming = naming;
    memory.lenient = this.#scenario.lenient === true;
    this.#threads.reset();
    this.#run = this.#scenario.setup(memory);
    this.#steps.begin(this.#run);
    this.#prelude(this.#run, naming);
    this.#threads.spawn('boot', this.#run.boot, [0]);
  }

  /** Runs the prelude, or puts back what it left the first time. Names are not kept, so who wants them runs it. */
  #prelude(run: ScenarioRun, naming: boolean): void {
    const { prelude } = run;
    if (prelude === undefined) return;
    const mayKeep = run.preludeInMemory === true && !naming;
    if (!mayKeep || this.#kept === 'cannot') return this.#settle(prelude);
    if (this.#kept !== undefined && putBack(this.#kept, this.#memory, this.#threads, run)) return;
    const before = this.#memory.image();
    this.#settle(prelude);
    this.#kept = keepSetup(this.#memory, this.#threads, run, before) ?? 'cannot';
  }

  /** Runs the set-up until nobody can move, always the first that can. */
  #settle(prelude: Kthread): void {
    const setup = this.#threads.spawn('setup', prelude, [0]);
    while (this.#threads.whoCanMove() > 0) this.#steps.step(this.#threads.ready[0] as Thread);
    if (setup.state !== 'done') throw new Bug(`set-up: ${this.#threads.describe(setup)}`);
    this.#threads.leaves(setup);
  }

  /** A step that the policy or a trace hears of, even if it fails. */
  #toldStep(thread: Thread, scheduler: Scheduler, count: number, trace: TracedStep[] | undefined): void {
    const learns = scheduler.stepped !== undefined;
    const enabled = learns ? this.#threads.ready.slice(0, count).map((t) => t.id) : [];
    try {
      if (learns) this.#steps.learnedStep(thread);
      else this.#steps.step(thread);
    } finally {
      const { learned, did } = this.#steps;
      if (learned !== undefined) scheduler.stepped?.(this.#record(thread, enabled, learned));
      trace?.push({ step: trace.length, cpu: thread.cpu, thread: thread.name, what: did });
    }
  }

  #record(thread: Thread, enabled: readonly number[], learned: Learned): StepRecord {
    const { footprint, acquired, started, woke } = learned;
    const held = this.#memory.locksets.locks(learned.heldBefore);
    return { task: thread.id, enabled, footprint, held, acquired, started, woke };
  }

  /** Nobody can move: right if all have ended or are idle workers. @throws Bug */
  #end(): void {
    const stuck = this.#threads.stuck();
    if (stuck.length > 0) throw new Bug(`deadlock: ${stuck.join(', ')}`);
    this.#memory.checking = false;
    (this.#run as ScenarioRun).check();
  }
}
