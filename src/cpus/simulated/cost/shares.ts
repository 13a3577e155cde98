// Who gets how much of a CPU where threads are more than CPUs: the scheduler's fairness as a fluid. Weights are those of nice values
// (sched_prio_to_weight: 1024 at nice 0, a quarter more or less for each step, 15 at nice 19); no thread gets more than one CPU, what
// it leaves goes to the others, and the balancer is taken to be perfect. docs/padata-users.md says how far that is from measurements.
import type { ActiveRun, CostModel } from '../cost-model.ts';

/** Weight of a nice value from -20 to 19: 1024 / 1.25^nice, rounded; 15 at 19. */
export function weightOf(nice: number): number {
  return Math.round(1024 / 1.25 ** nice);
}

/**
 * Shares of `cpus` CPUs for these weights, each at most its cap (1 where left out): proportional to weight, what a capped one
 * leaves goes to the rest.
 */
export function fairShares(weights: readonly number[], cpus: number, caps: readonly number[] = []): number[] {
  const shares = weights.map(() => 0);
  const capOf = (i: number): number => Math.min(caps[i] ?? 1, 1);
  let open = weights.map((_, i) => i);
  let left = cpus;
  for (;;) {
    const total = open.reduce((sum, i) => sum + (weights[i] as number), 0);
    const full = open.filter((i) => (left * (weights[i] as number)) / total >= capOf(i));
    if (full.length === 0) {
      for (const i of open) shares[i] = (left * (weights[i] as number)) / total;
      return shares;
    }
    for (const i of full) {
      shares[i] = capOf(i);
      left -= capOf(i);
    }
    open = open.filter((i) => !full.includes(i));
    if (open.length === 0) return shares;
  }
}

/** What limits the machine beside its memory. */
export interface Shares {
  readonly cpus: number;
  /** The group of the threads at nice 0 or above that are no helpers: CPUs that its quota allows (quota / period). */
  readonly quotaCpus?: number | undefined;
  /** Nice value of helpers, which are not throttled. */
  readonly helperNice?: number | undefined;
}

/** `base` with CPUs shared by weight, other programs' threads included: what they run is called `load`. */
export function sharedCosts(base: CostModel, { cpus, quotaCpus, helperNice }: Shares): CostModel {
  const isLoad = (run: ActiveRun): boolean => run.work === 'load';
  const capOf = (run: ActiveRun): number =>
    quotaCpus === undefined || isLoad(run) || run.nice === helperNice ? 1 : quotaCpus;
  return {
    ...base,
    workNs: (run) => (isLoad(run) ? (run.ns ?? 0) : base.workNs(run)),
    domain: () => 0,
    rates(runs, rates) {
      const own = new Map<number, number[]>();
      rates.fill(1);
      for (const [i, run] of runs.entries()) {
        if (isLoad(run)) continue;
        const domain = base.domain(run);
        own.set(domain, [...(own.get(domain) ?? []), i]);
      }
      for (const indexes of own.values()) {
        const some = new Float64Array(indexes.length);
        base.rates(
          indexes.map((i) => runs[i] as ActiveRun),
          some,
        );
        for (const [j, i] of indexes.entries()) rates[i] = some[j] as number;
      }
      const weights = runs.map((run) => weightOf(run.nice ?? 0));
      const shares = fairShares(weights, cpus, runs.map(capOf));
      for (const [i, share] of shares.entries()) rates[i] = (rates[i] as number) * share;
    },
  };
}
