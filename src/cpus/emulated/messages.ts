// What the host and its workers tell each other beside the shared control block: plain data, modules and shared memory.
import type { MessagePort } from 'node:worker_threads';
import type { CpuId } from '../../lib/units.ts';
import type { FwCfgFile } from '../../board/fw-cfg.ts';
import type { WindowModules } from '../../board/window.ts';

/** What a worker is made from. */
export interface WorkerSetup {
  readonly worker: number;
  readonly workers: number;
  /** APIC ID of each CPU of the machine; CPU c belongs to worker c % workers. */
  readonly apicIds: readonly number[];
  readonly wide: boolean;
  readonly lapicAddress: number;
  readonly control: SharedArrayBuffer;
  readonly ram: SharedArrayBuffer;
  readonly v86: WebAssembly.Module;
  readonly windowModules: WindowModules;
  /** null: they come through `later`, announced in the control block. */
  readonly banks: readonly WebAssembly.Memory[] | null;
  readonly later: MessagePort;
  readonly direct: boolean;
  readonly firmware: Uint8Array;
  readonly files: readonly FwCfgFile[];
  readonly record: boolean;
  readonly startBudget: number;
  /** CPUs that hear no SIPI, for tests. */
  readonly deaf: readonly CpuId[];
  /** Host time for the guests' clocks, for tests: makes runs differ. */
  readonly hostClock: boolean;
}

/** What is left of a CPU at the end. */
export interface CpuRemains {
  readonly cpu: CpuId;
  readonly instructions: number;
  /** For decodeEvents. */
  readonly events: Float64Array;
  /** What it wrote to port 0xE9 and to COM1. */
  readonly console: string;
  readonly serial: string;
}

/** A worker's last message, after control.stop(). */
export interface WorkerEnd {
  readonly cpus: readonly CpuRemains[];
}
