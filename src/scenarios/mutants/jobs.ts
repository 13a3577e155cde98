// padata_do_multithreaded() with one fault each. The rest is as in padata/multithreaded.ts.
import { initCompletion, waitForCompletion } from '../../kernel/completion.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { PadataMtJob } from '../../kernel/padata.ts';
import { MtJobState } from '../../kernel/padata/multithreaded.ts';
import {
  PADATA_WORK_WORDS,
  padataWorkAllocMt,
  padataWorkInit,
  padataWorksFree,
} from '../../kernel/padata/works.ts';
import { queueWork } from '../../kernel/workqueue.ts';
import type { Kthread, Word } from '../../cpu/op.ts';
import type { DoMultithreaded } from '../mt-job.ts';

interface Faults {
  /** The number of threads that the job waits for, of those wanted and those it got. */
  readonly count?: (wanted: number, got: number) => number;
  /** Works that go back to the pool. */
  readonly returned?: (works: readonly Word[]) => readonly Word[];
}

function* faulty(k: Kernel, job: PadataMtJob, faults: Faults): Kthread {
  const { start, size, threadFn, fnArg } = job;
  const wanted = k.padata.nworks(job);
  const ps = new MtJobState(k.mem, k.mem.alloc(MtJobState.WORDS + PADATA_WORK_WORDS));
  k.mem.fresh(ps.base, MtJobState.WORDS, 'job', MtJobState.FIELDS);
  initCompletion(k, ps.completion);
  ps.threadFn = k.text.address(threadFn);
  ps.fnArg = fnArg;
  ps.start = start;
  ps.size = size;
  ps.nworksFini = 0;
  const works: Word[] = [];
  const helper = k.text.address('padataMtHelper');
  const got = yield* padataWorkAllocMt(k, wanted, helper, ps.base, works);
  ps.nworks = faults.count?.(wanted, got) ?? got;
  ps.chunkSize = k.padata.chunkSize(job, got);
  for (const pw of works) yield* queueWork(k, pw);
  const myWork = ps.base + MtJobState.WORDS;
  padataWorkInit(k, myWork, helper, ps.base);
  yield* k.text.at(helper)(k, myWork);
  yield* waitForCompletion(k, ps.completion);
  yield* padataWorksFree(k, faults.returned?.(works) ?? works);
}

/** One work stays out of the pool. */
export const leaksWork: DoMultithreaded = (k, job) => faulty(k, job, { returned: (works) => works.slice(1) });

/** The job waits for the helpers that it wanted, not for those that the shared pool gave it. */
export const countsWanted: DoMultithreaded = (k, job) => faulty(k, job, { count: (wanted) => wanted });
