// What a user's job would take on a machine, by threads: the rows of `predict --user`.
import { InputError } from '../../lib/input-error.ts';
import { GiB, MiB, PAGE_SIZE, type Nid } from '../../lib/units.ts';
import type { PadataRules } from '../../kernel/padata/rules.ts';
import { resolveTiming } from '../../cpus/simulated/cost/timing.ts';
import type { TimingSpec } from '../../machine/spec/timing.ts';
import type { EarlyState } from '../deferred-time.ts';
import type { Predicted } from '../predict.ts';
import { publishedUserRows } from '../published/users.ts';
import { Z90 } from '../uncertainty.ts';
import { userCosts, type UserCosts, type UserName } from './costs.ts';
import { hugetlbPool, rangeOf, vfioJob, type Placement } from './jobs.ts';
import { loadThreads } from './load.ts';
import { timeJob, type TimedJob, type TimedRun, type UserMachine } from './simulate.ts';

/** Another program beside the job. */
export interface LoadSpec {
  readonly name: string;
  readonly threads: number;
  /** Work of each thread, seconds alone. */
  readonly seconds: number;
}

export interface UserInput {
  readonly user: UserName;
  readonly machine: string;
  readonly kernel: string;
  readonly state: EarlyState;
  readonly timing: TimingSpec;
  readonly padata: PadataRules;
  readonly sizeBytes: number;
  readonly threads: readonly number[];
  /** Pages; of vfio-pin. */
  readonly lockedVmCache: number;
  /** Memory and threads on this node; null: threads anywhere, memory where they run. */
  readonly node: Nid | null;
  readonly hugePageBytes: number;
  readonly load: LoadSpec | null;
  /** quota / period of the caller's CPU group; null: none. */
  readonly quotaCpus: number | null;
  /** Whether the machine is a built-in one, whose published figures are its own. */
  readonly builtin: boolean;
}

export interface UserPredictionRow {
  /** As asked. */
  readonly threads: number;
  /** That the job got: caps and the pool may leave fewer. */
  readonly workers: number;
  readonly ms: Predicted;
  readonly published: { readonly ms: number; readonly fitted: boolean } | null;
  /** The load beside it, milliseconds until its last thread was through; null without one. */
  readonly load: { readonly name: string; readonly aloneMs: number; readonly ms: number } | null;
}

export interface UserPrediction {
  readonly user: UserName;
  readonly machine: string;
  readonly kernel: string;
  readonly source: 'model';
  readonly sizeBytes: number;
  readonly lockedVmCache: number | null;
  readonly node: Nid | null;
  /** Whether costs are this machine's own or scaled from the one they were fitted on. */
  readonly calibrated: boolean;
  readonly rows: readonly UserPredictionRow[];
}

/** Relative errors (one standard deviation): of a machine whose table was fitted, and of costs that are scaled to another. */
const CALIBRATED_ERROR = 0.07;
const SCALED_ERROR = 0.3;
/** The built-in machine whose vfio figures were fitted. */
const FITTED_MACHINE = 'skylake-768g';

/** Predicts `input.threads`. Deterministic. @throws InputError for a node that is not there, or a size of nothing */
export function predictUser(input: UserInput): UserPrediction {
  const { user, sizeBytes, state, node } = input;
  const timing = resolveTiming(input.timing);
  const machine = machineOf(state, timing.allCoreClock, timing.htFactor);
  const placement = placementOf(state, node);
  const calibrated = input.builtin && user === 'vfio-pin' && input.machine === FITTED_MACHINE;
  const costs = hugeCosts(calibrated ? userCosts(user, CALIBRATED_TIMING) : userCosts(user, timing), input);
  const pages = Math.floor(sizeBytes / (user === 'hugetlb' ? input.hugePageBytes : PAGE_SIZE));
  if (pages < 1) throw new InputError('usage', `--size ${sizeBytes}: expected at least one page`);
  const published = input.builtin ? publishedUserRows(user, input.machine, pages, input.lockedVmCache) : [];
  const error = calibrated ? CALIBRATED_ERROR : SCALED_ERROR;
  const rows = input.threads.map((threads): UserPredictionRow => {
    const run = timeOne(input, machine, costs, jobOf(input, pages, threads, placement));
    const ms = run.seconds * 1000;
    const row = published.find((known) => known.threads === threads);
    return {
      threads,
      workers: run.workers,
      ms: { value: ms, low: Math.max(0, ms * (1 - Z90 * error)), high: ms * (1 + Z90 * error) },
      published: row ? { ms: row.seconds * 1000, fitted: row.fitted } : null,
      load: input.load && {
        name: input.load.name,
        aloneMs: input.load.seconds * 1000 * Math.max(1, input.load.threads / machine.cpus.length),
        ms: run.loadSeconds * 1000,
      },
    };
  });
  return {
    ...{
      user,
      machine: input.machine,
      kernel: input.kernel,
      source: 'model',
      sizeBytes,
      node,
      calibrated,
      rows,
    },
    lockedVmCache: user === 'vfio-pin' ? input.lockedVmCache : null,
  };
}

