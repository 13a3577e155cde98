// Assertions about work and words: padata's jobs, the log against a real one, schedules.
import { logLines } from '../machine/import/lines.ts';
import type { Boot } from '../api/boot.ts';
import {
  exploreSchedules,
  threadScenario,
  type Invariant,
  type ScheduleOptions,
  type ThreadScenario,
} from '../api/schedules.ts';
import type { RecordJob } from '../init/record.ts';
import { hex, type Nid } from '../lib/units.ts';
import type { Scenario } from '../cpus/simulated/explore/scenario.ts';
import { fidelityOf } from '../ask/verify/fidelity.ts';
import { cut, differing, type Finding } from './finding.ts';

/** What a job must be; `chunks` is their number. What is left out may be anything. */
export type ExpectedJob = Partial<Omit<RecordJob, 'node' | 'chunks'>> & { readonly chunks?: number };

/** Figures that are page frames or sizes that kernel code writes in hexadecimal. */
const HEX_KEYS: readonly string[] = ['start', 'size', 'align', 'minChunk', 'chunkSize'];

function jobText(job: Readonly<Record<string, string | number | undefined>>): string {
  const figures = Object.entries(job).map(([key, value]) =>
    typeof value === 'number' && HEX_KEYS.includes(key) ? `${key} ${hex(value)}` : `${key} ${value}`,
  );
  return figures.length === 0 ? 'any job' : figures.join(', ');
}

/** The figures of a job that `expected` asks about, in its order. */
function asked(job: RecordJob, expected: ExpectedJob): Record<string, string | number | undefined> {
  const figures = new Map<string, string | number>(Object.entries({ ...job, chunks: job.chunks.length }));
  return Object.fromEntries(Object.keys(expected).map((key) => [key, figures.get(key)]));
}

/** Whether a node had these calls of padata_do_multithreaded, in this order. */
export function jobs(boot: Boot, node: Nid, expected: readonly ExpectedJob[]): Finding {
  const found = boot.jobs.filter((job) => job.node === node);
  const lines: string[] = [];
  let wrong = found.length !== expected.length;
  for (let i = 0; i < Math.max(found.length, expected.length); i += 1) {
    const [want, is] = [expected[i], found[i]];
    const wanted = want && jobText({ ...want });
    const has = is && jobText(asked(is, want ?? { start: 0, size: 0, maxThreads: 0, chunks: 0 }));
    if (wanted !== undefined && wanted === has) {
      lines.push(`  job ${i}: ${wanted}`);
      continue;
    }
    wrong = true;
    if (wanted !== undefined) lines.push(`- job ${i}: ${wanted}`);
    if (has !== undefined) lines.push(`+ job ${i}: ${has}`);
  }
  if (!wrong) return null;
  return differing(
    `node ${node} made ${found.length} jobs, ${expected.length} were expected (- expected, + made)`,
    cut(lines),
  );
}

/** How much of a log must be the same. */
export interface LogLikeOptions {
  /** Share of the memory lines that must be the same, 1 where it is left out: all of them. */
  readonly atLeast?: number;
}

/** Whether the memory lines of a real kernel log were predicted. */
export function logLike(boot: Boot, realDmesg: string, { atLeast = 1 }: LogLikeOptions = {}): Finding {
  const result = fidelityOf(
    logLines(realDmesg).map(({ text }) => text),
    boot.log,
  );
  if (result.real === 0)
    return 'the real log has no memory lines: expected a kernel log from its first line on';
  if (result.fidelity >= atLeast) return null;
  const lines = result.differing.map(
    ({ from, text, step }) => `${from === 'real' ? '-' : '+'} ${text}${step === '' ? '' : `   (${step})`}`,
  );
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return differing(
    `${result.matched} of ${result.real} memory lines are as in the real log: ${percent(result.fidelity)}, expected ` +
      `${percent(atLeast)} (- real, + predicted)`,
    cut(lines),
  );
}

/** Whether a scenario holds in every schedule that the search tries; a failure shows the shortest and its replay token. */
export function everySchedule<State>(
  scenario: Scenario | ThreadScenario<State>,
  invariant: Invariant<State> | undefined,
  options: ScheduleOptions,
): Finding {
  const whole = 'threads' in scenario ? threadScenario(scenario, invariant) : scenario;
  const { failure, drawing, schedules } = exploreSchedules(whole, options);
  if (failure === undefined) return null;
  return [
    `${whole.name}: ${failure.message} (schedule ${failure.schedule} of ${schedules})`,
    drawing ?? '',
    `replay: ${failure.token}`,
  ].join('\n');
}
