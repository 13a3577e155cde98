// What no image shows: pages that a kernel takes in early boot, as guests of each built-in build had them.
import type { EarlyPages, EarlyTakes, FurtherEarlyPages } from '../src/kernel/profile.ts';

/** Guests of 4, 40 and 104 CPUs that ran 6.1.0-56; all that counts is in these four. */
export const OF_6_1: EarlyPages = { onBootNode: 550, interleaved: 120, perCpu: 52, perCpuOnBootNode: 5 };

/**
 * Blocks in the order in which a guest's only CPU took them from setup_per_cpu_pageset() to the `Memory:` line, stopped by gdb at
 * each call of the page allocator: one node, 2.5 GiB, ACPI, QEMU's translator. Hash tables are left out.
 */
const RECORDED: ReadonlyMap<string, EarlyTakes> = new Map<string, EarlyTakes>([
  [
    '6.12',
    {
      untilTables: 's0 s0n 3s0 p3 p0 f 2s0 s3 2s0',
      untilProcesses: 'p3 s0 r1 s2 s0 r0 2s0 r3 2s0 s2 s1 s2 r2 s0 s1n r1',
      onBootNode:
        's3 4p0 2s0 s1 s3 s2 s0 8p0 s3 12p0 s3 4p0 s0 8p0 s3 4p0 s0 8p0 s0 s3 12p0 s2 s3 4p0 s3 4p0 s0 4p0 s3 12p0 s3 4p0 15s0 4p0 s2 2s0 4p0 s0 s3 4p0',
    },
  ],
  [
    '6.18',
    {
      untilTables: 's0 s0n 2s0 p3 p0 f 4s0 s3 s0',
      untilProcesses: 'p3 s0 r1 s2 s1 s0 r0 2s0 r3 2s0 r1 s0 s0n s0 s3 s2 s2n s1n r1',
      onBootNode:
        's3 4p0 2s0 s1 s3 s2 8p0 s3 4p0 s0 8p0 s3 12p0 s0 s3 12p0 s0 s3 8p0 s0 4p0 s2 s3 4p0 s3 4p0 s0 4p0 s3 4p0 12s0 4p0 s2 s0 4p0 s3 4p0',
    },
  ],
  [
    '7.0',
    {
      untilTables: 's0 s0n 4s0 p3 p0 f 4s0 s1 3s0 s3 4s0',
      untilProcesses: 's0 p3 3s0 3s1 2s0 3r0 4s0 3r1 r3 s2 8s0 s0n s0 6s2 2s1 2r1 2s0',
      onBootNode:
        '2s3 p2 3s0 3s1 s3 s2 3p2 s3 4p2 s3 4p2 2s3 2s0 p2 s3 s2 2p2 2s0 p2 s3 4p2 5s0 s3 p2 5s0 p2 s2 p2 3s0 p2',
    },
  ],
  [
    '7.2',
    {
      untilTables: 's0 s0n 3s0 s1 s0 p3 p0 10s0 s3 2s0',
      untilProcesses: 'p3 2s0 2s2 2s0 3r0 4s0 2r1 r3 s2 10s0 6s2 2r1 2s0',
      onBootNode:
        '2s3 p2 3s0 3s1 s3 s2 3p2 s3 4p2 s3 s0 4p2 2s3 p2 s3 s2 2p2 2s0 p2 s3 4p2 12s0 s3 p2 4s0 p2 s2 2p2 3s0',
    },
  ],
  [
    '7.3',
    {
      untilTables: 's0 s0n 3s0 s1 s0 p3 p0 11s0 s3 s0',
      untilProcesses: 'p3 3s0 2s2 2s0 3r0 5s0 2r1 s2 s0 r3 8s0 s3 4s2 2r1 2s0',
      onBootNode:
        '2s3 p2 3s0 3s1 s0 s3 s2 3p2 s3 4p2 s3 p2 s0 3p2 2s3 p2 s3 s2 2p2 2s0 p2 s3 4p2 12s0 s3 p2 4s0 p2 s2 p2 4s0 p2 3s0',
    },
  ],
]);

