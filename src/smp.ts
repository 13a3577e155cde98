// earlyboot/smp: an x86 machine with several CPUs made of v86 cores, for code of your own. docs/smp.md has the guarantees and
// the limits, and an example.
export { createSmpMachine, type SmpNodeOptions } from './machine/v86/smp/node.ts';
export { SmpMachine } from './machine/v86/smp/machine.ts';
export type { SmpAnswer } from './machine/v86/smp/machine.ts';
export type { CommandOptions, SmpImages, SmpOptions } from './machine/v86/smp/options.ts';
export { CpuLost, type LossKind } from './machine/v86/smp/fault.ts';
export { decodeEvents, describeEvent } from './machine/v86/smp/events.ts';
export type { CpuEvent, EventKind, FaultKind } from './machine/v86/smp/events.ts';
export type { CpuRemains } from './machine/v86/smp/messages.ts';
export type { CpuReport } from './machine/v86/smp/control.ts';
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
} from './machine/v86/smp/layout.ts';
