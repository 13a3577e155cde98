// A machine on the command line as a prediction takes it: found by the guest, booted up to deferred init.
import type { BootProfile } from '../kernels/list.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { EarlyState } from '../predict/deferred-time.ts';
import { earlyStateOf } from '../predict/early-state.ts';
import type { HookMachine } from '../boot/hook.ts';
import { hookMachineOf } from '../boot/max_threads.ts';
import { DEFAULT_BOOT, earlyBootOf } from '../boot/machine.ts';

export interface Prepared {
  readonly spec: MachineSpec;
  readonly profile: BootProfile;
  readonly state: EarlyState;
  /** As a user's hook sees it. */
  readonly hookMachine: HookMachine;
}

/** Boots `spec` up to deferred init; `kernel` null leaves the choice to the machine. */
export async function prepare(spec: MachineSpec, kernel: string | null): Promise<Prepared> {
  const early = await earlyBootOf(spec, { ...DEFAULT_BOOT, kernel, cmdline: spec.cmdline });
  const state = earlyStateOf(early, spec);
  return { spec, profile: early.profile, state, hookMachine: hookMachineOf(early, spec) };
}
