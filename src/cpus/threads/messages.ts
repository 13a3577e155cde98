// What the starting thread and its workers tell each other: plain data, and shared memory.
import type { CpuId } from '../../lib/units.ts';
import type { RanChunk } from './runqueue.ts';
import type { SlotRecord } from './slots.ts';

/** Breaks a worker on purpose, for tests: before it performs its `atRun`-th leaf (from 1), on `cpu` where that is given. */
export interface Fault {
  readonly cpu?: CpuId;
  readonly atRun: number;
  readonly kind: 'throw' | 'exit' | 'stall';
}

/** Delays workers at random before their requests, for tests: `share` of them, at most `maxMs` each. */
export interface Delays {
  readonly seed: number;
  readonly share: number;
  readonly maxMs: number;
}

/** Which kernel a worker builds: a module with `createKernel`, and the data that it is called with. */
export interface KernelSource {
  /** URL of the module. */
  readonly module: string;
  readonly data: unknown;
}

/** Asks a worker to carry CPUs until the run is over. */
export interface RunRequest {
  readonly control: SharedArrayBuffer;
  readonly starts: SharedArrayBuffer;
  readonly leaves: SharedArrayBuffer;
  readonly wakeups: SharedArrayBuffer;
  readonly memory: SharedArrayBuffer;
  /** CPUs of the whole machine, and those that this worker carries. */
  readonly cpuCount: number;
  readonly cpus: readonly CpuId[];
  readonly hz: number;
  /** The thread that the run begins with: started by the worker that is ready last, so that all begin together. */
  readonly root: SlotRecord;
  /** Workers that take part. */
  readonly workers: number;
  /** process.hrtime.bigint() at the start of the run. */
  readonly originNs: bigint;
  readonly kernel: KernelSource;
  readonly fault: Fault | null;
  readonly delays: Delays | null;
}

/** Something that the kernel told: a log line or a trace point, with who and when. */
export interface Told {
  readonly atNs: number;
  readonly cpu: CpuId;
  readonly thread: number;
  /** Name of the thread. */
  readonly name: string;
  readonly what: unknown;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'done';
      readonly chunks: readonly RanChunk[];
      readonly told: readonly Told[];
      /** CPU time of the worker while it carried CPUs; null where the host's Node cannot tell. */
      readonly cpuNs: number | null;
    }
  | {
      readonly kind: 'failed';
      readonly cpu: CpuId | null;
      readonly thread: string | null;
      readonly error: string;
      readonly history: readonly string[];
    };
