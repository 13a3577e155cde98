// The changes of the kernel's early memory code, oldest first. A version is the fold of the changes up to it, and of those that its
// stable series took back. Evidence is the captured boots of test/fixtures and Debian's linux-source; where two versions stand
// apart without a capture between them, the release is the one that the patch names.
import type { KernelRules } from '../kernel/rules.ts';
import { KiB } from '../lib/units.ts';
import { BLOCK_CHANGES } from './history/blocks.ts';
import { hasChange, releaseOrder, type Change } from './history/change.ts';
import { CMA_CHANGES } from './history/cma.ts';
import { MEMBLOCK_CHANGES } from './history/memblock.ts';
import { MM_CHANGES } from './history/mm.ts';
import { NUMA_CHANGES } from './history/numa.ts';
import { OLD_TEXT_CHANGES } from './history/old_texts.ts';
import { PARAM_CHANGES } from './history/params.ts';
import { SETUP_CHANGES } from './history/setup.ts';
import { STRUCT_PAGE_CHANGES } from './history/struct_page.ts';
import { TEXT_CHANGES } from './history/texts.ts';
import { THREADING_CHANGES } from './history/threading.ts';

export type { Change } from './history/change.ts';
export { hasChange, releaseOrder } from './history/change.ts';

/** The rules before the first change: growth on demand as 4.17 has it, and the texts of kernels before 3.5. */
export const FIRST_RULES: KernelRules = {
  padataThreads: 'by-min-chunk',
  padataChunkFloor: 'none',
  padataNumaAware: false,
  deferredPieces: 'serial',
  deferredChunk: 'by-block',
  deferredFree: 'pageblock',
  deferredIterator: 'keeps-place',
  deferredGrow: 'by-blocks',
  deferredPreempt: 'irqs-off',
  deferredLine: 'with-pages',
  hugetlbJob: false,
  deferAfter: 'static',
  deferCounter: 'every-zone',
  memblockMerge: 'whole-table',
  mirrorMark: 'always',
  driverManaged: 'as-any',
  capOfNothing: 'cuts-reserved',
  rangeAlloc: 'find-and-reserve',
  freeLine: 'memblock_free',
  reserveLine: 'range',
  reservedTags: 'none',
  khoScratchFirstMegabyte: false,
  allocOrPanic: 'at-the-call',
  hugePageTails: 'plain',
  hugePageTake: 'near',
  reservedNidsAtFreeAll: false,
  e820Texts: 'usable',
  firstMegabyte: 'parts',
  earlyPageTables: 6,
  e820Least: 2,
  pciGap: 'downwards',
  lastPfn: 'ram',
  nosaveRegions: 'after-first',
  kexecSetupData: 'kept',
  crashLowMax: '896M',
  crashLowMegabyte: false,
  entryAreas: 'in-order',
  efiMmio: 'kept',
  efiBootServices: 'freed-late',
  crashkernel: 'x86',
  crashkernelCma: 'unknown',
  cpuLine: 'smp',
  cpuLocalMasks: 4,
  sratApicLines: 'info',
  numaBounds: 'max-pfn',
  numaReset: 'max-numnodes',
  numaCoverage: 'by-e820',
  nodeDataSize: 'pages',
  distanceTable: 'phys-range',
  distanceLine: 'printed',
  offlineNode: 'announced',
  memorylessNodes: 'with-cpus',
  fallbackLines: false,
  fallbackOrder: 'itself-first',
  kernelPages: 'by-zones',
  zoneLines: true,
  percpuChunkLists: 'by-type',
  cpumaskBits: 'all-without-offstack',
  percpuEarlyK: 12,
  swiotlbTables: 'list-and-addresses',
  vmallocHuge: 'never',
  perCpuBatch: 'constant',
  pageBlocks: 'in-twos',
  vmallocBlocks: 'as-mapped',
  memmapLimit: 'accessible',
  usageMaps: 'near-node-data',
  memmapPieces: 'one-a-node',
  pageTypes: 'bits',
  bootmemInfo: 'in-index',
  zonesAt: 'setup_arch',
  sparseAt: 'before-zones',
  hugetlbAt: 'parse_args',
  numaCma: 'as-asked',
  hugetlbCma: 'bytes',
  zonelistsAt: 'start_kernel',
  swiotlbAt: 'mem_init',
  acpiWords: 'to-nocmcff',
  amdPstate: 'any-word',
  stackDepotDisable: 'anything',
  mtrrSpareReg: 'anything',
  unknownOptions: 'silent',
  logBufferLine: 'length',
  memoryLineAt: 'mem_init',
  alternativesFreed: 'before-memory-line',
  e820Lines: 'start-end',
  slubLine: 'with-caches',
  mpTableLine: 'address',
  percpuLine: 'capital-address',
  acpiTables: 'kept',
  unavailableLine: 'none',
  zoneBatchBytes: 512 * KiB,
  hashLine: 'order',
  hashdist: 'always',
  mountHash: 'one-page',
  zonelistLine: 'with-order',
  zonelistDefault: 'by-low-memory',
  memoryLine: 'absent-pages',
  autoInitLine: false,
  broughtUpLine: 'plain',
  memoryBlockLine: false,
  nosavePrefix: 'PM: ',
  nodeDataLine: 'in-setup',
  nodeRanges: 'short',
  deviceZone: false,
  zoneEnds: 'fixed',
  sratPrefix: 'SRAT: ',
  printkPrefix: '',
  swiotlbLine: 'mapped-at',
  logRecords: 'text-only',
};

/** All changes, oldest first; those of one release in the order of their subjects. */
export const HISTORY: readonly Change[] = [
  ...SETUP_CHANGES,
  ...MEMBLOCK_CHANGES,
  ...NUMA_CHANGES,
  ...MM_CHANGES,
  ...BLOCK_CHANGES,
  ...STRUCT_PAGE_CHANGES,
  ...CMA_CHANGES,
  ...THREADING_CHANGES,
  ...PARAM_CHANGES,
  ...OLD_TEXT_CHANGES,
  ...TEXT_CHANGES,
]
  .map((change) => ({ change, order: releaseOrder(change.since) }))
  .sort((a, b) => a.order - b.order)
  .map(({ change }) => change);

/** The changes that a release has, oldest first. `release` as `6.1.192`, or a posting of the series. */
export function changesOf(release: string): Change[] {
  const order = releaseOrder(release);
  return HISTORY.filter((change) => hasChange(release, change, order));
}

/** The rules that changes make, applied in order. */
export function foldChanges(changes: readonly Change[]): KernelRules {
  const rules = { ...FIRST_RULES };
  for (const { sets } of changes) Object.assign(rules, sets);
  return rules;
}

/** The rules of a release. */
export function rulesOf(release: string): KernelRules {
  return foldChanges(changesOf(release));
}
