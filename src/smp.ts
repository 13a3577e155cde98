// earlyboot/smp: an x86 machine with several CPUs made of v86 cores, for code of your own. docs/smp.md has the guarantees and
// the limits, and an example.
export { createSmpMachine, type SmpNodeOptions } from './cpus/emulated/node.ts';
export { SmpMachine } from './cpus/emulated/machine.ts';
export type { SmpAnswer } from './cpus/emulated/machine.ts';
export type { CommandOptions, SmpImages, SmpOptions } from './cpus/emulated/options.ts';
export { CpuLost, type LossKind } from './cpus/emulated/fault.ts';
export { decodeEvents, describeEvent } from './cpus/emulated/events.ts';
export type { CpuEvent, EventKind, FaultKind } from './cpus/emulated/events.ts';
export type { CpuRemains } from './cpus/emulated/messages.ts';
export type { CpuReport } from './cpus/emulated/control.ts';
export {
  COMMANDS,
  PORT_APIC_ID,
  PORT_ARGUMENT,
  PORT_ATOMIC_ADD,
  PORT_ATOMIC_AT,
  PORT_ATOMIC_EXPECT,
  PORT_ATOMIC_SEEN,
  PORT_ATOMIC_SWAP,
  PORT_COMMAND,
  PORT_CPUID,
  PORT_DONE,
  PORT_TSC,
  RAM_BYTES,
  WINDOW_BASE,
  WINDOW_BYTES,
} from './cpus/emulated/layout.ts';
