// One boot from a machine to its run record: the guest finds the machine, the kernel model runs on what it found.
import { parseHandoff } from '../arch/x86/boot/handoff.ts';
import type { BootParams } from '../arch/x86/boot/params.ts';
import { deferredPageInitMaxThreads } from '../arch/x86/init_64.ts';
import { earlyBoot, type EarlyBoot } from './early.ts';
import type { EmulatedBootOptions } from './emulated.ts';
import { bootSimulated, type SimulatedOptions } from './simulated.ts';
import { parseProfileFile, profileOfFile } from '../kernels/profile_file.ts';
import { PROFILES, profileNamed, type BootProfile } from '../kernels/list.ts';
import type { CpuKind, RunRecord } from '../init/record.ts';
import type { LogLine } from '../kernel/printk.ts';
import { Failure } from '../lib/failure.ts';
import type { PhysAddr } from '../lib/units.ts';
import { genericDeferredPageInitMaxThreads, type DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { machineCosts } from '../cpus/simulated/cost.ts';
import { resolveTiming } from '../cpus/simulated/cost/timing.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { coresOfApicIds } from '../machine/spec/cores.ts';
import { toBoardConfig } from '../machine/spec/to-board.ts';
import { readBytes } from '../machine/import/files.ts';
import type { EmulatedRecord } from '../cpus/emulated/record.ts';
import { runBoardOnNode, runBoardWithBiosOnNode } from '../board/node.ts';
import type { Memmap } from '../mm/memmap.ts';
import { earlyStateOf, nodeSummaries } from '../predict/early-state.ts';
import { hookFor, type MaxThreadsHook } from '../predict/hook.ts';
import { loadHook } from '../predict/load-hook.ts';

const DEFAULT_KERNEL = '6.1';

/** How a boot on emulated CPUs is run. */
export interface EmulatedChoices extends Pick<
  EmulatedBootOptions,
  'tolerateCpuLoss' | 'workers' | 'deadlineMs' | 'fault' | 'faults'
> {
  /** Boots twice; the runs must be the same event by event, and their struct pages byte by byte. */
  readonly replayCheck?: boolean | undefined;
}

/** null leaves the choice to the machine and the profile. */
export interface BootOptions {
  readonly kernel: string | null;
  readonly arch: 'x86' | 'generic';
  readonly maxThreads: MaxThreadsHook | DeferredPageInitMaxThreads | null;
  readonly cmdline: string;
  /** Physical address of the kernel, as KASLR or a loader chose it. */
  readonly kernelAt?: PhysAddr | undefined;
  readonly bios: string | null;
  readonly seed: number | null;
  /** Which kind of CPU runs the kernel threads. */
  readonly cpus: CpuKind;
  /** For emulated CPUs only. */
  readonly emulated?: EmulatedChoices | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called for each log line as it is printed. */
  readonly onLine?: ((line: LogLine) => void) | undefined;
}

/** What `boot` does without options, but for the command line, which is the machine's. */
export const DEFAULT_BOOT: BootOptions = {
  kernel: null,
  arch: 'x86',
  maxThreads: null,
  cmdline: '',
  bios: null,
  seed: null,
  cpus: 'simulated',
};

/** A finished boot; `memmap` holds its struct pages where the kind of CPU writes them. */
export interface BootRun {
  readonly record: RunRecord;
  readonly memmap: Memmap | null;
  /** What each emulated CPU did. */
  readonly emulated: EmulatedRecord | null;
}

/**
 * What the guest finds on `spec`; nothing else of it reaches the kernel model.
 * @throws InputError 'guest' where the firmware or payload gives up, 'map' and 'acpi' where the machine cannot be built
 */
export async function discover(
  spec: MachineSpec,
  options: Pick<BootOptions, 'cmdline' | 'bios'>,
): Promise<BootParams> {
  const config = toBoardConfig(spec, { cmdline: options.cmdline });
  const { handoff } =
    options.bios === null
      ? await runBoardOnNode(config)
      : await runBoardWithBiosOnNode(config, await readBytes(options.bios));
  return parseHandoff(handoff);
}

/** The hook that the options ask for, within what x86 or the generic kernel says. */
async function maxThreadsHook(
  spec: MachineSpec,
  options: BootOptions,
  early: EarlyBoot,
): Promise<DeferredPageInitMaxThreads> {
  const { maxThreads } = options;
  const arch = options.arch === 'x86' ? deferredPageInitMaxThreads : genericDeferredPageInitMaxThreads;
  if (maxThreads === null) return arch;
  if (typeof maxThreads === 'function') return maxThreads;
  const state = earlyStateOf(early, spec);
  if (maxThreads.kind !== 'file') return hookFor(maxThreads, state.coreOfCpu);
  return loadHook(maxThreads.path, {
    name: spec.name,
    cpus: early.started.onlineCpus.length,
    coreOfCpu: state.coreOfCpu,
    nodes: nodeSummaries(state),
  });
}

/** The profile asked for, else the one of the machine's own kernel where there is one, else 6.1. */
export async function profileOf(
  spec: MachineSpec,
  options: Pick<BootOptions, 'kernel'>,
): Promise<BootProfile> {
  const { kernel } = options;
  if (kernel?.endsWith('.json')) {
    const text = new TextDecoder().decode(await readBytes(kernel));
    return profileOfFile(parseProfileFile(text, kernel));
  }
  if (kernel !== null) return profileNamed(kernel);
  return PROFILES.find((profile) => profile.name === spec.kernel) ?? profileNamed(DEFAULT_KERNEL);
}

/** Early boot of `spec`: what every kind of CPU starts from. */
export async function earlyBootOf(spec: MachineSpec, options: BootOptions): Promise<EarlyBoot> {
  const bootParams = await discover(spec, options);
  options.signal?.throwIfAborted();
  const profile = await profileOf(spec, options);
  return earlyBoot(bootParams, {
    profile,
    kernelAt: options.kernelAt,
    warnings: spec.warnings,
    onLine: options.onLine,
  });
}

/** Boots `spec` on the CPUs that the options name. */
export async function runMachine(spec: MachineSpec, options: BootOptions): Promise<BootRun> {
  options.signal?.throwIfAborted();
  const early = await earlyBootOf(spec, options);
  const maxThreads = await maxThreadsHook(spec, options, early);
  const common = { machine: spec.name, maxThreads };
  if (options.cpus === 'threads') {
    const { bootOnThreads } = await import('./threads.ts');
    return { ...(await bootOnThreads(early, { ...common, signal: options.signal })), emulated: null };
  }
  if (options.cpus === 'emulated') {
    const again = (): Promise<EarlyBoot> => earlyBootOf(spec, { ...options, onLine: undefined });
    return runEmulated(early, again, { ...common, ...options.emulated, ...seedAndSignal(options) });
  }
  const record = bootSimulated(early, {
    ...common,
    seed: options.seed ?? undefined,
    ...costsOf(spec, early),
  });
  return { record, memmap: null, emulated: null };
}

function seedAndSignal({ seed, signal }: BootOptions): Pick<EmulatedBootOptions, 'seed' | 'signal'> {
  return { seed: seed ?? undefined, signal };
}

/** On emulated CPUs, and once more from a second early boot where that is to be compared. */
async function runEmulated(
  early: EarlyBoot,
  again: () => Promise<EarlyBoot>,
  options: EmulatedBootOptions & Pick<EmulatedChoices, 'replayCheck'>,
): Promise<BootRun> {
  const { bootOnEmulatedCpus } = await import('./emulated.ts');
  const run = await bootOnEmulatedCpus(early, options);
  if (options.replayCheck !== true) return run;
  const { compareRuns } = await import('./replay.ts');
  const difference = compareRuns(run, await bootOnEmulatedCpus(await again(), options));
  if (difference !== null) throw new Failure(`replay check: the second run differs: ${difference}`);
  return run;
}

/** The run record of a boot. */
export async function bootMachine(spec: MachineSpec, options: BootOptions): Promise<RunRecord> {
  return (await runMachine(spec, options)).record;
}

/** What work costs on `spec`, for the simulator's clock: the one thing of a description that goes past the guest. */
export function costsOf(spec: MachineSpec, early: EarlyBoot): Pick<SimulatedOptions, 'cost' | 'coreOfCpu'> {
  const { cpus } = early.x86.ctx;
  const cores = coresOfApicIds(
    spec.topology,
    cpus.map((cpu) => cpu.apicId),
  );
  const simCpus = cpus.map(({ node }, id) => ({ node, core: cores?.[id] ?? id }));
  return { cost: machineCosts(resolveTiming(spec.timing), simCpus), coreOfCpu: cores ?? undefined };
}
