// One boot from a machine to its run record: the guest finds the machine, the kernel model runs on what it found.
import { parseHandoff } from '../arch/x86/boot/handoff.ts';
import type { BootParams } from '../arch/x86/boot/params.ts';
import { runBoardOnNode, runBoardWithBiosOnNode } from '../board/node.ts';
import type { CpuKind, RunRecord } from '../init/record.ts';
import type { BootProfile } from '../kernels/list.ts';
import { resolveKernel } from '../kernels/resolve.ts';
import type { LogLine } from '../kernel/printk.ts';
import { Failure } from '../lib/failure.ts';
import type { PhysAddr } from '../lib/units.ts';
import type { InputKind } from '../machine/import/input-limits.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { toBoardConfig } from '../machine/spec/to-board.ts';
import { earlyBoot, type EarlyBoot } from './early.ts';
import type { EmulatedBootOptions } from './emulated.ts';
import type { BootRun } from './finish.ts';
import { chooseMaxThreads, type MaxThreadsOptions } from './max_threads.ts';
import { mistypedParams } from './mistyped.ts';
import { kernelStart } from './kernel_place.ts';
import { BootPanic } from './panic.ts';
import type { BootProgress } from './progress.ts';
import { bootSimulated } from './simulated.ts';

/** How a boot on emulated CPUs is run. */
export interface EmulatedChoices extends Pick<
  EmulatedBootOptions,
  'tolerateCpuLoss' | 'workers' | 'deadlineMs' | 'fault' | 'faults'
> {
  /** Boots twice; the runs must be the same event by event, and their struct pages byte by byte. */
  readonly replayCheck?: boolean | undefined;
}

/** null leaves the choice to the machine and the profile. */
export interface BootOptions extends MaxThreadsOptions {
  readonly kernel: string | null;
  readonly cmdline: string;
  /** Physical address of the kernel, as KASLR or a loader chose it; goes before what the machine tells. */
  readonly kernelAt?: PhysAddr | undefined;
  readonly bios: string | null;
  /** Refuses to boot where a fact would be assumed. */
  readonly strict?: boolean | undefined;
  readonly seed: number | null;
  /** Which kind of CPU runs the kernel threads. */
  readonly cpus: CpuKind;
  /** For emulated CPUs only. */
  readonly emulated?: EmulatedChoices | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called for each log line as it is printed. */
  readonly onLine?: ((line: LogLine) => void) | undefined;
  /** Called while CPUs come up and initialise pages. */
  readonly onProgress?: BootProgress | undefined;
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

/**
 * Boots `spec` on the CPUs that the options name; twice where a replay check is asked for. Where Linux panics, the record's
 * `panic` says so and its log ends there.
 * @throws InputError for what cannot be booted, Failure where a second run differs, Bug where the model contradicts itself
 */
export async function runMachine(spec: MachineSpec, options: BootOptions): Promise<BootRun> {
  const run = await runOnce(spec, options);
  if (options.cpus !== 'emulated' || options.emulated?.replayCheck !== true) return run;
  const { compareRuns } = await import('./replay.ts');
  const difference = compareRuns(run, await runOnce(spec, { ...options, onLine: undefined }));
  if (difference !== null) throw new Failure(`replay check: the second run differs: ${difference}`);
  return run;
}

async function runOnce(spec: MachineSpec, options: BootOptions): Promise<BootRun> {
  options.signal?.throwIfAborted();
  try {
    const early = await earlyBootOf(spec, options); // the guest finds the machine; setup_arch, start_kernel
    const boot = await chooseMaxThreads(early, spec, options); // the architecture's hook, or what was asked for
    return await runOnCpus(boot, spec, options); // deferred init, the rest of the boot, the record
  } catch (error) {
    if (!(error instanceof BootPanic)) throw error;
    return { record: error.record(spec.name, options.cpus), memmap: null, emulated: null };
  }
}

/** Early boot of `spec`: what every kind of CPU starts from. */
export async function earlyBootOf(
  spec: MachineSpec,
  options: Pick<BootOptions, 'kernel' | 'kernelAt' | 'cmdline' | 'bios' | 'strict' | 'signal' | 'onLine'>,
): Promise<EarlyBoot> {
  const bootParams = await discover(spec, options);
  options.signal?.throwIfAborted();
  const profile = await chooseKernel(spec, options);
  const start = kernelStart(spec, profile.kernel, options);
  const { onLine, strict } = options;
  const { name: machine } = spec;
  const warnings = [
    ...spec.warnings,
    ...(await mistypedParams(profile.kernel.image.params, options.cmdline)),
  ];
  // a kernel that is asked for is told
  const assumed = spec.assumed?.filter(({ fact }) => fact !== 'kernel.version' || options.kernel === null);
  return earlyBoot(bootParams, { machine, profile, ...start, warnings, assumed, strict, onLine });
}

/**
 * What the guest finds on `spec`; nothing else of it reaches the kernel model.
 * @throws InputError 'guest' where the firmware or payload gives up, 'map' and 'acpi' where the machine cannot be built
 */
export async function discover(
  spec: MachineSpec,
  options: Pick<BootOptions, 'cmdline' | 'bios'>,
): Promise<BootParams> {
  const bios = options.bios === null ? null : await readFileAs(options.bios, 'bios');
  try {
    const config = toBoardConfig(spec, { cmdline: options.cmdline });
    const { handoff } = await (bios === null ? runBoardOnNode(config) : runBoardWithBiosOnNode(config, bios));
    return parseHandoff(handoff);
  } catch (error) {
    throw (await import('../machine/spec/places.ts')).placed(error, spec);
  }
}

/** Loaded only where it is needed: most boots read no file. */
async function readFileAs(path: string, kind: InputKind): Promise<Uint8Array> {
  const { readInput } = await import('../machine/import/read-input.ts');
  return readInput(path, kind);
}

/** The kernel asked for: a name, a version, a profile, an image or a log; else the machine's own, or the nearest that is known. */
export async function chooseKernel(
  spec: MachineSpec,
  { kernel }: Pick<BootOptions, 'kernel'>,
): Promise<BootProfile> {
  const { kernelConfig = null, kernelImage = null } = spec;
  const profile = await resolveKernel(kernel ?? kernelImage, spec);
  // the build that is built in has its own; one that is asked for is not the log's
  const builtIn = kernelImage === null && profile.kernel.release === spec.kernel;
  if (kernel !== null || builtIn || kernelConfig === null) return profile;
  const { configuredBy } = await import('../kernels/configured.ts');
  return configuredBy(profile, kernelConfig);
}

/** What is left of the boot, on a kind of CPU; only that kind is loaded. */
async function runOnCpus(early: EarlyBoot, spec: MachineSpec, options: BootOptions): Promise<BootRun> {
  const { signal, onProgress } = options;
  const seed = options.seed ?? undefined;
  switch (options.cpus) {
    case 'simulated':
      return { record: bootSimulated(early, spec, { seed, onProgress }), memmap: null, emulated: null };
    case 'threads': {
      const { bootOnThreads } = await import('./threads.ts');
      return bootOnThreads(early, { signal, onProgress });
    }
    case 'emulated': {
      const { bootOnEmulatedCpus } = await import('./emulated.ts');
      return bootOnEmulatedCpus(early, { ...options.emulated, seed, signal, onProgress });
    }
  }
}

/** The run record of a boot. @throws Failure where Linux panics */
export async function bootMachine(spec: MachineSpec, options: BootOptions): Promise<RunRecord> {
  const { record } = await runMachine(spec, options);
  if (record.panic !== undefined) throw new Failure(`${spec.name}: ${record.panic}`);
  return record;
}
