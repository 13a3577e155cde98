// Deferred init on emulated x86 CPUs: the guest's code initialises real struct pages, virtual time orders the run.
import { lapicAddress } from '../arch/x86/lapic_address.ts';
import { smpBroughtUp } from '../init/main.ts';
import type { RunRecord } from '../init/record.ts';
import { InputError } from '../lib/input-error.ts';
import { bringUpEmulatedCpus, type EmulatedCpusOptions } from '../cpus/emulated/bring-up.ts';
import { CPUS_MAX } from '../cpus/emulated/options.ts';
import type { EmulatedRecord } from '../cpus/emulated/record.ts';
import { runOnEmulatedCpus, type EmulatedOptions } from '../cpus/emulated/run.ts';
import type { DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import type { Memmap } from '../mm/memmap.ts';
import { deferredOf, topologyOf, type EarlyBoot } from './early.ts';
import { finishBoot } from './finish.ts';
import { earlyMemmap } from './threads.ts';

/** What the edges may choose; the rest comes from the machine. */
export interface EmulatedBootOptions
  extends
    Pick<EmulatedOptions, 'loop' | 'seed' | 'signal' | 'fault'>,
    Pick<EmulatedCpusOptions, 'tolerateCpuLoss' | 'workers' | 'deadlineMs' | 'faults'> {
  readonly machine: string;
  readonly maxThreads: DeferredPageInitMaxThreads;
}

/** A finished boot: its struct pages and what each CPU did. */
export interface EmulatedBootRun {
  readonly record: RunRecord;
  readonly memmap: Memmap;
  readonly emulated: EmulatedRecord;
}

/**
 * @throws InputError 'memory' where the host has too little for the struct pages, 'guest' above 256 CPUs; both before anything runs
 * @throws CpuLost where a CPU does not come up or is lost, unless that is tolerated
 * @throws Bug where a page is left out or done twice
 */
export async function bootOnEmulatedCpus(
  early: EarlyBoot,
  options: EmulatedBootOptions,
): Promise<EmulatedBootRun> {
  const { x86, started, profile } = early;
  const { ctx } = x86;
  if (started.onlineCpus.length > CPUS_MAX)
    throw new InputError(
      'guest',
      `${options.machine}: ${started.onlineCpus.length} CPUs come up: expected at most ${CPUS_MAX} with --cpus emulated (maxcpus= starts fewer)`,
    );
  const { memmap, memory } = earlyMemmap(early, options.machine);
  const cpus = await bringUpEmulatedCpus({
    ...options,
    // what maxcpus= leaves out is not made: it would cost memory and no line of the log
    cpus: ctx.cpus.map(({ apicId, node }, cpu) => ({
      apicId,
      node,
      present: started.onlineCpus.includes(cpu),
    })),
    possibleNodes: x86.numa.nodesPossible.size,
    lapicAddress: lapicAddress(x86.bootParams, x86.acpiDisabled) ?? undefined,
    maxCpus: started.onlineCpus.length,
  });
  const deferred = deferredOf(early, options.maxThreads);
  const boot = {
    topology: topologyOf(early),
    deferred,
    padata: profile.padata,
    memmap: { shape: memmap.shape, memory },
  };
  const result = await runOnEmulatedCpus(boot, cpus, options);
  ctx.printk.step = 'smp_init';
  for (const { level, text } of result.lines) ctx.printk.print(text, level);
  smpBroughtUp(x86, result.broughtUp.length);
  for (const { message } of result.lost) ctx.warn(message);
  const record = finishBoot(early, deferred, result, {
    machine: options.machine,
    cpus: 'emulated',
    online: result.online,
  });
  return { record, memmap, emulated: result.record };
}
