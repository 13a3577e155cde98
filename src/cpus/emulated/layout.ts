// Fixed addresses, ports and commands of the SMP machine; firmware/layout.inc and firmware/smp/ hold the guest's side.
import { GiB, KiB, MiB } from '../../lib/units.ts';

/** Each CPU's own RAM. It starts as a copy of the RAM of the CPU that started it, and is never shared. */
export const RAM_BYTES = 1 * MiB;
/** The firmware image at the end of it, as on a PC. */
export const ROM_ADDRESS = RAM_BYTES - 64 * KiB;
/** Where shared memory stands: at most a GiB, far from the emulator's own places. */
export const WINDOW_BASE = 0x40000000;
/** Bytes of the window at most. */
export const WINDOW_BYTES = 1 * GiB;
/** The local APIC, unless the MADT says otherwise (Intel SDM 3A, 10.4.1). */
export const LAPIC_DEFAULT = 0xfee00000;
export const LAPIC_BYTES = 0x1000;

/** The controller's ports, 32 bits each; a set for each CPU. */
export const PORT_COMMAND = 0xeb00;
/** Read: the command's next argument; 0 behind the last. */
export const PORT_ARGUMENT = 0xeb04;
/** Written: the command's result. */
export const PORT_DONE = 0xeb08;
/** Written: what the CPU read from its time stamp counter. */
export const PORT_TSC = 0xeb0c;
/** Written: the local APIC id that the CPU found. */
export const PORT_APIC_ID = 0xeb10;
/** Written: what the CPU's CPUID said. */
export const PORT_CPUID = 0xeb14;
/** Atomic operations on 32-bit words of the window's first bank: where (bytes from its start), what, and the value seen. */
export const PORT_ATOMIC_AT = 0xeb20;
/** Written: is added to the word at PORT_ATOMIC_AT in one step. */
export const PORT_ATOMIC_ADD = 0xeb24;
/** Written: what a compare and exchange expects there. */
export const PORT_ATOMIC_EXPECT = 0xeb28;
/** Written: what it stores if the word is as expected. */
export const PORT_ATOMIC_SWAP = 0xeb2c;
/** Read: the word's value before the last atomic operation. */
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
