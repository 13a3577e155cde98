// A machine as the rules look at it: its raw map, what a guest finds of it, and how a boot goes.
import { earlyBoot } from '../../boot/early.ts';
import { BootPanic } from '../../boot/panic.ts';
import { memoryBlockSize } from '../../arch/x86/memory_block.ts';
import type { BootParams } from '../../arch/x86/boot/params.ts';
import type { BootProfile } from '../../kernels/list.ts';
import { InputError } from '../../lib/input-error.ts';
import type { PhysAddr } from '../../lib/units.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import type { LintBoot, LintEntry, LintMachine } from './types.ts';

const ADDRESSES = 2n ** 64n;

/** What a guest found of a machine, and the kernel that boots on it; or why neither can be. */
export type LintFound =
  | { readonly found: BootParams; readonly profile: BootProfile }
  | { readonly refused: NonNullable<LintMachine['refused']> };

/** Looks at `spec` as far as it can be looked at; what cannot be built or booted is left null. */
export function lintMachineOf(
  spec: MachineSpec,
  what: LintFound,
  contradictions: LintMachine['contradictions'] = [],
  kernelAt?: PhysAddr,
): LintMachine {
  let refused = 'refused' in what ? what.refused : null;
  let boot: LintBoot | null = null;
  const found = 'found' in what ? what.found : null;
  try {
    if ('found' in what) boot = bootOf(spec, what.found, what.profile, kernelAt);
  } catch (error) {
    // bad input is a finding here; anything else is none
    if (!(error instanceof InputError)) throw error;
    refused = { message: error.message };
  }
  return {
    spec,
    entries: entriesOf(spec),
    found,
    tablesAreReal: spec.origin.kind !== 'log',
    boot,
    contradictions,
    refused,
  };
}

function entriesOf({ map }: MachineSpec): LintEntry[] {
  return map.flatMap(({ addr, size, type }, index) =>
    size === 0n || addr + size > ADDRESSES
      ? []
      : [{ index, start: Number(addr), end: Number(addr + size), type }],
  );
}

function bootOf(
  spec: MachineSpec,
  found: BootParams,
  profile: BootProfile,
  kernelAt: PhysAddr | undefined,
): LintBoot {
  try {
    const { name: machine, warnings } = spec;
    const { ctx } = earlyBoot(found, { machine, profile, kernelAt, warnings }).x86;
    return { log: ctx.printk.lines.map(({ text }) => text), panic: null, blockSize: memoryBlockSize(ctx) };
  } catch (error) {
    if (!(error instanceof BootPanic)) throw error;
    const { log, panic } = error.record(spec.name, 'simulated');
    return { log, panic: panic ?? null, blockSize: 0 };
  }
}
