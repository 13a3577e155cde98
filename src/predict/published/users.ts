// Measurements of the users of jobs as they were posted, seconds. Where a row was fitted, `fitted` says so: the others are predictions.
// Sources by message-id on lore.kernel.org.
import type { UserName } from '../users/costs.ts';

/** One thread count, measured. */
export interface UserRow {
  readonly threads: number;
  readonly seconds: number;
  /** The model's figures were chosen on this row. */
  readonly fitted: boolean;
}

/** One line of a table: a machine, a size, a cache. */
export interface UserSeries {
  readonly user: UserName | 'fallocate';
  /** A built-in description's name, or what the source calls the machine. */
  readonly machine: string;
  /** Sockets (nodes), cores of each, threads of each core. */
  readonly topology: readonly [number, number, number];
  /** In pages of 4 KiB; huge pages of `hugeKiB` for hugetlb. */
  readonly pages: number;
  readonly hugeKiB?: number;
  /** locked_vm cache in pages, of vfio-pin. */
  readonly cache?: number;
  /** Threads of a row are for each node. */
  readonly perNode?: true;
  readonly rows: readonly UserRow[];
  /** Page cost and bandwidth as fitted on this machine's own rows (bench/users.ts --fit), where the machine is known by them alone. */
  readonly own?: { readonly pageNs: number; readonly nodeGBs: number; readonly linkGBs?: number };
  /** Huge pages in the pool of each node, of fallocate. */
  readonly pool?: number;
  readonly source: string;
}

const GIB = 262144;
/** Huge pages of 2 MiB in a GiB. */
const HUGE = 512;

/** Rows in the order of `threads`; `fitted` are thread counts. */
function rows(
  threads: readonly number[],
  seconds: readonly number[],
  fitted: readonly number[] = [],
): UserRow[] {
  return threads.map((count, i) => ({
    threads: count,
    seconds: seconds[i] as number,
    fitted: fitted.includes(count),
  }));
}

const RFC = '20220106004656.126790-9-daniel.m.jordan@oracle.com';
const SKYLAKE = { user: 'vfio-pin', machine: 'skylake-768g', topology: [2, 26, 2], source: RFC } as const;
const T5 = [1, 8, 16, 24, 32];

/** "[RFC 08/16] vfio/type1: Cache locked_vm to ease mmap_lock contention", January 2022: guest memory not touched before. */
export const VFIO_ROWS: readonly UserSeries[] = [
  { ...SKYLAKE, cache: 0, pages: 128 * GIB, rows: rows(T5, [26.6, 8.9, 13.8, 14.4, 14.1], [8, 16]) },
  { ...SKYLAKE, cache: 32768, pages: 128 * GIB, rows: rows(T5, [26.6, 3.9, 2.4, 2.4, 2.4]) },
  { ...SKYLAKE, cache: 65536, pages: 128 * GIB, rows: rows(T5, [26.5, 3.7, 2.2, 2.2, 2.2], [1, 16]) },
  { ...SKYLAKE, cache: 0, pages: 360 * GIB, rows: rows(T5, [75.6, 23.6, 39.8, 40.9, 39.2]) },
  { ...SKYLAKE, cache: 32768, pages: 360 * GIB, rows: rows(T5, [74.9, 11.1, 6.9, 6.6, 7.0]) },
  { ...SKYLAKE, cache: 65536, pages: 360 * GIB, rows: rows(T5, [75.9, 10.5, 6.3, 6.0, 6.2]) },
];

/** Tried afterwards, nothing of them was fitted: other sizes and caches of the same machine. */
export const VFIO_LATER: readonly UserSeries[] = [
  { ...SKYLAKE, cache: 131072, pages: 128 * GIB, rows: rows([8, 16, 24, 32], [3.6, 2.1, 2.0, 2.1]) },
  { ...SKYLAKE, cache: 65536, pages: 16 * GIB, rows: rows([16], [0.3]) },
];

const GANG_LI = '20240222140422.393911-1-gang.li@linux.dev';
const PRESCHER = 'hugepage_alloc_threads, T. Prescher, 2025';
const hugetlb = { user: 'hugetlb', hugeKiB: 2048 } as const;
const FIVE = [1, 2, 3, 4, 5];
const POWERS = [8, 16, 32, 64, 128];

