// Early boot on what the payload handed over: everything up to deferred init, which the drivers run.
import { newX86State } from '../arch/x86/index.ts';
import type { BootParams } from '../arch/x86/boot/params.ts';
import { setupArch } from '../arch/x86/setup.ts';
import type { X86State } from '../arch/x86/state.ts';
import { deferredContext } from '../init/deferred_context.ts';
import type { BootProfile } from '../kernels/list.ts';
import type { RecordMemblockEvent } from '../init/record.ts';
import { memblockTables, type EarlyMoments, type MemblockTables } from '../init/run_record.ts';
import { startKernelAfterSetupArch, type StartedKernel } from '../init/main.ts';
import type { LogLine } from '../kernel/printk.ts';
import type { PhysAddr } from '../lib/units.ts';
import type { Topology } from '../kernel/kernel.ts';
import type { DeferredContext, DeferredPageInitMaxThreads } from '../mm/deferred.ts';

export interface EarlyOptions {
  readonly profile: BootProfile;
  /** Physical address of the kernel, where it is known. */
  readonly kernelAt?: PhysAddr | undefined;
  /** Called for each log line as it is printed. */
  readonly onLine?: ((line: LogLine) => void) | undefined;
  /** What the machine's own description already warned of. */
  readonly warnings?: readonly string[] | undefined;
}

/** A machine as page_alloc_init_late finds it. */
export interface EarlyBoot {
  readonly x86: X86State;
  readonly started: StartedKernel;
  readonly profile: BootProfile;
  readonly moments: EarlyMoments;
}

/**
 * Runs setup_arch and start_kernel up to deferred init. Nothing of it depends on time or on another CPU.
 * @throws InputError where no kernel could boot on the map, Bug where the model contradicts itself
 */
export function earlyBoot(bootParams: BootParams, options: EarlyOptions): EarlyBoot {
  const { profile, onLine } = options;
  const warnings = [...(options.warnings ?? []), ...firmwareWarnings(bootParams)];
  const memblockEvents: RecordMemblockEvent[] = [];
  const x86 = newX86State(
    bootParams,
    {
      profile: profile.kernel,
      kernelAt: options.kernelAt,
      ...(onLine ? { onLine } : {}),
      onMemblock: (event, step) => memblockEvents.push({ step, ...event }),
    },
    warnings,
  );
  const { ctx } = x86;
  ctx.printk.step = 'start_kernel';
  ctx.printk.print(profile.kernel.image.banner, 5);
  setupArch(x86);
  let freeAll: MemblockTables = { memory: [], reserved: [] };
  const started = startKernelAfterSetupArch(x86, {
    onFreeAll: () => (freeAll = memblockTables(ctx.memblock)),
  });
  const late = memblockTables(ctx.memblock);
  return { x86, started, profile, moments: { freeAll, late, memblockEvents, warnings } };
}

/** What the payload met on its way that a kernel passes over in silence. */
function firmwareWarnings({ e820Ignored, e820End, acpiProblems }: BootParams): string[] {
  const warnings = [...acpiProblems];
  if (e820Ignored > 0)
    warnings.push(
      `firmware map: ${e820Ignored} entries beyond the first 128 are ignored, as Linux ignores them`,
    );
  if (e820End === 'no-smap')
    warnings.push(
      'firmware map: INT 15h E820 answered without its signature SMAP: Linux throws the map away',
    );
  return warnings;
}

/** What deferred init takes from the machine, with the hook that says how many threads a node may have. */
export function deferredOf(early: EarlyBoot, maxThreads: DeferredPageInitMaxThreads): DeferredContext {
  return deferredContext(early.x86.ctx, early.profile.deferred, maxThreads);
}

/** The machine's CPUs and nodes as kernel threads see them. */
export function topologyOf(early: EarlyBoot): Topology {
  const { ctx } = early.x86;
  return {
    nrCpuIds: ctx.nrCpuIds,
    nrPossible: ctx.cpus.length,
    nodeOfCpu: ctx.cpus.map((cpu) => cpu.node),
    nrNodeIds: ctx.nrNodeIds,
  };
}
