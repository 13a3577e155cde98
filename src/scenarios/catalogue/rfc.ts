// Jobs of the RFC of 2022, sound; rfc-mutants.ts has the planted faults.
import { PADATA_RFC_2022_CANCEL } from '../../kernel/padata/rfc2022/rules.ts';
import type { Scenario } from '../../cpus/simulated/explore/scenario.ts';
import { rfcJob, type RfcJobOptions } from '../rfc-job.ts';

const job = (size: number, maxThreads: number): RfcJobOptions['job'] => ({
  ...{ start: 0, size, align: 1, minChunk: 1, maxThreads },
});
/** Three threads, eight chunks. */
export const three = { cpus: 3, job: job(8, 3) };

export const rfc = rfcJob({
  ...three,
  name: 'rfc-job',
  about: 'a job of the RFC: each unit once, helpers raised one by one',
});
const rfc22 = rfcJob({
  cpus: 2,
  job: job(2, 2),
  name: 'rfc-job-2x2',
  about: 'the same with 2 threads and 2 chunks',
});
export const rfcFails = rfcJob({
  ...three,
  failing: [3],
  name: 'rfc-fails',
  about: 'a chunk in the middle fails: what succeeded is undone once, nothing is left',
});
const rfcFailsAnywhere = Array.from({ length: 8 }, (_, unit) =>
  rfcJob({
    ...three,
    failing: [unit],
    name: `rfc-fails-${unit}`,
    about: `chunk ${unit} of 8 fails, on whichever thread has it`,
  }),
);
const rfcFailsTwice = rfcJob({
  ...three,
  failing: [1, 2],
  name: 'rfc-fails-twice',
  about: 'two chunks fail: the first error is kept, neither is undone',
});
const rfcFails22 = rfcJob({
  cpus: 2,
  job: job(2, 2),
  failing: [1],
  name: 'rfc-fails-2x2',
  about: 'two threads, two chunks, the second fails: every order',
});
const rfcNoHelper = rfcJob({
  ...three,
  noHelper: [0],
  name: 'rfc-no-helper',
  about: 'a helper that cannot be made counts as finished: the others do its chunks',
});
const rfcAlone = rfcJob({
  ...three,
  noHelper: [0, 1],
  failing: [5],
  name: 'rfc-alone',
  about: 'no helper can be made: the caller does all, and undoes it when it fails',
});
const rfcQuota0 = rfcJob({
  ...three,
  quotaNs: 999,
  failing: [4],
  name: 'rfc-quota-0',
  about: 'a quota below one CPU: no helpers, through the pool all the same, with undo',
});
const rfcDebt = rfcJob({
  ...three,
  quotaNs: 3000,
  refills: true,
  name: 'rfc-debt',
  about:
    'helpers are charged to the group while its timer refills it: no time is lost, debt only without runtime',
});
export const rfcCharge = rfcJob({
  ...three,
  quotaNs: 3000,
  name: 'rfc-charge',
  about: "all of the helpers' time is taken off the group, what it does not have as debt",
});
const rfcCancel = rfcJob({
  ...three,
  rules: PADATA_RFC_2022_CANCEL,
  name: 'rfc-cancel',
  about: 'renice_or_cancel: helpers that have not begun are cancelled, others raised and waited for',
});
export const rfcLocks = rfcJob({
  ...three,
  takesLock: true,
  name: 'rfc-locks',
  about: 'each thread takes a lock that the caller does not hold: lockdep is silent',
});

export const RFC = [
  rfc,
  rfc22,
  rfcFails,
  ...rfcFailsAnywhere,
  rfcFailsTwice,
  rfcFails22,
  rfcNoHelper,
  rfcAlone,
  rfcQuota0,
  rfcDebt,
  rfcCharge,
  rfcCancel,
  rfcLocks,
] as const satisfies readonly Scenario[];
