// A boot that ended where Linux panics: what it printed up to there, and its run record.
import type { X86State } from '../arch/x86/state.ts';
import type { CpuKind, RunRecord } from '../init/record.ts';
import { runRecord, type EarlyMoments } from '../init/run_record.ts';
import { KernelPanic } from '../kernel/panic.ts';
import { Failure } from '../lib/failure.ts';
import type { BootProfile } from '../kernels/list.ts';

/**
 * Thrown by earlyBoot() where Linux would panic. Who only wants to know what a machine looks like lets it end the command with
 * one line and exit status 1; runMachine() makes a run record of it.
 */
export class BootPanic extends Failure {
  readonly #x86: X86State;
  readonly #profile: BootProfile;
  readonly #moments: EarlyMoments;
  readonly #lastLine: string;

  constructor(lastLine: string, x86: X86State, profile: BootProfile, moments: EarlyMoments) {
    super(`Linux does not boot on this machine: ${lastLine}`);
    this.name = 'BootPanic';
    this.#lastLine = lastLine;
    this.#x86 = x86;
    this.#profile = profile;
    this.#moments = moments;
  }

  /** What was done up to the panic: no CPU but the first ran, and nothing was initialised in parallel. */
  record(machine: string, cpus: CpuKind): RunRecord {
    const record = runRecord(this.#x86, this.#moments, {
      ...{ machine, kernel: this.#profile.name, cpus, jobs: [], serial: [], deferredInit: [], grow: [] },
      firstDeferredPfn: new Map(),
      online: [0],
    });
    return { ...record, panic: this.#lastLine };
  }
}

/**
 * Runs a part of early boot.
 * @throws BootPanic where the kernel panics in it; `moments` are asked for then
 */
export function untilPanic<T>(
  x86: X86State,
  profile: BootProfile,
  moments: () => EarlyMoments,
  run: () => T,
): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof KernelPanic) throw new BootPanic(error.message, x86, profile, moments());
    throw error;
  }
}
