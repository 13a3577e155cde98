// One's own threads under the explorer: every schedule, or many, until something that must hold does not.
import {
  complete,
  COMPLETION_FIELDS,
  COMPLETION_WORDS,
  initCompletion,
  waitForCompletion,
} from '../kernel/completion.ts';
import type { Kernel, KernelFunction } from '../kernel/kernel.ts';
import { padataInit } from '../kernel/padata.ts';
import { workqueueInit } from '../kernel/workqueue.ts';
import { kthreadRun } from '../kernel/kthread.ts';
import { Bug } from '../lib/bug.ts';
import { InputError } from '../lib/input-error.ts';
import { didYouMean } from '../machine/closest.ts';
import type { Memory } from '../cpu/memory.ts';
import { atomicAddReturn, type Kthread } from '../cpu/op.ts';
import {
  explore,
  replay,
  STRATEGIES,
  type ExploreOptions,
  type ExploreResult,
} from '../cpus/simulated/explore/explore.ts';
import type { Scenario, StepWork } from '../cpus/simulated/explore/scenario.ts';
import { parseToken } from '../cpus/simulated/explore/token.ts';
import { drawSchedule } from '../cpus/simulated/explore/trace.ts';
import type { ScenarioName } from './names.ts';
import { checkOptions, oneOf, SEED, FUNCTION, TEXT, WHOLE_FROM_1, type OptionRules } from './options.ts';
import { worldMaker, worldText } from '../scenarios/world.ts';

/** Threads that run at once on so many CPUs, over state that is made anew for each schedule. */
export interface ThreadScenario<State> {
  /** Without a colon: it is the first part of a replay token. */
  readonly name: string;
  /** One line: what is expected. */
  readonly about?: string;
  readonly cpus: number;
  /** Words that the threads share (named by memory.fresh for drawings), and whatever else. */
  readonly setup: (memory: Memory) => State;
  /** Generators over requests: spinLock, cmpxchg, padataDoMultithreaded, … The schedule ends when all have. */
  readonly threads: readonly ((k: Kernel, state: State) => Kthread)[];
  /** Leaves that the threads run, in steps; other threads move in between. */
  readonly works?: (state: State) => Readonly<Record<string, StepWork>>;
  /** Names of the leaves that `works` gives. */
  readonly leaves?: readonly string[];
}

/**
 * What must hold when all threads have ended: throws, or returns false or a sentence where it does not.
 * `memory` may be read freely then.
 */
export type Invariant<State> = (state: State, memory: Memory) => boolean | string | void;

/**
 * A scenario for the explorer. padata and workqueues are set up before the threads start.
 * @throws InputError 'usage' for a scenario without threads or CPUs, or with a colon in its name
 */
export function threadScenario<State>(
  scenario: ThreadScenario<State>,
  invariant: Invariant<State> = () => true,
): Scenario {
  const { name, about = '', cpus, threads, leaves = [] } = scenario;
  if (name === '' || name.includes(':'))
    throw new InputError('usage', `scenario "${name}": expected a name without a colon`);
  if (!Number.isSafeInteger(cpus) || cpus < 1 || threads.length === 0)
    throw new InputError('usage', `scenario "${name}": expected at least one CPU and one thread`);
  const states = new WeakMap<Memory, { readonly state: State }>();
  const entries = threads.map((thread, i) => [`thread${i}`, threadOf(thread, states)] as const);
  const text = worldText(Object.fromEntries(entries), leaves);
  const world = worldMaker({ nodeOfCpu: new Array<number>(cpus).fill(0), text });
  return {
    name,
    about,
    cpus,
    setup: (memory) => {
      const k = world(memory);
      const state = scenario.setup(memory);
      states.set(memory, { state });
      return {
        prelude: prelude(k),
        preludeInMemory: true,
        boot: startAll(k, threads.length),
        spawn: (entry, arg) => text.named(entry)(k, arg),
        works: scenario.works?.(state) ?? {},
        check: () => expectHolds(invariant(state, memory)),
      };
    },
  };
}

/**
 * A scenario that comes with earlyboot: kernel threads of padata, workqueues and deferred initialisation, sound or with a fault planted.
 * @throws InputError 'usage' for a name that there is not
 */
