// What padata's users give and get: jobs that are split among threads, and objects that come back in order.
import type { CpuId } from '../../lib/units.ts';

/** The thread function of a job: works on the units [start, end). Returns nothing; what it throws ends the run. */
export type ThreadFn = (start: number, end: number) => void;

/** A module whose exports do the work, for workers as for the simulator. `data` must survive structured cloning. */
export interface WorkModule {
  /** URL of the module: `new URL('./work.js', import.meta.url)`. */
  readonly module: URL | string;
  /** Handed to each call; a SharedArrayBuffer in it is shared. */
  readonly data?: unknown;
}

/** A job for padata_do_multithreaded(), in units that only the thread function understands. */
export interface PadataJob {
  /** A function (simulator only), or a module that exports `threadFn(start, end, data)`. */
  readonly work: ThreadFn | WorkModule;
  readonly start: number;
  readonly size: number;
  /** Chunks end on multiples of this; 1 where it is left out. */
  readonly align?: number;
  /** No chunk is made smaller than this for the sake of parallelism; 1 where it is left out. */
  readonly minChunk?: number;
  /** Threads at most, the caller included; all CPUs where it is left out. */
  readonly maxThreads?: number;
  /** Virtual nanoseconds that the simulator charges for [start, end); 1000 a unit where it is left out. */
  readonly costNs?: (start: number, end: number) => number;
  readonly signal?: AbortSignal;
}

/** One call of the thread function: nanoseconds since the run began, virtual on the simulator, measured on workers. */
export interface PadataChunk {
  readonly start: number;
  readonly end: number;
  readonly cpu: CpuId;
  readonly startNs: number;
  readonly endNs: number;
}

/** What a job did. */
export interface PadataJobResult {
  /** Threads that it got from the pool of works, the caller included. */
  readonly workers: number;
  /** Units; the whole job where one thread did it. */
  readonly chunkSize: number;
  /** In the order in which they started. */
  readonly chunks: readonly PadataChunk[];
  /** From the start of the run to the job's end, CPUs' start-up included. */
  readonly ns: number;
}

/** The callbacks of objects that are worked on in any order and called back in the order in which they came. */
export interface SerialWork {
  /** Works on one object; runs on any CPU. */
  readonly parallel: (object: number) => void;
  /** Called once for each object, in order on its callback CPU. */
  readonly serial?: (object: number) => void;
}

/** Objects 0 to `objects` - 1 for padata_do_parallel(), handed in one after another by CPU 0. */
export interface PadataSerialJob {
  /** Callbacks (simulator only), or a module that exports `parallel(object, data)` and, if need be, `serial(object, data)`. */
  readonly work: SerialWork | WorkModule;
  readonly objects: number;
  /** Callback CPU of an object; one for all (0) where it is left out, so that all come back in order. */
  readonly callbackCpu?: (object: number) => CpuId;
  /** Virtual nanoseconds that the simulator charges for an object; 1000 where it is left out. */
  readonly costNs?: (object: number) => number;
  readonly signal?: AbortSignal;
}

/** One callback of one object; nanoseconds as in PadataChunk. */
export interface PadataCall {
  readonly object: number;
  readonly cpu: CpuId;
  readonly startNs: number;
  readonly endNs: number;
}

/** What became of the objects; both lists in the order in which the calls started. */
export interface PadataSerialResult {
  readonly parallel: readonly PadataCall[];
  readonly serial: readonly PadataCall[];
}