/** Huge pages of 2 MiB at boot; Gang Li's threads are for each node. Cores are guessed where the source does not say. */
export const HUGETLB_ROWS: readonly UserSeries[] = [
  {
    ...{ ...hugetlb, machine: '256 GiB, 2 nodes', topology: [2, 32, 2], pages: 256 * HUGE, perNode: true },
    rows: rows(FIVE, [0.358, 0.215, 0.157, 0.134, 0.126], [1, 5]),
    own: { pageNs: 5398, nodeGBs: 2.307 },
    source: GANG_LI,
  },
  {
    ...{ ...hugetlb, machine: '2 TiB, 4 nodes', topology: [4, 32, 2], pages: 2048 * HUGE, perNode: true },
    rows: rows(FIVE, [0.979, 0.679, 0.543, 0.489, 0.481], [1, 5]),
    own: { pageNs: 3641, nodeGBs: 2.307 },
    source: GANG_LI,
  },
  {
    ...{ ...hugetlb, machine: '50 GiB, 2 nodes', topology: [2, 32, 2], pages: 50 * HUGE, perNode: true },
    rows: rows(FIVE, [0.071, 0.044, 0.037, 0.03, 0.031], [1, 5]),
    own: { pageNs: 5398, nodeGBs: 1.775 },
    source: GANG_LI,
  },
  {
    ...{ ...hugetlb, machine: 'Skylake, 144 CPUs, 1 TiB', topology: [4, 18, 2], pages: 1024 * HUGE },
    rows: rows(POWERS, [44, 22, 16, 19, 20], [8, 32]),
    own: { pageNs: 655_900, nodeGBs: 0.03872 },
    source: PRESCHER,
  },
  {
    ...{ ...hugetlb, machine: 'Cascade Lake, 192 CPUs, 1 TiB', topology: [4, 24, 2], pages: 1024 * HUGE },
    rows: rows(POWERS, [39, 20, 11, 10, 9], [8, 128]),
    own: { pageNs: 586_100, nodeGBs: 0.06305 },
    source: PRESCHER,
  },
];

const KTASK_V3 = '20171205195220.28208-7-daniel.m.jordan@oracle.com';
const SIXTEEN = [1, 2, 4, 8, 16];
const fallocate = { user: 'fallocate', hugeKiB: 2048, source: KTASK_V3 } as const;
/** 1 TiB on 8 nodes, all of it taken to be in the pools. */
const E7 = { ...fallocate, machine: 'E7-8895 v3', topology: [8, 18, 2], pool: 128 * HUGE } as const;
/** 504 GiB on 4 nodes. */
const T7 = {
  ...{ ...fallocate, machine: 'SPARC T7-4', pool: 126 * HUGE },
  topology: [4, 32, 8],
  own: { pageNs: 303_700, nodeGBs: 45.87, linkGBs: 47.62 },
} as const;

/** hugetlbfs fallocate of ktask (v3, 6/7; v4 has the rows of the first machine again): the least of some runs. */
export const FALLOCATE_ROWS: readonly UserSeries[] = [
  { ...E7, pages: 200 * HUGE, rows: rows(SIXTEEN, [127.53, 41.3, 22.29, 13.5, 13.09], [1, 2, 16]) },
  { ...E7, pages: 400 * HUGE, rows: rows(SIXTEEN, [193.09, 90.31, 50.32, 37.75, 31.54], [1, 16]) },
];

/** The same on another machine, with figures of its own. */
export const FALLOCATE_SPARC_ROWS: readonly UserSeries[] = [
  { ...T7, pages: 100 * HUGE, rows: rows(SIXTEEN, [15.55, 8.08, 4.38, 2.65, 2.41], [1, 16]) },
  { ...T7, pages: 200 * HUGE, rows: rows(SIXTEEN, [31.26, 16.26, 8.73, 5.64, 4.49]) },
  { ...T7, pages: 400 * HUGE, rows: rows(SIXTEEN, [62.18, 31.36, 17.52, 11.25, 9.4], [16]) },
];

/** Freeing 320 GiB at exit, Haswell-EX of 144 CPUs; `max_active` counts the threads (Aaron Lu, 2017). */
export const MUNMAP_ROWS: readonly UserSeries[] = [
  {
    ...{ user: 'munmap', machine: 'Haswell-EX, 144 CPUs', topology: [4, 18, 2], pages: 320 * GIB },
    rows: rows([1, 2, 4, 8, 16, 32], [8.9, 5.65, 4.84, 4.77, 4.85, 6.21], [1, 8, 32]),
    source: 'lkml.org/lkml/2017/2/24/244',
  },
];

/** One program beside a job's helpers, seconds: alone, with helpers at nice 19, with helpers at nice 0. */
export interface LoadRow {
  readonly load: string;
  readonly threads: number;
  readonly alone: number;
  readonly nice19: number;
  readonly nice0: number;
  readonly job: { readonly name: string; readonly nice19: number; readonly nice0: number };
}

/** The cover letter of the RFC: 8 CPUs; usemem's threads are taken to be as many as stress-ng's. */
export const LOAD_ROWS: readonly LoadRow[] = [
  {
    ...{ load: 'stress-ng', threads: 7, alone: 43.04, nice19: 43.58, nice0: 75.86 },
    job: { name: 'padata_test', nice19: 96.87, nice0: 90.81 },
  },
  {
    ...{ load: 'usemem', threads: 7, alone: 10.45, nice19: 10.75, nice0: 14.14 },
    job: { name: 'padata_vfio', nice19: 14.74, nice0: 9.93 },
  },
];

/** What was published for a built-in machine. */
export function publishedUserRows(
  user: UserName,
  machine: string,
  pages: number,
  cache: number,
): readonly UserRow[] {
  return (
    VFIO_ROWS.find(
      (series) =>
        series.user === user &&
        series.machine === machine &&
        series.pages === pages &&
        series.cache === cache,
    )?.rows ?? []
  );
}
