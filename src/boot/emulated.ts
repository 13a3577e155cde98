// Deferred init on emulated x86 CPUs: the guest's code initialises real struct pages, virtual time orders the run.
import { lapicAddress } from '../arch/x86/lapic_address.ts';
import {
  bringUpEmulatedCpus,
  type EmulatedCpus,
  type EmulatedCpusOptions,
} from '../cpus/emulated/bring-up.ts';
import { CPUS_MAX } from '../cpus/emulated/options.ts';
import { runOnEmulatedCpus, type EmulatedOptions } from '../cpus/emulated/run.ts';
import { InputError } from '../lib/input-error.ts';
import type { EarlyBoot } from './early.ts';
import { finishBoot, type BootRun } from './finish.ts';
import { earlyMemmap } from './memmap.ts';
import { pageCounter, type BootProgress } from './progress.ts';

/** What the edges may choose; the rest comes from the machine. */
export interface EmulatedBootOptions
  extends
    Pick<EmulatedOptions, 'loop' | 'seed' | 'signal' | 'fault'>,
    Pick<EmulatedCpusOptions, 'tolerateCpuLoss' | 'workers' | 'deadlineMs' | 'faults'> {
  readonly onProgress?: BootProgress | undefined;
}

/**
 * @throws InputError 'memory' where the host has too little for the struct pages, 'guest' above 256 CPUs; both before anything runs
 * @throws CpuLost where a CPU does not come up or is lost, unless that is tolerated
 * @throws Bug where a page is left out or done twice
 */
export async function bootOnEmulatedCpus(early: EarlyBoot, options: EmulatedBootOptions): Promise<BootRun> {
  const { topology, deferred, profile, started, machine } = early;
  if (started.onlineCpus.length > CPUS_MAX)
    throw new InputError(
      'guest',
      `${machine}: ${started.onlineCpus.length} CPUs come up: expected at most ${CPUS_MAX} with --cpus emulated (maxcpus= starts fewer)`,
    );
  const { memmap, memory } = earlyMemmap(early);
  const result = await runOnEmulatedCpus(
    { topology, deferred, padata: profile.padata, memmap: { shape: memmap.shape, memory } },
    await bringUp(early, options),
    { ...options, onPages: pageCounter(deferred.nodes, options.onProgress) },
  );
  const outcome = {
    ...{ ...result, broughtUp: result.broughtUp.length, bringUpLines: result.lines },
    warnings: result.lost.map(({ message }) => message),
  };
  return { record: finishBoot(early, outcome, 'emulated'), memmap, emulated: result.record };
}

/** The CPUs that the kernel starts, as x86 guests that are up and wait. */
function bringUp({ x86, started }: EarlyBoot, options: EmulatedBootOptions): Promise<EmulatedCpus> {
  return bringUpEmulatedCpus({
    ...options,
    // what maxcpus= leaves out is not made: it would cost memory and no line of the log
    cpus: x86.ctx.cpus.map(({ apicId, node }, cpu) => ({
      apicId,
      node,
      present: started.onlineCpus.includes(cpu),
    })),
    possibleNodes: x86.numa.nodesPossible.size,
    lapicAddress: lapicAddress(x86.bootParams, x86.acpiDisabled) ?? undefined,
    maxCpus: started.onlineCpus.length,
    onCpu: (done, of) => options.onProgress?.('CPUs', done, of),
  });
}
