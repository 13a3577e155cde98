// A job beside another program: what each does to the other, with helpers at nice 19 as the RFC has them, or at nice 0.
import { LOAD_ROWS, type LoadRow } from '../published/users.ts';
import type { LoadThread } from '../../cpus/simulated/options.ts';
import { PADATA_RFC_2022 } from '../../kernel/padata/rfc2022/rules.ts';
import { padataDoMultithreadedRfc } from '../../kernel/padata.ts';
import type { PadataRules, RuntimeRules } from '../../kernel/padata/rules.ts';
import type { UserCosts } from './costs.ts';
import { cpusOf } from './series.ts';
import { timeJob, type TimedJob, type TimedRun } from './simulate.ts';

/** Work without memory or locks: a unit is a millisecond of one CPU. */
const CPU_WORK: UserCosts = {
  ...{ pageNs: 1e6, pageBytes: 64, nodeGBs: Infinity },
  ...{ holdNs: 0, handoverNs: 0, waiterNs: 0 },
};

/** A job of so many CPU seconds for all CPUs, as padata_test makes them. */
function cpuJob(cpuSeconds: number, threads: number): TimedJob {
  const size = Math.round(cpuSeconds * 1000);
  return {
    ...{ leaf: 'work', hold: 'hold', holds: 1, node: 0, threadFns: {} },
    *run(k) {
      const job = { threadFn: 'work', fnArg: 0, start: 0, size, align: 1, minChunk: 1, maxThreads: threads };
      yield* padataDoMultithreadedRfc(k, job);
    },
  };
}

/** The RFC with its helpers at another nice value. */
export function helpersAt(nice: number): PadataRules {
  const runtime: RuntimeRules = { ...(PADATA_RFC_2022.runtime as RuntimeRules), helperNice: nice };
  return { ...PADATA_RFC_2022, runtime };
}

/** So many threads of another program, each with so many seconds of work. */
export function loadThreads(name: string, threads: number, seconds: number, nice = 0): LoadThread[] {
  return Array.from({ length: threads }, (_, i) => ({ name: `${name}/${i}`, nice, ns: seconds * 1e9 }));
}

/** CPUs of the machine of the published load table. */
const CPUS = 8;

/** A job of `cpuSeconds` and a row's load side by side. */
export function besideLoad(row: LoadRow, cpuSeconds: number, helperNice: number): TimedRun {
  // virtual CPUs of a guest: none shares a core
  const machine = { cpus: cpusOf([1, CPUS, 1]), allCoreClock: 1 };
  const load = loadThreads(row.load, row.threads, row.alone);
  return timeJob(machine, CPU_WORK, cpuJob(cpuSeconds, CPUS), { padata: helpersAt(helperNice), load });
}

/**
 * The work of each row's job, CPU seconds: its size was not published, so the one figure with helpers at nice 0 is fitted. The
 * other five figures of a row with its load are predictions.
 */
export function fittedCpuSeconds(row: LoadRow): number {
  let low = 1;
  let high = row.job.nice0 * CPUS;
  while (high - low > 0.05) {
    const middle = (low + high) / 2;
    if (besideLoad(row, middle, 0).seconds < row.job.nice0) low = middle;
    else high = middle;
  }
  return low;
}

/** A figure of the table beside the model's. */
export interface LoadFigure {
  readonly what: string;
  readonly column: 'helpers at nice 19' | 'helpers at nice 0';
  readonly published: number;
  readonly model: number;
  readonly fitted: boolean;
}

/** The published load table, all eight figures that a model can be wrong in. */
export function loadTable(): LoadFigure[] {
  return LOAD_ROWS.flatMap((row): LoadFigure[] => {
    const work = fittedCpuSeconds(row);
    return ([19, 0] as const).flatMap((nice): LoadFigure[] => {
      const run = besideLoad(row, work, nice);
      const column = `helpers at nice ${nice}` as const;
      const [load, job] = nice === 19 ? [row.nice19, row.job.nice19] : [row.nice0, row.job.nice0];
      return [
        { what: row.load, column, published: load, model: run.loadSeconds, fitted: false },
        { what: row.job.name, column, published: job, model: run.seconds, fitted: nice === 0 },
      ];
    });
  });
}
