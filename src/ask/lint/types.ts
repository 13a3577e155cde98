// What a map is held against, and what is found: rules are data.
import type { BootParams } from '../../arch/x86/boot/params.ts';
import type { PhysAddr } from '../../lib/units.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import type { Path } from '../../machine/spec/values.ts';

/** `error`: Linux loses memory, nodes or CPUs, or does not boot. `warning`: it works around it. `note`: it costs something. */
export type Severity = 'error' | 'warning' | 'note';

/** One entry of the firmware's map as numbers; `end` is exclusive, both are rounded from 2^53 on. */
export interface LintEntry {
  readonly index: number;
  readonly start: PhysAddr;
  readonly end: PhysAddr;
  readonly type: number;
}

/** How the machine's boot went in the model; null where it could not even begin. */
export interface LintBoot {
  readonly log: readonly string[];
  readonly panic: string | null;
  /** Bytes of a memory block. */
  readonly blockSize: number;
}

/** Everything that a rule may look at. */
export interface LintMachine {
  readonly spec: MachineSpec;
  /** As the firmware lists them, but for empty ones and those that wrap. */
  readonly entries: readonly LintEntry[];
  /** What the guest found; null where it found nothing to boot from. */
  readonly found: BootParams | null;
  /** Whether the contents of ACPI tables are the machine's: those of a log are made up from its lines. */
  readonly tablesAreReal: boolean;
  readonly boot: LintBoot | null;
  /** What stands in the description and contradicts itself. */
  readonly contradictions: readonly { readonly path: Path; readonly message: string }[];
  /** Why the machine cannot be built or found by a guest; null where it can. */
  readonly refused: { readonly message: string; readonly path?: Path | undefined } | null;
}

/** What a rule finds; addresses are left out where it is about no range. */
export interface Hit {
  readonly start?: PhysAddr;
  /** Exclusive. */
  readonly end?: PhysAddr;
  readonly message: string;
  /** Where in the description. */
  readonly path?: Path | undefined;
}

/** A rule: what it is for, and how it looks at a machine. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** Why it is wrong, in a sentence. */
  readonly why: string;
  /** Section of a specification, or kernel file and version. */
  readonly source: string;
  /** What Linux does about it. */
  readonly linux: string;
  /** Since which kernel it does so. */
  readonly since: string;
  readonly check: (machine: LintMachine) => Iterable<Hit>;
}

/** One finding; `end` is the last byte. Both are null where it is about no range. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly start: PhysAddr | null;
  readonly end: PhysAddr | null;
  readonly message: string;
  readonly source: string;
  /** Keys and indexes in the description; null where it is about no single value. */
  readonly path: Path | null;
}

/** A place in a file, counted from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