/** The takes that were recorded with a build, its own or one that is near; what waits in a further CPU's lists at a batch of 63. */
function listed(build: string, at63: number): Pick<FurtherEarlyPages, 'takes' | 'waitingPerCpu'> {
  const takes = RECORDED.get(build);
  if (takes === undefined) throw new Error(`no takes were recorded with ${build}`);
  const waitingPerCpu = [
    { batch: 15, pages: 0 },
    { batch: 63, pages: at63 },
  ];
  return { takes, waitingPerCpu };
}

/**
 * From what QEMU's guests had taken when they printed `Memory:` (what the line reserves and has free, from its total), less hash
 * tables, page tables of vmalloc space and what the boot CPU's lists are left with by the model. `onBootNode` and `interleaved` are
 * those of one CPU. What a node and a CPU add is the least-squares fit of guests of 2 nodes, and of 2 to 16 CPUs; helpers of deferred
 * init add nothing that further CPUs did not: four fake nodes have 12 of them, and took as much as one with 3.
 */
export const MEASURED_PAGES: ReadonlyMap<string, EarlyPages> = new Map<string, EarlyPages>([
  // read off the zones at page_alloc_init_late, as the line comes before; 6.1 itself has 636 to 662 pages and 67 a CPU there
  ['6.1-cloud', { onBootNode: 510, interleaved: 120, perCpu: 67, perCpuOnBootNode: 5 }],
  [
    '6.12',
    {
      ...{ onBootNode: 599, interleaved: 120, perCpu: 75, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 127, perNode: 35, perHelper: 0 }, ...listed('6.12', 30) },
    },
  ],
  [
    '6.12-cloud',
    {
      ...{ onBootNode: 585, interleaved: 120, perCpu: 61, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 166, perNode: 35, perHelper: 0 }, ...listed('6.12', 44) },
    },
  ],
  [
    '6.16',
    {
      ...{ onBootNode: 589, interleaved: 120, perCpu: 80, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 159, perNode: 31, perHelper: 0 }, ...listed('6.18', 30) },
    },
  ],
  [
    '6.17',
    {
      ...{ onBootNode: 588, interleaved: 120, perCpu: 87, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 111, perNode: 31, perHelper: 0 }, ...listed('6.18', 30) },
    },
  ],
  [
    '6.18',
    {
      ...{ onBootNode: 593, interleaved: 120, perCpu: 82, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 110, perNode: 20, perHelper: 0 }, ...listed('6.18', 30) },
    },
  ],
  [
    '6.19',
    {
      ...{ onBootNode: 597, interleaved: 120, perCpu: 95, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 0, perNode: 60, perHelper: 0 }, ...listed('7.0', 110) },
    },
  ],
  [
    '7.0',
    {
      ...{ onBootNode: 685, interleaved: 120, perCpu: 109, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 35, perNode: 35, perHelper: 0 }, ...listed('7.0', 110) },
    },
  ],
  [
    '7.1',
    {
      ...{ onBootNode: 682, interleaved: 120, perCpu: 109, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 63, perNode: 60, perHelper: 0 }, ...listed('7.2', 110) },
    },
  ],
  [
    '7.2',
    {
      ...{ onBootNode: 694, interleaved: 120, perCpu: 109, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 40, perNode: 52, perHelper: 0 }, ...listed('7.2', 110) },
    },
  ],
  [
    '7.3',
    {
      ...{ onBootNode: 697, interleaved: 120, perCpu: 109, perCpuOnBootNode: 0 },
      further: { ...{ severalCpus: 55, perNode: 40, perHelper: 0 }, ...listed('7.3', 110) },
    },
  ],
]);

/** What guests a build was measured with. */
export function measuredWith(name: string): string | null {
  if (name === '6.1') return 'guests of 4, 40 and 104 CPUs';
  if (name === '6.1-cloud') return 'guests of 1 and 4 CPUs';
  if (!MEASURED_PAGES.has(name)) return null;
  return ['6.12', '7.2'].includes(name)
    ? 'guests of 1 to 16 CPUs and 1 to 4 nodes'
    : 'guests of 1 to 8 CPUs and 1 or 2 nodes';
}
