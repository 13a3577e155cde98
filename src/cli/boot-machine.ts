// One boot from a machine to its run record: the guest finds the machine, the kernel model runs on what it found.
import { parseHandoff } from '../arch/x86/boot/handoff.ts';
import type { BootParams } from '../arch/x86/boot/params.ts';
import type { RunRecord } from '../init/record.ts';
import { Bug } from '../lib/bug.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { toBoardConfig } from '../machine/spec/to-board.ts';
import { readBytes } from '../machine/import/files.ts';
import { runBoardOnNode, runBoardWithBiosOnNode } from '../machine/v86/node.ts';
import type { MaxThreads } from './options.ts';

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

/** Boots `spec` on simulated CPUs. */
export async function bootMachine(spec: MachineSpec, options: BootOptions): Promise<RunRecord> {
  const params = await discover(spec, options);
  throw new Bug(`start_kernel is not written yet (${params.e820.length} entries found)`);
}
