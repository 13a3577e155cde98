// What a user's work costs on a machine: nanoseconds a page alone, the bandwidth that threads share, and what a contended lock takes.
// Figures are fitted to published tables (published/users.ts says which rows); docs/padata-users.md has the comparison.
import type { Timing } from '../../cpus/simulated/cost/timing.ts';

/** One user's costs. Pages are of 4 KiB but for huge pages, where a page is one of them. */
export interface UserCosts {
  /** One thread alone, a page. */
  readonly pageNs: number;
  /** Bytes that a page's work moves through memory. */
  readonly pageBytes: number;
  /** What a node's memory gives all threads, GB/s; Infinity: nothing is shared. */
  readonly nodeGBs: number;
  /** What all threads of a node have to the memory of other nodes, GB/s; left out: as if it were their own. */
  readonly linkGBs?: number;
  /** A lock that is free: from taking it to letting it go. */
  readonly holdNs: number;
  /** More, where others wait: the next has to be woken, and its cache is cold. */
  readonly handoverNs: number;
  /** More for each of those who wait. */
  readonly waiterNs: number;
}

export const USER_NAMES = ['vfio-pin', 'hugetlb', 'pmem', 'munmap'] as const;
export type UserName = (typeof USER_NAMES)[number];

/** Bytes of a page, and of its struct page. */
const PAGE_BYTES = 4096;
const STRUCT_PAGE_BYTES = 64;

/**
 * vfio-pin on the Skylake of the RFC (Xeon 8167M, hugetlb guest memory not touched before): page cost and bandwidth from the rows
 * with 1 and 16 threads and a cache of 65,536 pages, the lock from those with 8 and 16 threads and none, all of 128 GiB.
 */
export const VFIO_SKYLAKE: UserCosts = {
  pageNs: 780,
  pageBytes: PAGE_BYTES,
  nodeGBs: 76,
  holdNs: 1000,
  handoverNs: 95_000,
  waiterNs: 9_200,
};

/** Freeing an address space on Haswell-EX (A. Lu, 2017), for 512 pages under zone->lock at once: 1, 8 and 32 threads. */
export const MUNMAP_HASWELL: UserCosts = {
  pageNs: 52.9,
  pageBytes: STRUCT_PAGE_BYTES,
  nodeGBs: Infinity,
  holdNs: 27_300,
  handoverNs: 0,
  waiterNs: 349,
};

/**
 * Huge pages of 2 MiB at boot on the machine of 256 GiB and 2 nodes (Gang Li, 2024): 1 and 5 threads a node. The bandwidth is an
 * effective figure, as if preparing a huge page moved 4 KiB: pages are not cleared at boot.
 */
export const HUGETLB_2M: UserCosts = {
  pageNs: 5_398,
  pageBytes: PAGE_BYTES,
  nodeGBs: 2.307,
  holdNs: 100,
  handoverNs: 0,
  waiterNs: 0,
};

/** Bytes of a huge page. */
const HUGE_BYTES = 2 ** 21;

/**
 * Clearing huge pages of 2 MiB for a file on the E7-8895 v3 of ktask (2017): one thread's cost from 1 thread with 200 and 400 GiB and 2
 * with 200 (least squares of relative errors), the bandwidth of a node and of its links from 16 threads with each.
 */
export const FALLOCATE_E7: UserCosts = {
  pageNs: 938_500,
  pageBytes: HUGE_BYTES,
  nodeGBs: 23.44,
  linkGBs: 11.82,
  holdNs: 0,
  handoverNs: 0,
  waiterNs: 0,
};

/** The machine whose vfio figures are known, as its own deferred init costs: others are scaled by theirs. */
const SKYLAKE = { pageInitNs: 17.5, nodeBandwidthGBs: 43.52 };

/** A user's costs on a machine: the fitted ones, scaled by how fast the machine initialises struct pages. */
export function userCosts(user: UserName, timing: Timing): UserCosts {
  const slower = timing.pageInitNs / SKYLAKE.pageInitNs;
  const wider = timing.nodeBandwidthGBs / SKYLAKE.nodeBandwidthGBs;
  const scaled = (costs: UserCosts): UserCosts => ({
    ...costs,
    pageNs: costs.pageNs * slower,
    nodeGBs: costs.nodeGBs * wider,
  });
  switch (user) {
    case 'vfio-pin':
      return scaled(VFIO_SKYLAKE);
    case 'hugetlb':
      return scaled(HUGETLB_2M);
    case 'munmap':
      return scaled(MUNMAP_HASWELL);
    case 'pmem':
      return {
        pageNs: timing.pageInitNs,
        pageBytes: STRUCT_PAGE_BYTES,
        nodeGBs: timing.nodeBandwidthGBs,
        holdNs: 0,
        handoverNs: 0,
        waiterNs: 0,
      };
  }
}
