// Mirrors kernel/padata.c (v6.1): work farmed out to several CPUs. multithreaded.ts splits one job among threads; serial.ts takes
// objects that are worked on in parallel and called back in order, with instance.ts, parallel-data.ts and hotplug.ts for the CPUs;
// works.ts is the pool that all share; how versions differ is in rules.ts and profiles.ts.
import type { Kernel, KernelFunction } from './kernel.ts';
import { initListHead } from './list.ts';
import type { Kthread } from '../cpu/op.ts';
import {
  padataDoMultithreaded as padataDoMultithreadedMerged,
  padataMtHelper,
  type PadataMtJob,
} from './padata/multithreaded.ts';
import { padataDoMultithreadedRfc, padataMtCancellable, padataMtThread } from './padata/rfc2022/run.ts';
import { padataParallelWorker, padataSerialWorker } from './padata/serial.ts';
import { padataWorksInit } from './padata/works.ts';

export { padataDoParallel, padataDoSerial } from './padata/serial.ts';
export {
  padataAlloc,
  padataAllocShell,
  padataFree,
  padataFreeShell,
  padataSetCpumask,
  showCpumask,
  storeCpumask,
} from './padata/instance.ts';
export { padataMtHelper, type PadataMtJob } from './padata/multithreaded.ts';
export { padataDoMultithreadedRfc, type PadataRfcJob } from './padata/rfc2022/run.ts';

/** Functions that padata needs in the kernel's text. */
export const PADATA_FUNCTIONS: Readonly<Record<string, KernelFunction>> = {
  padataMtHelper,
  padataMtThread,
  padataMtCancellable,
  padataParallelWorker,
  padataSerialWorker,
};

/** padata_do_multithreaded() as the kernel at hand has it: merged, or the RFC's with what can fail left to nobody. */
export function padataDoMultithreaded(k: Kernel, job: PadataMtJob): Kthread {
  return k.padata.runtime === undefined ? padataDoMultithreadedMerged(k, job) : withoutError(k, job);
}

function* withoutError(k: Kernel, job: PadataMtJob): Kthread {
  yield* padataDoMultithreadedRfc(k, job);
}

/** padata_init(): called once, after the CPUs are up and before page_alloc_init_late(). */
export function padataInit(k: Kernel): void {
  initListHead(k.mem, k.data.padataInstances);
  padataWorksInit(k, k.topology.nrPossible);
}
