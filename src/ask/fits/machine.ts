// A machine that is booted again and again with other parameters: found by the guest once, early boot each time.
import { kaslrSlots, type SlotArea } from '../../arch/x86/boot/kaslr.ts';
import type { BootParams } from '../../arch/x86/boot/params.ts';
import type { E820Entry } from '../../arch/x86/e820_table.ts';
import { earlyBoot, type EarlyBoot, type EarlyOptions } from '../../boot/early.ts';
import { BootPanic } from '../../boot/panic.ts';
import type { RecordMemblockEvent, RecordRegion } from '../../init/record.ts';
import type { BootProfile } from '../../kernels/list.ts';
import { Failure } from '../../lib/failure.ts';
import type { PhysAddr } from '../../lib/units.ts';
import type { MachineSpec } from '../../machine/spec.ts';

/** One early boot, up to deferred init or to where Linux panics. */
export interface Attempt {
  readonly events: readonly RecordMemblockEvent[];
  readonly memory: readonly RecordRegion[];
  readonly log: readonly string[];
  readonly panic: string | null;
  /** null where Linux panics. */
  readonly early: EarlyBoot | null;
}

export class FitsMachine {
  readonly name: string;
  readonly profile: BootProfile;
  readonly found: BootParams;
  /** What the boot without further parameters warns of. */
  readonly warnings: readonly string[];
  readonly #warnings: readonly string[];
  readonly #options: Pick<EarlyOptions, 'kernelAt' | 'strict' | 'assumed'>;

  /** `found` has the command line that the machine has anyway. @throws Failure where Linux panics on the machine as it is */
  constructor(
    spec: Pick<MachineSpec, 'name' | 'warnings' | 'assumed'>,
    found: BootParams,
    profile: BootProfile,
    options: Pick<EarlyOptions, 'kernelAt' | 'strict'> = {},
  ) {
    this.name = spec.name;
    this.#warnings = spec.warnings;
    this.#options = { ...options, assumed: spec.assumed };
    this.found = found;
    this.profile = profile;
    const { panic, early } = this.boot('');
    if (panic !== null || early === null) throw new Failure(`${spec.name}: ${panic ?? 'panic'}`);
    this.warnings = early.moments.warnings;
  }

  get cmdline(): string {
    return this.found.cmdline;
  }

  /** Boots with more parameters, and the kernel where it is, or at `kernelAt`. */
  boot(append: string, kernelAt: PhysAddr | undefined = this.#options.kernelAt): Attempt {
    const found = { ...this.found, cmdline: joined(this.found.cmdline, append) };
    try {
      const early = earlyBoot(found, {
        machine: this.name,
        profile: this.profile,
        warnings: this.#warnings,
        ...this.#options,
        kernelAt,
      });
      const { memblockEvents, late } = early.moments;
      const log = early.x86.ctx.printk.lines.map(({ text }) => text);
      return { events: memblockEvents, memory: late.memory, log, panic: null, early };
    } catch (error) {
      if (!(error instanceof BootPanic)) throw error;
      const record = error.record(this.name, 'simulated');
      const { memblockEvents: events, memblockLate, logLines } = record;
      const log = logLines.map(({ text }) => text);
      return { events, memory: memblockLate.memory, log, panic: record.panic ?? 'panic', early: null };
    }
  }

  /** Places that KASLR draws from with these parameters; none without KASLR. */
  slots(append: string, { early }: Attempt): SlotArea[] {
    const la57 = early?.x86.ctx.features.la57 ?? false;
    return kaslrSlots(this.found, joined(this.found.cmdline, append), this.profile.kernel.image, la57);
  }

  /** Where the kernel stands without KASLR. */
  kernelStart({ early }: Attempt): PhysAddr {
    return early?.x86.kernelStart ?? this.profile.kernel.image.textStart;
  }

  /** The firmware's map, sanitised. */
  map({ early }: Attempt): readonly E820Entry[] {
    return early?.x86.e820Firmware.entries ?? [];
  }
}

/** Parameters behind each other. */
export function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
