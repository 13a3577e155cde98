// A machine on the command line as a prediction takes it: found by the guest, booted up to deferred init.
import type { EarlyBoot } from '../boot/early.ts';
import type { BootProfile } from '../kernels/list.ts';
import type { MachineSpec } from '../machine/spec.ts';
import type { EarlyState } from '../predict/deferred-time.ts';
import { earlyStateOf } from '../predict/early-state.ts';
import type { HookMachine } from '../boot/hook.ts';
import { hookMachineOf } from '../boot/max_threads.ts';
import { earlyBootOf, type BootOptions } from '../boot/machine.ts';

export interface Prepared {
  readonly spec: MachineSpec;
  readonly profile: BootProfile;
  readonly early: EarlyBoot;
  readonly state: EarlyState;
  /** As a user's hook sees it. */
  readonly hookMachine: HookMachine;
}

/** Boots a machine up to deferred init. */
export async function prepare(spec: MachineSpec, boot: BootOptions): Promise<Prepared> {
  const early = await earlyBootOf(spec, boot);
  const state = earlyStateOf(early, spec);
  return { spec, profile: early.profile, early, state, hookMachine: hookMachineOf(early, spec) };
}
