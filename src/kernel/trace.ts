// Trace points of the kernel model: what a debugger's breakpoints see of a real one. Who collects them knows thread, CPU and
// time from the driver.
import type { Nid, Pfn } from '../lib/units.ts';
import type { Word, WorkName } from '../cpu/op.ts';

/** What a trace point tells. */
export type TraceEvent =
  /** page_alloc_init_late() starts the node's thread. */
  | { readonly kind: 'defstart'; readonly node: Nid }
  /** deferred_init_memmap() read the node's boundary; null: nothing is deferred. */
  | { readonly kind: 'definit'; readonly node: Nid; readonly firstDeferredPfn: Pfn | null }
  /** deferred_init_memmap() is done, after so many jiffies. */
  | { readonly kind: 'defdone'; readonly node: Nid; readonly ms: number }
  /** padata_do_multithreaded() was called. */
  | {
      readonly kind: 'job';
      readonly work: WorkName;
      readonly arg: number;
      readonly start: number;
      readonly size: number;
      readonly align: number;
      readonly minChunk: number;
      readonly maxThreads: number;
    }
  /** The works that the job got, and the size of its chunks; `state` tells helpers of the same job. */
  | {
      readonly kind: 'workers';
      readonly state: Word;
      readonly workers: number;
      readonly chunkSize: number;
    }
  /** padata_mt_helper() was entered. */
  | { readonly kind: 'helper'; readonly state: Word }
  /** RFC of 2022: a waiting caller raises a helper; a thread of a job has ended; undo_fn is called. */
  | { readonly kind: 'raise' | 'ended'; readonly state: Word; readonly thread: Word }
  | { readonly kind: 'undo'; readonly start: number; readonly end: number }
  /** deferred_grow_zone() returned. */
  | {
      readonly kind: 'grow';
      readonly node: Nid;
      readonly order: number;
      readonly fromPfn: Pfn | null;
      readonly toPfn: Pfn | null;
      readonly grown: boolean;
    };
