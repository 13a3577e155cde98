// The search: schedule after schedule until one fails or none is left, then the shortest failing one that cutting finds.
import { ExhaustiveScheduler } from '../schedulers/exhaustive.ts';
import { PctScheduler } from '../schedulers/pct.ts';
import { RandomScheduler } from '../schedulers/random.ts';
import { ReplayScheduler } from '../schedulers/replay.ts';
import { RoundRobinScheduler } from '../schedulers/round-robin.ts';
import { Execution, type Outcome } from './execution.ts';
import type { Scenario } from './scenario.ts';
import type { Scheduler } from './scheduler.ts';
import { formatToken } from './token.ts';

export const STRATEGIES = ['random', 'pct', 'exhaustive', 'round-robin'] as const;
/** How schedules are chosen: at random, with few preemptions (pct), or all that can differ. */
export type Strategy = (typeof STRATEGIES)[number];

/** How to search, and how long. */
export interface ExploreOptions {
  readonly strategy: Strategy;
  /** At most so many. */
  readonly schedules: number;
  readonly seed: number;
  /** Called after each schedule; `of` is the most there will be. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
}

/** A schedule that fails. */
export interface Failure {
  /** Which of the schedules tried it was, from 1. */
  readonly schedule: number;
  readonly message: string;
  readonly choices: readonly number[];
  /** The shortest that was found, with its steps in words. */
  readonly shortest: Outcome;
  readonly token: string;
}

/** What a search found. */
export interface ExploreResult {
  readonly scenario: string;
  readonly strategy: Strategy;
  /** Schedules run to their end. */
  readonly schedules: number;
  readonly steps: number;
  /** No schedule is left: only an exhaustive search can say so. */
  readonly complete: boolean;
  readonly failure: Failure | undefined;
}

function schedulerFor({ strategy, seed }: ExploreOptions): Scheduler {
  switch (strategy) {
    case 'random':
      return new RandomScheduler(seed);
    case 'pct':
      return new PctScheduler(seed);
    case 'exhaustive':
      return new ExhaustiveScheduler();
    case 'round-robin':
      return new RoundRobinScheduler();
  }
}

/** Searches until a schedule fails, `schedules` are done, or none is left. */
export function explore(scenario: Scenario, options: ExploreOptions): ExploreResult {
  const execution = new Execution(scenario);
  const scheduler = schedulerFor(options);
  const { strategy } = options;
  const counts = { schedules: 0, steps: 0 };
  const result = (complete: boolean, failure?: Failure): ExploreResult => ({
    scenario: scenario.name,
    strategy,
    ...counts,
    complete,
    failure,
  });
  while (counts.schedules < options.schedules) {
    if (!scheduler.nextSchedule()) return result(strategy === 'exhaustive');
    const outcome = execution.run(scheduler);
    counts.steps += outcome.steps;
    if (outcome.abandoned) continue;
    counts.schedules += 1;
    options.onProgress?.(counts.schedules, options.schedules);
    if (outcome.error) return result(false, failureOf(scenario, execution, outcome, counts.schedules));
  }
  return result(false);
}

function failureOf(scenario: Scenario, execution: Execution, outcome: Outcome, schedule: number): Failure {
  const shortest = shorten(execution, outcome);
  const { choices } = shortest;
  const token = formatToken({ scenario: scenario.name, choices });
  const message = (shortest.error ?? outcome.error)?.message ?? '';
  return { schedule, message, choices: outcome.choices, shortest, token };
}

/** Runs one schedule with all steps in words. */
export function replay(
  scenario: Scenario,
  choices: readonly number[],
): Outcome & { readonly exact: boolean } {
  const scheduler = new ReplayScheduler(choices);
  const outcome = new Execution(scenario).run(scheduler, { traced: true });
  return { ...outcome, exact: scheduler.skipped === 0 };
}

/** What makes a failure the same: its message without numbers. */
function kind(error: Error | undefined): string {
  return error === undefined
    ? ''
    : `${error.name}: ${error.message.replace(/(0x)?[0-9a-f]*\d[0-9a-f]*/g, '#')}`;
}

interface Run {
  readonly id: number;
  readonly count: number;
}

/** Consecutive choices of one thread. */
function runsOf(choices: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const id of choices) {
    const last = runs.at(-1);
    if (last?.id === id) runs[runs.length - 1] = { id, count: last.count + 1 };
    else runs.push({ id, count: 1 });
  }
  return runs;
}

const choicesOf = (runs: readonly Run[]): number[] =>
  runs.flatMap(({ id, count }) => new Array<number>(count).fill(id));

/** Fewer switches first, then fewer steps. */
function better(a: Outcome, b: Outcome): boolean {
  const difference = runsOf(a.choices).length - runsOf(b.choices).length;
  return difference < 0 || (difference === 0 && a.steps < b.steps);
}

/** How often cutting may try: long schedules are not cut to the end. */
const MAX_ATTEMPTS = 2000;

/** Cuts runs out of a failing schedule as long as it fails in the same way; the best of all that failed, traced. */
function shorten(execution: Execution, found: Outcome): Outcome {
  const wanted = kind(found.error);
  const attempt = (choices: readonly number[]): Outcome => execution.run(new ReplayScheduler(choices));
  let best = found;
  let attempts = 0;
  for (let improved = true; improved;) {
    improved = false;
    const runs = runsOf(best.choices);
    for (let i = 0; i < runs.length && !improved && attempts < MAX_ATTEMPTS; i += 1) {
      attempts += 1;
      const without = attempt(choicesOf(runs.toSpliced(i, 1)));
      if (kind(without.error) === wanted && better(without, best)) {
        best = without;
        improved = true;
      }
    }
  }
  return execution.run(new ReplayScheduler(best.choices), { traced: true });
}
