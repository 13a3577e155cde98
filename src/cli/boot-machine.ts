// One boot from a machine to its run record: the guest finds the machine, the kernel model runs on what it found.
import { parseHandoff } from '../arch/x86/boot/handoff.ts';
import type { BootParams } from '../arch/x86/boot/params.ts';
import { deferredPageInitMaxThreads } from '../arch/x86/init_64.ts';
import { earlyBoot, type EarlyBoot } from '../boot/early.ts';
import { bootSimulated, type SimulatedOptions } from '../boot/simulated.ts';
import { parseProfileFile, profileOfFile } from '../init/profile_file.ts';
import { PROFILES, profileNamed, type BootProfile } from '../init/profiles.ts';
import type { RunRecord } from '../init/record.ts';
import { genericDeferredPageInitMaxThreads, type DeferredPageInitMaxThreads } from '../mm/deferred.ts';
import { machineCosts } from '../machine/sim/cost.ts';
import { resolveTiming } from '../machine/sim/cost/timing.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { coresOfApicIds } from '../machine/spec/cores.ts';
import { toBoardConfig } from '../machine/spec/to-board.ts';
import { readBytes } from '../machine/import/files.ts';
import { runBoardOnNode, runBoardWithBiosOnNode } from '../machine/v86/node.ts';
import type { MaxThreads } from './options.ts';

const DEFAULT_KERNEL = '6.1';

/** null leaves the choice to the machine and the profile. */
export interface BootOptions {
  readonly kernel: string | null;
  readonly arch: 'x86' | 'generic';
  readonly maxThreads: MaxThreads | null;
  readonly cmdline: string;
  readonly bios: string | null;
  readonly seed: number | null;
}

/** What `boot` does without options, but for the command line, which is the machine's. */
export const DEFAULT_BOOT: BootOptions = {
  kernel: null,
  arch: 'x86',
  maxThreads: null,
  cmdline: '',
  bios: null,
  seed: null,
};

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
function maxThreadsHook(options: BootOptions): DeferredPageInitMaxThreads {
  const { maxThreads } = options;
  const arch = options.arch === 'x86' ? deferredPageInitMaxThreads : genericDeferredPageInitMaxThreads;
  if (maxThreads === null) return arch;
  if (maxThreads.kind === 'count') return () => maxThreads.count;
  return (nodeCpumask) => Math.max(Math.floor((nodeCpumask.length * maxThreads.percent) / 100), 1);
}

/** The profile asked for, else the one of the machine's own kernel where there is one, else 6.1. */
async function profileOf(spec: MachineSpec, options: BootOptions): Promise<BootProfile> {
  const { kernel } = options;
  if (kernel?.endsWith('.json')) {
    const text = new TextDecoder().decode(await readBytes(kernel));
    return profileOfFile(parseProfileFile(text, kernel));
  }
  if (kernel !== null) return profileNamed(kernel);
  return PROFILES.find((profile) => profile.name === spec.kernel) ?? profileNamed(DEFAULT_KERNEL);
}

/** Boots `spec` on simulated CPUs. */
export async function bootMachine(spec: MachineSpec, options: BootOptions): Promise<RunRecord> {
  const bootParams = await discover(spec, options);
  const early = earlyBoot(bootParams, { profile: await profileOf(spec, options), warnings: spec.warnings });
  return bootSimulated(early, {
    machine: spec.name,
    maxThreads: maxThreadsHook(options),
    seed: options.seed ?? undefined,
    ...costsOf(spec, early),
  });
}

/** What work costs on `spec`, for the simulator's clock: the one thing of a description that goes past the guest. */
function costsOf(spec: MachineSpec, early: EarlyBoot): Pick<SimulatedOptions, 'cost' | 'coreOfCpu'> {
  const { cpus } = early.x86.ctx;
  const cores = coresOfApicIds(
    spec.topology,
    cpus.map((cpu) => cpu.apicId),
  );
  const simCpus = cpus.map(({ node }, id) => ({ node, core: cores?.[id] ?? id }));
  return { cost: machineCosts(resolveTiming(spec.timing), simCpus), coreOfCpu: cores ?? undefined };
}