export async function builtinScenario(name: ScenarioName): Promise<Scenario> {
  const { allScenarios, findScenario } = await import('../scenarios/catalogue.ts');
  const scenario = findScenario(name);
  if (scenario !== undefined) return scenario;
  const closest = didYouMean(
    name,
    allScenarios().map((known) => known.name),
  );
  throw new InputError(
    'usage',
    `scenario "${name}"${closest || ': expected one that earlyboot explore lists'}`,
  );
}

function threadOf<State>(
  thread: (k: Kernel, state: State) => Kthread,
  states: WeakMap<Memory, { readonly state: State }>,
): KernelFunction {
  return function* (k, shared) {
    const found = states.get(k.mem);
    if (found === undefined) throw new Bug('a thread started before its state was made');
    yield* thread(k, found.state);
    if ((yield* atomicAddReturn(shared, -1)) === 0) yield* complete(k, shared + 1);
  };
}

function* prelude(k: Kernel): Kthread {
  yield* workqueueInit(k);
  padataInit(k);
}

function* startAll(k: Kernel, threads: number): Kthread {
  const shared = k.mem.alloc(1 + COMPLETION_WORDS);
  k.mem.fresh(shared, 1, 'threads running');
  k.mem.writeOnce(shared, threads);
  initCompletion(k, shared + 1);
  k.mem.fresh(shared + 1, COMPLETION_WORDS, 'all ended', COMPLETION_FIELDS);
  for (let i = 0; i < threads; i += 1) yield* kthreadRun(`thread${i}`, shared, `thread${i}`);
  yield* waitForCompletion(k, shared + 1);
}

function expectHolds(answer: boolean | string | void): void {
  if (typeof answer === 'string') throw new Bug(answer);
  if (answer === false) throw new Bug('the invariant does not hold');
}

/** How to search. */
export interface ScheduleOptions extends Partial<Omit<ExploreOptions, 'onProgress'>> {
  /** A token that a failure printed: that schedule alone is run. */
  readonly replay?: string;
}

/** A search's outcome; `drawing` shows the shortest schedule that failed, CPUs × steps. */
export interface ScheduleResult extends ExploreResult {
  readonly drawing: string | undefined;
}

const RULES: OptionRules<ScheduleOptions> = {
  strategy: oneOf(...STRATEGIES),
  schedules: WHOLE_FROM_1,
  seed: SEED,
  replay: TEXT,
  onProgress: FUNCTION,
};
const DEFAULT: ExploreOptions = { strategy: 'exhaustive', schedules: 10_000, seed: 1 };

/**
 * Runs schedule after schedule until one fails, none is left (`complete`), or `schedules` are done; 10,000 of an exhaustive search
 * where nothing else is asked for.
 * @throws InputError 'usage' for a replay token of another scenario
 */
export function exploreSchedules(scenario: Scenario, options: ScheduleOptions = {}): ScheduleResult {
  checkOptions('exploreSchedules', options, RULES);
  const search = { ...DEFAULT, ...options };
  if (options.replay !== undefined) return replayed(scenario, options.replay, search);
  const result = explore(scenario, search);
  const { failure } = result;
  const drawing =
    failure && drawSchedule(failure.shortest.trace, scenario.cpus, failure.shortest.error?.message);
  return { ...result, drawing };
}

function replayed(scenario: Scenario, text: string, { strategy }: ExploreOptions): ScheduleResult {
  const token = parseToken(text);
  if (token.scenario !== scenario.name)
    throw new InputError('usage', `replay ${text}: expected a token of scenario ${scenario.name}`);
  const outcome = replay(scenario, token.choices);
  const { error, choices, steps, trace } = outcome;
  const counts = { scenario: scenario.name, strategy, schedules: 1, steps, complete: false };
  if (error === undefined) return { ...counts, failure: undefined, drawing: undefined };
  const failure = { schedule: 1, message: error.message, choices, shortest: outcome, token: text };
  return { ...counts, failure, drawing: drawSchedule(trace, scenario.cpus, error.message) };
}
