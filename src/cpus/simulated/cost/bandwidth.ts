// How threads that write struct pages of one node share its memory: throughput rises with the demand of the CPUs and bends
// into the node's bandwidth.
import { SHARED } from './timing.ts';

/** Bytes of one struct page. */
export const STRUCT_PAGE_BYTES = 64;

/** Throughput of a demand under a limit, in the same unit: (demand^-p + limit^-p)^(-1/p). Below both, near the smaller. */
export function throughput(demand: number, limit: number, sharpness: number = SHARED.sharpness): number {
  return demand / (1 + (demand / limit) ** sharpness) ** (1 / sharpness);
}

/** The demand that makes `reached` of a limit: throughput()'s inverse. Infinity where it reaches the limit. */
export function demandFor(reached: number, limit: number, sharpness: number = SHARED.sharpness): number {
  return reached >= limit ? Infinity : reached / (1 - (reached / limit) ** sharpness) ** (1 / sharpness);
}
