// A machine as the rules look at it: its raw map, what a guest finds of it, and how a boot goes.
import { earlyBoot } from '../../boot/early.ts';
import { chooseKernel, DEFAULT_BOOT, discover } from '../../boot/machine.ts';
import { BootPanic } from '../../boot/panic.ts';
import { memoryBlockSize } from '../../arch/x86/memory_block.ts';
import type { BootParams } from '../../arch/x86/boot/params.ts';
import { InputError } from '../../lib/input-error.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import type { LintBoot, LintEntry, LintMachine } from './types.ts';

const ADDRESSES = 2n ** 64n;

/** Looks at `spec` as far as it can be looked at; what cannot be built or booted is left null. */
export async function lintMachine(
  spec: MachineSpec,
  options: {
    readonly kernel?: string | undefined;
    readonly contradictions?: LintMachine['contradictions'];
  } = {},
): Promise<LintMachine> {
  let found: BootParams | null = null;
  let boot: LintBoot | null = null;
  let refused: string | null = null;
  try {
    found = await discover(spec, { ...DEFAULT_BOOT, cmdline: spec.cmdline });
    boot = await bootOf(spec, found, options.kernel ?? null);
  } catch (error) {
    // bad input is a finding here; anything else is none
    if (!(error instanceof InputError)) throw error;
    refused = error.message;
  }
  return {
    spec,
    entries: entriesOf(spec),
    found,
    tablesAreReal: spec.origin.kind !== 'log',
    boot,
    contradictions: options.contradictions ?? [],
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

async function bootOf(spec: MachineSpec, found: BootParams, kernel: string | null): Promise<LintBoot> {
  const profile = await chooseKernel(spec, { kernel });
  try {
    const { ctx } = earlyBoot(found, { machine: spec.name, profile, warnings: spec.warnings }).x86;
    return { log: ctx.printk.lines.map(({ text }) => text), panic: null, blockSize: memoryBlockSize(ctx) };
  } catch (error) {
    if (!(error instanceof BootPanic)) throw error;
    const { log, panic } = error.record(spec.name, 'simulated');
    return { log, panic: panic ?? null, blockSize: 0 };
  }
}
