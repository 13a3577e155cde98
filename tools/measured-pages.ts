// What no image shows: pages that a kernel takes in early boot, as guests of each built-in build had them.
import type { EarlyPages } from '../src/kernel/profile.ts';

/** Guests of 4, 40 and 104 CPUs that ran 6.1.0-56; all that counts is in these four. */
export const OF_6_1: EarlyPages = { onBootNode: 550, interleaved: 120, perCpu: 52, perCpuOnBootNode: 5 };

/** Batches that were measured: 7 on a zone that is deferred but for its first section, 63 on one of 1 GiB and more that is not. */
const waiting = (at7: number, at15: number, at63: number) => [
  { batch: 7, pages: at7 },
  { batch: 15, pages: at15 },
  { batch: 63, pages: at63 },
];

/** Up to a batch of 15 it is part of what each CPU takes. */
const waitingPerCpu = (at63: number) => [
  { batch: 15, pages: 0 },
  { batch: 63, pages: at63 },
];

/**
 * From what QEMU's guests had taken when they printed `Memory:` (what the line reserves and has free, from its total), less hash
 * tables and page tables of vmalloc space. `onBootNode` and the boot CPU's lists are those of one CPU on 2 and 8 GiB, with
 * movablecore=1G for a batch of 63; the lists were read from the guest's per_cpu_pages. What a node and a CPU add is the least-squares fit
 * of guests of 2 nodes, and of 2, 4 and 8 CPUs; what a helper of deferred init adds is 18 pages, as on 6.12 and 7.2.
 */
export const MEASURED_PAGES: ReadonlyMap<string, EarlyPages> = new Map<string, EarlyPages>([
  // read off the zones at page_alloc_init_late, as the line comes before; 6.1 itself has 636 to 662 pages and 67 a CPU there
  ['6.1-cloud', { onBootNode: 510, interleaved: 120, perCpu: 67, perCpuOnBootNode: 5 }],
  [
    '6.12',
    {
      ...{ onBootNode: 599, interleaved: 120, perCpu: 87, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 51, perNode: 19, perHelper: 18 },
        ...{ waiting: waiting(98, 139, 562), waitingPerCpu: waitingPerCpu(30) },
      },
    },
  ],
  [
    '6.12-cloud',
    {
      ...{ onBootNode: 585, interleaved: 120, perCpu: 73, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 90, perNode: 19, perHelper: 18 },
        ...{ waiting: waiting(87, 130, 511), waitingPerCpu: waitingPerCpu(44) },
      },
    },
  ],
  [
    '6.16',
    {
      ...{ onBootNode: 589, interleaved: 120, perCpu: 73, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 76, perNode: 18, perHelper: 18 },
        ...{ waiting: waiting(107, 154, 523), waitingPerCpu: waitingPerCpu(62) },
      },
    },
  ],
  [
    '6.17',
    {
      ...{ onBootNode: 588, interleaved: 120, perCpu: 80, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 28, perNode: 18, perHelper: 18 },
        ...{ waiting: waiting(109, 156, 525), waitingPerCpu: waitingPerCpu(33) },
      },
    },
  ],
  [
    '6.18',
    {
      ...{ onBootNode: 593, interleaved: 120, perCpu: 93, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 53, perNode: 25, perHelper: 18 },
        ...{ waiting: waiting(105, 148, 529), waitingPerCpu: waitingPerCpu(11) },
      },
    },
  ],
  [
    '6.19',
    {
      ...{ onBootNode: 597, interleaved: 120, perCpu: 99, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 0, perNode: 24, perHelper: 18 },
        ...{ waiting: waiting(93, 68, 341), waitingPerCpu: waitingPerCpu(226) },
      },
    },
  ],
  [
    '7.0',
    {
      ...{ onBootNode: 685, interleaved: 120, perCpu: 94, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 0, perNode: 32, perHelper: 18 },
        ...{ waiting: waiting(181, 96, 343), waitingPerCpu: waitingPerCpu(274) },
      },
    },
  ],
  [
    '7.1',
    {
      ...{ onBootNode: 682, interleaved: 120, perCpu: 86, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 0, perNode: 28, perHelper: 18 },
        ...{ waiting: waiting(179, 195, 339), waitingPerCpu: waitingPerCpu(282) },
      },
    },
  ],
  [
    '7.2',
    {
      ...{ onBootNode: 694, interleaved: 120, perCpu: 75, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 54, perNode: 30, perHelper: 18 },
        ...{ waiting: waiting(172, 186, 332), waitingPerCpu: waitingPerCpu(195) },
      },
    },
  ],
  [
    '7.3',
    {
      ...{ onBootNode: 697, interleaved: 120, perCpu: 97, perCpuOnBootNode: 5 },
      further: {
        ...{ severalCpus: 0, perNode: 65, perHelper: 18 },
        ...{ waiting: waiting(170, 186, 582), waitingPerCpu: waitingPerCpu(166) },
      },
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
