// Random machines that QEMU's q35 can be, for campaigns against a real kernel or any other judge. Pure: a seed in, a description out.
import type { CpuDescription, MachineDescription } from '../spec/description.ts';
import { randomCommandLine } from './command-line.ts';
import { Dice } from '../../lib/dice.ts';
import { randomMap } from './map.ts';
import { randomNodes } from './nodes.ts';

const DMI = 'QEMU Standard PC (Q35 + ICH9, 2009), BIOS 1.16.2-debian-1.16.2-1 04/01/2014';
const SEED_STEP = 7919;

/**
 * The machine of a seed, any whole number from 0: map, nodes, CPUs, tables and command line. The same seed gives the same
 * machine. Valid, with room for a kernel at 16 MiB; what Linux makes of it is another question.
 */
export function randomMachine(seed: number): MachineDescription {
  // neighbouring seeds of a small generator begin alike
  const dice = new Dice(seed * SEED_STEP);
  dice.between(0, 1);
  const { map, end } = randomMap(dice);
  const cpus = dice.pick([1, 2, 2, 3, 4, 4, 6]);
  const acpi = dice.chance(0.95);
  return {
    name: `random-${seed}`,
    about: 'made by dice',
    synthetic: true,
    map,
    cpus: acpi ? { sockets: cpus, hotplug: 0 } : 1,
    ...(acpi ? randomNodes(dice, cpus, end) : { acpi: false }),
    ...(dice.chance(0.3) && { mpTable: { pointer: 0xf5b00, cpus: acpi ? cpus : 1 } }),
    ...(dice.chance(0.5) && { dmi: DMI }),
    cpu: randomCpu(dice),
    cmdline: randomCommandLine(dice),
  };
}

function randomCpu(dice: Dice): CpuDescription {
  return {
    vendor: dice.pick(['GenuineIntel', 'AuthenticAMD']),
    la57: dice.chance(0.3),
    pdpe1gb: dice.chance(0.6),
    physBits: 40,
    x2apic: false,
    hypervisor: dice.chance(0.5) ? 'TCGTCGTCGTCG' : null,
  };
}
