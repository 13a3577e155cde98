// The hand-out of chunks alone: N threads in padata_mt_helper() on one job, without workqueues. Small enough to try every order.
import type { Kernel, KernelFunction } from '../kernel/kernel.ts';
import { initCompletion, waitForCompletion } from '../kernel/completion.ts';
import { kthreadRun } from '../kernel/kthread.ts';
import { padataMtHelper } from '../kernel/padata.ts';
import { MtJobState } from '../kernel/padata/multithreaded.ts';
import { PADATA_WORK_WORDS, padataWorkInit } from '../kernel/padata/works.ts';
import type { Kthread } from '../cpu/op.ts';
import type { Scenario } from '../cpus/simulated/explore/scenario.ts';
import { PageLedger } from '../mm/deferred/ledger.ts';
import { worldMaker, UNITS, UnitsDone, worldText } from './world.ts';

export interface HandOutOptions {
  readonly name: string;
  readonly about?: string;
  readonly cpus: number;
  readonly chunks: number;
  /** padata_mt_helper(), or a version of it with a fault. */
  readonly helper?: KernelFunction;
}

/** Units in a chunk: two, so that a chunk that is off by one is seen. */
const CHUNK = 2;

/** A job of `chunks` chunks for as many threads as there are CPUs. */
export function handOut<Name extends string>({
  name,
  about,
  cpus,
  chunks,
  helper = padataMtHelper,
}: HandOutOptions & { readonly name: Name }): Scenario<Name> {
  const text = worldText({ padataMtHelper: helper });
  const world = worldMaker({ nodeOfCpu: new Array<number>(cpus).fill(0), text });
  const size = chunks * CHUNK;
  // one run at a time: each begins with what is cleared
  const ledger = new PageLedger();
  const works = { [UNITS]: new UnitsDone(ledger).leaf };
  return {
    name,
    about: about ?? `${cpus} CPUs take ${chunks} chunks of one job: each chunk once, and the job completes`,
    cpus,
    setup: (mem) => {
      const k = world(mem);
      ledger.clear();
      return {
        boot: handOutBoot(k, helper, cpus, size),
        spawn: (_entry, arg) => helper(k, arg),
        works,
        check: () => ledger.expectAll([{ startPfn: 0, endPfn: size }]),
      };
    },
  };
}

function* handOutBoot(k: Kernel, helper: KernelFunction, threads: number, size: number): Kthread {
  const ps = new MtJobState(k.mem, k.mem.alloc(MtJobState.WORDS));
  k.mem.fresh(ps.base, MtJobState.WORDS, 'job', MtJobState.FIELDS);
  initCompletion(k, ps.completion);
  ps.threadFn = k.text.address(UNITS);
  ps.fnArg = 0;
  ps.start = 0;
  ps.size = size;
  ps.nworks = threads;
  ps.nworksFini = 0;
  ps.chunkSize = CHUNK;
  const works = k.mem.alloc(threads * PADATA_WORK_WORDS);
  for (let i = 0; i < threads; i += 1) {
    const pw = works + i * PADATA_WORK_WORDS;
    padataWorkInit(k, pw, k.text.address('padataMtHelper'), ps.base);
    if (i > 0) yield* kthreadRun('padataMtHelper', pw, `helper${i}`, [i]);
  }
  yield* helper(k, works);
  yield* waitForCompletion(k, ps.completion);
}
