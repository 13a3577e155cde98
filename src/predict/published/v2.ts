// Measurements as posted with the v2 series: deferred init of the slowest node and kernel boot, means and standard deviations,
// milliseconds. Source: "[PATCH v2 5/7] mm: parallelize deferred_init_memmap()", Daniel Jordan, 20 May 2020,
// message-id 20200520182645.1658949-6-daniel.m.jordan@oracle.com.
import type { Measurement } from '../measurement.ts';

/** One machine of the table. */
export interface PublishedMachine {
  /** Name of the built-in description. */
  readonly name: string;
  readonly cpu: string;
  readonly rows: readonly Measurement[];
}

/** threads, deferred init, its deviation, boot, its deviation. */
type Row = readonly [number, number, number, number, number];

function rows(table: readonly Row[]): Measurement[] {
  return table.map(([threads, deferredInitMs, deferredInitStdevMs, bootMs, bootStdevMs]) => ({
    threads,
    deferredInitMs,
    deferredInitStdevMs,
    bootMs,
    bootStdevMs,
    resolutionMs: 1,
  }));
}

/** In the order of the posting. */
export const PUBLISHED_V2: readonly PublishedMachine[] = [
  {
    name: 'skylake-768g',
    cpu: 'Intel Xeon Platinum 8167M 2.00GHz (Skylake)',
    rows: rows([
      [0, 1779, 8.7, 4078, 9],
      [1, 1717.7, 7.8, 4021.3, 2.9],
      [6, 341, 35.5, 2644.7, 35.3],
      [13, 193.3, 32.3, 2498, 34.2],
      [19, 175.3, 31.7, 2482, 25.2],
      [26, 193.7, 3.5, 2495, 8.7],
      [39, 172.7, 26.7, 2478, 21],
      [52, 143.3, 1.5, 2448, 2],
    ]),
  },
  {
    name: 'broadwell-192g',
    cpu: 'Intel Xeon E5-2699C v4 2.20GHz (Broadwell)',
    rows: rows([
      [0, 1104.3, 6.7, 1996, 18],
      [1, 1074.7, 9, 1968, 3],
      [4, 305.3, 16.8, 1196, 22.7],
      [8, 174, 10.6, 1049.3, 17.2],
      [12, 145.3, 2.5, 1032, 14.9],
      [16, 133, 1.7, 1020.3, 2.5],
      [24, 128, 1.7, 1016.3, 8.1],
      [32, 126.3, 0.6, 1009, 8.5],
    ]),
  },
  {
    name: 'haswell-256g',
    cpu: 'Intel Xeon E5-2699 v3 2.30GHz (Haswell)',
    rows: rows([
      [0, 630, 4.6, 1682.7, 6.7],
      [1, 625.3, 3.2, 1676, 2],
      [4, 200.3, 1.2, 1249, 1],
      [9, 128, 3.5, 1178, 5.2],
      [13, 117.7, 1.2, 1167.7, 3.1],
      [18, 117, 1, 1167.3, 2.3],
      [27, 110, 6.9, 1161.3, 4.6],
      [36, 90, 1, 1142, 3.6],
    ]),
  },
  {
    name: 'epyc-64g-guest',
    cpu: 'AMD EPYC 7551 (Zen)',
    rows: rows([
      [0, 243.3, 8.1, 1003.7, 16.6],
      [1, 240.3, 1.5, 990, 4.6],
      [2, 135, 3, 889.3, 16.7],
      [4, 83.3, 2.5, 835.3, 9],
      [6, 72, 1, 816.7, 17.6],
      [8, 71.3, 1.2, 821, 5],
      [12, 68.7, 2.1, 813.3, 5],
      [16, 57.3, 15.9, 805.3, 10.8],
    ]),
  },
  {
    name: 'epyc-16g-guest',
    cpu: 'AMD EPYC 7551 (Zen)',
    rows: rows([
      [0, 50.7, 0.6, 722.3, 9.5],
      [1, 51.7, 1.2, 746.3, 4.7],
      [2, 35.7, 4.9, 721, 11.3],
      [3, 26, 0, 724.3, 11.2],
      [4, 22.3, 0.6, 700.3, 13.6],
    ]),
  },
  {
    name: 'haswell-14g-guest',
    cpu: 'Intel Xeon E5-2699 v3 2.30GHz (Haswell)',
    rows: rows([
      [0, 57, 1, 673, 6.9],
      [1, 56, 1, 677.3, 19.8],
      [2, 36, 5.2, 650, 3.6],
      [3, 25, 1, 644.7, 7.6],
      [4, 21, 0, 637, 5.6],
    ]),
  },
];

/** The rows of a built-in machine, undefined for one that nobody published. */
export function publishedFor(name: string): readonly Measurement[] | undefined {
  return PUBLISHED_V2.find((machine) => machine.name === name)?.rows;
}
