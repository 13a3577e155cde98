// Boots for targets: the one place of fuzz/ that knows how a boot is called.
import type { BootParams } from '../arch/x86/boot/params.ts';
import { earlyBoot, type EarlyBoot } from '../boot/early.ts';
import { kernelStart } from '../boot/kernel_place.ts';
import { DEFAULT_BOOT, bootMachine, chooseKernel, discover } from '../boot/machine.ts';
import { bootSimulated } from '../boot/simulated.ts';
import type { RunRecord } from '../init/record.ts';
import { builtinMachine } from '../machine/builtin/list.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { loadDescription } from '../machine/spec/load.ts';
import { checkRecord } from './invariants.ts';

/** No case may read a file. */
export async function noFiles(name: string): Promise<Uint8Array> {
  throw new Error(`a case reads the file ${name}`);
}

/** A whole boot on simulated CPUs, its record checked. */
export async function boot(
  spec: MachineSpec,
  options: { readonly cmdline?: string; readonly kernel?: string } = {},
): Promise<RunRecord> {
  const cmdline = options.cmdline ?? spec.cmdline;
  const record = await bootMachine(spec, { ...DEFAULT_BOOT, cmdline, kernel: options.kernel ?? null });
  checkRecord(record);
  return record;
}

/** What the guest finds. */
export function found(spec: MachineSpec, cmdline = spec.cmdline): Promise<BootParams> {
  return discover(spec, { cmdline, bios: null });
}

/** Early boot alone on what a guest found before: a board costs more than the model. */
export async function early(
  spec: MachineSpec,
  params: BootParams,
  kernel: string | null,
): Promise<EarlyBoot> {
  const { name, warnings } = spec;
  const profile = await chooseKernel(spec, { kernel });
  return earlyBoot(params, {
    ...{ machine: name, profile, warnings },
    ...kernelStart(spec, profile.kernel, params),
  });
}

/** The rest of the boot, too. */
export async function bootFound(spec: MachineSpec, params: BootParams): Promise<RunRecord> {
  const record = bootSimulated(await early(spec, params, null), spec);
  checkRecord(record);
  return record;
}

const TWO_NODES = {
  name: 'two',
  map: [
    { start: 0, size: '639K', type: 'usable' },
    { start: '639K', size: '1K', type: 'reserved' },
    { start: '0xf0000', size: '64K', type: 'reserved' },
    { start: '1M', end: '0x7ffdffff', type: 'usable' },
    { start: '0x7ffe0000', end: '0x7fffffff', type: 'ACPI data' },
    { start: '4G', size: '6G', type: 'usable' },
  ],
  cpus: { sockets: 2, cores: 3, threads: 1, hotplug: 1 },
  nodes: [
    {
      cpus: '0-2',
      memory: [
        { start: 0, size: '2G' },
        { start: '4G', size: '2G' },
      ],
    },
    { cpus: '3-5', memory: [{ start: '6G', size: '4G' }] },
  ],
  distances: [
    [10, 20],
    [20, 10],
  ],
  initrd: { image: '0x3f5c0000', size: '8M' },
};

/** Machines to boot with other command lines: one node; two nodes; EFI. */
export async function smallMachines(): Promise<ReadonlyMap<string, MachineSpec>> {
  const machines = new Map<string, MachineSpec>();
  machines.set('two', await loadDescription(JSON.stringify(TWO_NODES), 'two', noFiles));
  for (const [short, name] of [
    ['tiny', 'tiny-512m'],
    ['laptop', 'laptop-16g'],
  ] as const) {
    const machine = await builtinMachine(name);
    if (machine === null) throw new Error(`no built-in machine ${name}`);
    machines.set(short, machine);
  }
  return machines;
}
