// What a run of deferred init on emulated CPUs takes and gives.
import type { SmpBootLine } from '../../arch/x86/smpboot.ts';
import type { GrowCall } from '../../init/kernel_init.ts';
import type { RecordJob, RunRecord } from '../../init/record.ts';
import type { Topology } from '../../kernel/kernel.ts';
import type { PadataRules } from '../../kernel/padata/rules.ts';
import type { CpuId } from '../../lib/units.ts';
import type { DeferredContext } from '../../mm/deferred.ts';
import type { MemmapMemory, MemmapShape } from '../../mm/memmap.ts';
import type { CpuLost } from './fault.ts';
import type { EmulatedFault, PageLoop } from './leaf.ts';
import type { EmulatedRecord } from './record.ts';

/** A boot as far as memblock_free_all: as ThreadBoot, whose `present` and `maxCpus` are here who came up. */
export interface EmulatedBoot {
  readonly topology: Topology;
  readonly deferred: DeferredContext;
  readonly padata?: PadataRules | undefined;
  readonly grow?: readonly GrowCall[] | undefined;
  /** Struct pages with the early part done, in shared memory: of Memmap.create() or allocateMemmap(). */
  readonly memmap: { readonly shape: MemmapShape; readonly memory: MemmapMemory };
}

export interface EmulatedOptions {
  /** Which of the guest's loops initialises pages; `sse` where it is left out. */
  readonly loop?: PageLoop | undefined;
  /** Seed of the jitter of wake-ups in virtual time; none where it is left out. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** So many pages more are initialised: part of a chunk. */
  readonly onPages?: ((pages: number) => void) | undefined;
  /** For tests. */
  readonly fault?: EmulatedFault | undefined;
}

/**
 * Times in virtual nanoseconds since the kernel threads began, one for each guest instruction; `wallNs` and `host` are the
 * host's, measured.
 */
export interface EmulatedRunResult {
  readonly jobs: readonly RecordJob[];
  readonly serial: RunRecord['serial'];
  readonly deferredInit: RunRecord['deferredInit'];
  readonly grow: RunRecord['grow'];
  readonly log: readonly { readonly atNs: number; readonly level: 'info' | 'warn'; readonly text: string }[];
  /** The kernel's lines about secondary CPUs, up to `smp: Brought up`; and CPUs that were online then. */
  readonly lines: readonly SmpBootLine[];
  readonly broughtUp: readonly CpuId[];
  /** CPUs online in the end, ascending; and those that did not come up, or were lost on the way. */
  readonly online: readonly CpuId[];
  readonly lost: readonly CpuLost[];
  readonly record: EmulatedRecord;
  readonly wallNs: number;
  /** Each chunk on the host's clock, in the order of `record.handOuts`. */
  readonly host: readonly { readonly startNs: number; readonly endNs: number }[];
  readonly workers: number;
}
