// What differs between kernels in padata's multithreaded jobs: data and small functions. profiles.ts has the versions.
import type { Nid } from '../../lib/units.ts';

/** What a caller of padata_do_multithreaded() asks for. */
export interface JobRequest {
  readonly size: number;
  readonly align: number;
  readonly minChunk: number;
  readonly maxThreads: number;
}

/** A CPU exception in kernel mode: the modelled kernel crashes. */
export class DivideError extends Error {
  /** Function of the faulting division, and the kernel version that put it right. */
  readonly where: string;
  readonly fixedIn: string;

  constructor(where: string, fixedIn: string) {
    super(`divide error: 0000 [#1] SMP in ${where} (fixed in ${fixedIn})`);
    this.name = 'DivideError';
    this.where = where;
    this.fixedIn = fixedIn;
  }
}

/** One version's rules. */
export interface PadataRules {
  /** Threads that the job could use, the caller included; at least 1. @throws DivideError */
  readonly nworks: (job: JobRequest) => number;
  /** Size of a chunk for the threads that the job got; 0 makes the helpers crash. */
  readonly chunkSize: (job: JobRequest, nworks: number) => number;
  /** Version that keeps chunks from being 0. */
  readonly chunkFixedIn: string;
  /** Whether a job can ask for its works to be spread over nodes (6.9). */
  readonly numaAware: boolean;
}

/** next_node_in() over the nodes with CPUs, ascending. */
export function nextNodeIn(nid: Nid, nodes: readonly Nid[]): Nid {
  return nodes.find((node) => node > nid) ?? nodes[0] ?? nid;
}
