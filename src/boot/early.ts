// Early boot on what the payload handed over: everything up to deferred init, which a kind of CPU runs.
import { newX86State } from '../arch/x86/index.ts';
import type { BootParams } from '../arch/x86/boot/params.ts';
import { deferredPageInitMaxThreads } from '../arch/x86/init_64.ts';
import { setupArch } from '../arch/x86/setup.ts';
import type { X86State } from '../arch/x86/state.ts';
import { deferredContext } from '../init/deferred_context.ts';
import type { BootProfile } from '../kernels/list.ts';
import type { RecordMemblockEvent } from '../init/record.ts';
import { memblockTables, type EarlyMoments, type MemblockTables } from '../init/run_record.ts';
import { startKernelAfterSetupArch, type StartedKernel } from '../init/main.ts';
import type { LogLine } from '../kernel/printk.ts';
import { hex, type PhysAddr } from '../lib/units.ts';
import type { Topology } from '../kernel/kernel.ts';
import type { BootContext } from '../mm/context.ts';
import type { DeferredContext, DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { untilPanic } from './panic.ts';

export interface EarlyOptions {
  /** The machine's name in messages and in the record. */
  readonly machine: string;
  readonly profile: BootProfile;
  /** Physical address of the kernel, where it is known. */
  readonly kernelAt?: PhysAddr | undefined;
  /** KASLR is at work, wherever it put the kernel. */
  readonly kaslr?: boolean | undefined;
  /** KASLR put it somewhere else than where this boot has it. */
  readonly kernelUnknown?: boolean | undefined;
  /** Called for each log line as it is printed. */
  readonly onLine?: ((line: LogLine) => void) | undefined;
  /** What the machine's own description already warned of. */
  readonly warnings?: readonly string[] | undefined;
}

/** A machine as page_alloc_init_late finds it: what a kind of CPU goes on from, and what the record tells of the way there. */
export interface EarlyBoot {
  readonly machine: string;
  readonly profile: BootProfile;
  readonly x86: X86State;
  readonly started: StartedKernel;
  readonly moments: EarlyMoments;
  /** CPUs and nodes as kernel threads see them. */
  readonly topology: Topology;
  /** What deferred init takes; x86's hook, until withMaxThreads() puts another in its place. */
  readonly deferred: DeferredContext;
}

/**
 * Runs setup_arch and start_kernel up to deferred init. Nothing of it depends on time or on another CPU.
 * @throws BootPanic where Linux panics, InputError where no kernel could boot on the map, Bug where the model contradicts itself
 */
export function earlyBoot(bootParams: BootParams, options: EarlyOptions): EarlyBoot {
  const { machine, profile, onLine } = options;
  const assumed = [...(profile.assumed ?? [])];
  const warnings = [...(options.warnings ?? []), ...assumed, ...firmwareWarnings(bootParams)];
  const memblockEvents: RecordMemblockEvent[] = [];
  const x86 = newX86State(
    bootParams,
    {
      profile: profile.kernel,
      kernelAt: options.kernelAt,
      kaslr: options.kaslr,
      ...(onLine ? { onLine } : {}),
      onMemblock: (event, step) => memblockEvents.push({ step, ...event }),
    },
    warnings,
  );
  const { ctx } = x86;
  if (options.kernelUnknown === true) {
    const place = `assumed: kernel at ${hex(x86.kernelStart)}: KASLR may have put it elsewhere, and nothing tells where (--kernel-at does)`;
    assumed.push(place);
    warnings.push(place);
  }
  ctx.printk.step = 'start_kernel';
  ctx.printk.print(profile.kernel.image.banner, 5);
  let freeAll: MemblockTables | null = null;
  const moments = (): EarlyMoments => {
    const late = memblockTables(ctx.memblock);
    return { freeAll: freeAll ?? late, late, memblockEvents, warnings, assumed };
  };
  const started = untilPanic(x86, profile, moments, () => {
    setupArch(x86);
    return startKernelAfterSetupArch(x86, { onFreeAll: () => (freeAll = memblockTables(ctx.memblock)) });
  });
  return {
    ...{ machine, profile, x86, started },
    moments: moments(),
    topology: topologyOf(ctx),
    deferred: deferredContext(ctx, profile.deferred, deferredPageInitMaxThreads),
  };
}

/** The same boot with another number of threads a node. */
export function withMaxThreads(early: EarlyBoot, maxThreads: DeferredPageInitMaxThreads): EarlyBoot {
  return { ...early, deferred: { ...early.deferred, maxThreads } };
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

function topologyOf(ctx: BootContext): Topology {
  return {
    nrCpuIds: ctx.nrCpuIds,
    nrPossible: ctx.cpus.length,
    nodeOfCpu: ctx.cpus.map((cpu) => cpu.node),
    nrNodeIds: ctx.nrNodeIds,
  };
}
