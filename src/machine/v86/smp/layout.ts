// Fixed addresses, ports and commands of the SMP machine; firmware/layout.inc and firmware/smp/ hold the guest's side.
import { GiB, KiB, MiB } from '../../../lib/units.ts';

/** Each CPU's own RAM. It starts as a copy of the RAM of the CPU that started it, and is never shared. */
export const RAM_BYTES = 1 * MiB;
/** The firmware image at the end of it, as on a PC. */
export const ROM_ADDRESS = RAM_BYTES - 64 * KiB;
/** Where shared memory stands: at most a GiB, far from the emulator's own places. */
export const WINDOW_BASE = 0x40000000;
export const WINDOW_BYTES = 1 * GiB;
/** The local APIC, unless the MADT says otherwise (Intel SDM 3A, 10.4.1). */
export const LAPIC_DEFAULT = 0xfee00000;
export const LAPIC_BYTES = 0x1000;

/** The controller's ports, 32 bits each; a set for each CPU. */
export const PORT_COMMAND = 0xeb00;
export const PORT_ARGUMENT = 0xeb04;
export const PORT_DONE = 0xeb08;
export const PORT_TSC = 0xeb0c;
export const PORT_APIC_ID = 0xeb10;
export const PORT_CPUID = 0xeb14;
/** Atomic operations on 32-bit words of the window's first bank: where (bytes from its start), what, and the value seen. */
export const PORT_ATOMIC_AT = 0xeb20;
export const PORT_ATOMIC_ADD = 0xeb24;
export const PORT_ATOMIC_EXPECT = 0xeb28;
export const PORT_ATOMIC_SWAP = 0xeb2c;
export const PORT_ATOMIC_SEEN = 0xeb30;

/** What the firmware does on command, in the order of its table (firmware/smp/service.inc); 0 is nothing. */
export const COMMANDS = {
  pagesSse: 1,
  pagesPlain: 2,
  startAp: 3,
  startOthers: 4,
  faultLoop: 5,
  faultTriple: 6,
  faultHalt: 7,
} as const;
/** Words of arguments that one command may have. */
export const ARGUMENTS_MAX = 1024;

/** The name of a command, for messages. */
export function commandName(command: number): string {
  return Object.entries(COMMANDS).find(([, number]) => number === command)?.[0] ?? `command ${command}`;
}
