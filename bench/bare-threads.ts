// A scenario's kernel threads resumed bare, to compare the explorer with: each as far as it can go, over plain memory, with nothing
// chosen, checked or noted. And the bare generator, which does nothing but wait.
import { LocalMemory } from '../src/cpu/memory.ts';
import type { Kthread, Op, Word } from '../src/cpu/op.ts';
import type { Scenario, ScenarioRun } from '../src/cpus/simulated/explore/scenario.ts';

interface BareThread {
  readonly gen: Kthread;
  readonly id: number;
  result: number;
  sleepsOn: Word;
  done: boolean;
}

class BareThreads {
  readonly #memory: LocalMemory;
  readonly #run: ScenarioRun;
  readonly #threads: BareThread[] = [];
  readonly #step = { id: 0, told: false, touch: (): void => undefined };
  /** What the explorer counts as steps. */
  steps = 0;

  constructor(memory: LocalMemory, run: ScenarioRun) {
    this.#memory = memory;
    this.#run = run;
  }

  spawn(gen: Kthread): number {
    const id = this.#threads.length;
    this.#threads.push({ gen, id, result: 0, sleepsOn: 0, done: false });
    this.steps += 1;
    return id;
  }

  /** Until nobody can move. */
  settle(): void {
    for (let i = 0; i < this.#threads.length; i += 1) {
      const thread = this.#threads[i] as BareThread;
      if (thread.done || thread.sleepsOn !== 0) continue;
      this.#goOn(thread);
      i = -1;
    }
  }

  #goOn(thread: BareThread): void {
    while (thread.sleepsOn === 0) {
      const next = thread.gen.next(thread.result);
      if (next.done === true) {
        thread.done = true;
        return;
      }
      thread.result = this.#perform(thread, next.value);
    }
  }

  #perform(thread: BareThread, op: Op): number {
    const memory = this.#memory;
    switch (op.op) {
      case 'cmpxchg':
        this.steps += 1;
        return memory.cmpxchg(op.at, op.old, op.next);
      case 'release':
        if (op.lock !== true) this.steps += 1;
        memory.writeOnce(op.at, op.value);
        this.#wake(op.at, Infinity);
        return 0;
      case 'wait':
        this.steps += 1;
        if (memory.readOnce(op.at) === op.value) thread.sleepsOn = op.at;
        return 0;
      case 'wake':
        this.steps += 1;
        this.#wake(op.at, op.count ?? Infinity);
        return 0;
      case 'start':
        this.steps += 1;
        return this.spawn(this.#run.spawn(op.entry, op.arg));
      case 'run': {
        const work = this.#run.works[op.work];
        if (work === undefined) throw new Error(`no work is called ${op.work}`);
        const leaf = work(op.arg, op.start, op.end, this.#step);
        for (;;) {
          const next = leaf.next();
          this.steps += 1;
          if (next.done === true) return next.value;
        }
      }
      case 'current':
        return thread.id;
      default:
        return 0;
    }
  }

  #wake(at: Word, count: number): void {
    let left = count;
    for (const thread of this.#threads)
      if (thread.sleepsOn === at && left > 0) {
        thread.sleepsOn = 0;
        left -= 1;
      }
  }
}

/** One run of a scenario; its steps, those of its set-up left out. Without `boot` only the set-up. */
export function bareRun(scenario: Scenario, boot: boolean): number {
  const memory = new LocalMemory(512);
  const run = scenario.setup(memory);
  const threads = new BareThreads(memory, run);
  if (run.prelude) threads.spawn(run.prelude);
  threads.settle();
  const before = threads.steps;
  if (!boot) return 0;
  threads.spawn(run.boot);
  threads.settle();
  run.check();
  return threads.steps - before;
}

const WAIT: Op = { op: 'wait', at: 1, value: 0 };

/** A thread that waits for ever, `depth` generators deep. */
export function* waiting(depth: number): Kthread {
  if (depth > 1) yield* waiting(depth - 1);
  else for (;;) yield WAIT;
}
