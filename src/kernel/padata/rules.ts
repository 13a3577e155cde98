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

/** What the calling task may use; FACTS of the RFC of 2022. */
export interface CallerLimits {
  /** nr_cpus_allowed. */
  readonly cpusAllowed: number;
  readonly cpusOnline: number;
  /** The cap of the CPU controller: quota / period, rounded down; nr_cpu_ids without a quota. */
  readonly quotaCpus: number;
}

/** Rules of jobs that can fail and run beside others (RFC of 2022, ktask of 2018): rfc2022/. */
export interface RuntimeRules {
  /** Threads wanted, the caller included; 0 where the caller's group has less than one CPU. @throws DivideError */
  readonly wanted: (job: JobRequest, limits: CallerLimits) => number;
  readonly chunkSize: (job: JobRequest, nworks: number) => number;
  /** Nice value of helpers. */
  readonly helperNice: number;
  /** What a caller does about helpers that have not ended: raises one after the other, or cancels those that have not begun. */
  readonly waiting: 'renice' | 'renice-or-cancel';
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
  /** Where jobs are the RFC's, not those that were merged. */
  readonly runtime?: RuntimeRules;
}

/** next_node_in() over the nodes with CPUs, ascending. */
export function nextNodeIn(nid: Nid, nodes: readonly Nid[]): Nid {
  return nodes.find((node) => node > nid) ?? nodes[0] ?? nid;
}