/** What userCosts() scales by where nothing is to be scaled. */
const CALIBRATED_TIMING = resolveTiming({ cpu: 'skylake' });

/** CPUs that are up, numbered as they are. */
function machineOf(state: EarlyState, allCoreClock: number, htFactor: number): UserMachine {
  const cpus = state.onlineCpus.map((cpu) => ({
    node: Math.max(0, state.topology.nodeOfCpu[cpu] ?? 0),
    core: state.coreOfCpu[cpu] ?? cpu,
  }));
  return { cpus, allCoreClock, htFactor };
}

function placementOf(state: EarlyState, node: Nid | null): Placement {
  if (node === null) return { node: null };
  const nodes = state.topology.nrNodeIds;
  if (!Number.isSafeInteger(node) || node < 0 || node >= nodes)
    throw new InputError('usage', `--node ${node}: expected a node of the machine, 0 to ${nodes - 1}`);
  const cpus = state.onlineCpus.flatMap((cpu, i) => (state.topology.nodeOfCpu[cpu] === node ? [i] : []));
  return cpus.length > 0 ? { node, cpus } : { node };
}

/** Costs are of huge pages of 2 MiB; larger ones take as many times as long. */
function hugeCosts(costs: UserCosts, { user, hugePageBytes }: UserInput): UserCosts {
  if (user !== 'hugetlb') return costs;
  const times = hugePageBytes / (2 * MiB);
  return { ...costs, pageNs: costs.pageNs * times, pageBytes: costs.pageBytes * times };
}

function jobOf(input: UserInput, pages: number, threads: number, placement: Placement): TimedJob {
  switch (input.user) {
    case 'vfio-pin':
      return vfioJob(pages, threads, input.lockedVmCache, placement);
    case 'hugetlb':
      return hugetlbPool(pages, threads, placement);
    case 'pmem':
    case 'munmap':
      return rangeOf(input.user, pages, threads, placement);
  }
}

function timeOne(input: UserInput, machine: UserMachine, costs: UserCosts, job: TimedJob): TimedRun {
  const { load, quotaCpus, padata } = input;
  return timeJob(machine, costs, job, {
    padata,
    quotaCpus: quotaCpus ?? undefined,
    load: load ? loadThreads(load.name, load.threads, load.seconds) : [],
  });
}

/**
 * `NAME:THREADS[:SECONDS]`; a minute where the seconds are left out.
 * @throws InputError 'usage'
 */
export function parseLoad(text: string): LoadSpec {
  const match = /^([^:]+):(\d+)(?::(\d+(?:\.\d+)?))?$/.exec(text);
  const threads = Number(match?.[2]);
  const seconds = Number(match?.[3] ?? 60);
  if (match?.[1] === undefined || threads < 1 || threads > 4096 || seconds <= 0 || seconds > 1e6)
    throw new InputError('usage', `--load ${text}: expected NAME:THREADS or NAME:THREADS:SECONDS`);
  return { name: match[1], threads, seconds };
}

/** `2M` or `1G` in bytes. @throws InputError 'usage' */
export function parseHugePage(text: string): number {
  if (text === '2M') return 2 * MiB;
  if (text === '1G') return GiB;
  throw new InputError('usage', `--huge-page ${text}: expected 2M or 1G`);
}
