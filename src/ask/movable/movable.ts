// `explain --movable`: what of each node the kernel can use, and how much memory can be added before that runs out.
import { maxArchPfn } from '../../arch/x86/layout.ts';
import type { RunRecord } from '../../init/record.ts';
import { bytesIn } from '../../lib/spans.ts';
import { BASES_5_LEVEL } from '../../mm/memmap/layout.ts';
import { GiB, PAGE_SIZE, pfnPhys, type Nid } from '../../lib/units.ts';

/** A page of memory needs so much for its struct page (64 of 4096 bytes). */
const STRUCT_PAGE_SHARE = 64 / PAGE_SIZE;
/** memory_hotplug.auto_movable_ratio: movable memory in percent of the kernel's, where the policy decides (mm/memory_hotplug.c, 5.16). */
const AUTO_MOVABLE_RATIO = 3.01;
/** Page tables of the direct mapping: 4 KiB for each GiB that is mapped by 2 MiB (arch/x86/mm/init_64.c). */
const TABLES_SHARE = PAGE_SIZE / GiB;
const HOTPLUG = 1;

/** One node: what the kernel can use of it, and what only movable pages can. */
export interface MovableNode {
  readonly node: Nid;
  readonly cpus: number;
  readonly presentBytes: number;
  /** In zones that the kernel allocates from: DMA, DMA32, Normal. */
  readonly kernelBytes: number;
  /** Of those, what the page allocator manages. */
  readonly kernelManagedBytes: number;
  readonly movableBytes: number;
  /** Usable memory that the SRAT calls hot-pluggable. */
  readonly hotplugBytes: number;
  /** Where zone Movable begins; null where the node has none. */
  readonly movableStart: number | null;
}

/** How much more memory can be added, by what runs out first; never more than there are addresses behind the last memory. */
export interface MovableRoom {
  /** Struct pages out of the kernel's memory: it is all gone then. */
  readonly structPagesBytes: number;
  /** memory_hotplug.memmap_on_memory: struct pages stand in the new memory, page tables do not. */
  readonly memmapOnMemoryBytes: number;
  /** online_policy=auto-movable: as long as the ratio is kept. */
  readonly autoMovableBytes: number;
  /** Addresses that the SRAT keeps for it, and that have no memory yet. */
  readonly sratBytes: number;
}

/** A boot's memory by who may use it. */
export interface Movable {
  readonly machine: string;
  readonly kernel: string;
  readonly cmdline: string;
  readonly nodes: readonly MovableNode[];
  readonly kernelBytes: number;
  readonly movableBytes: number;
  /** What the kernel has left of its part when init starts; an estimate. */
  readonly kernelFreeBytes: number;
  readonly room: MovableRoom;
}

/** Splits a boot's memory into what the kernel can use and what only movable pages can. */
export function movableMemory(record: RunRecord): Movable {
  const hotplug = hotplugRanges(record);
  const nodes = record.nodes.map(({ id, cpus, presentPages }): MovableNode => {
    const zones = record.zones.filter(({ node }) => node === id);
    const movable = zones.find(({ name }) => name === 'Movable');
    const kernel = zones.filter(({ name }) => name !== 'Movable');
    return {
      node: id,
      cpus: cpus.length,
      presentBytes: presentPages * PAGE_SIZE,
      kernelBytes: kernel.reduce((sum, zone) => sum + zone.presentPages, 0) * PAGE_SIZE,
      kernelManagedBytes: kernel.reduce((sum, zone) => sum + zone.managedPages, 0) * PAGE_SIZE,
      movableBytes: (movable?.presentPages ?? 0) * PAGE_SIZE,
      hotplugBytes: memoryOf(record, id).reduce((sum, range) => sum + bytesIn(range, hotplug), 0),
      movableStart: movable && movable.presentPages > 0 ? pfnPhys(movable.startPfn) : null,
    };
  });
  const total = (of: (node: MovableNode) => number): number => nodes.reduce((sum, node) => sum + of(node), 0);
  const kernelBytes = total((node) => node.kernelBytes);
  const movableBytes = total((node) => node.movableBytes);
  const taken = (record.accounting?.takenPages ?? 0) * PAGE_SIZE;
  const kernelFreeBytes = Math.max(0, total((node) => node.kernelManagedBytes) - taken);
  const addresses = addressLimit(record) - Math.max(0, ...allMemory(record).map(({ end }) => end));
  const most = (bytes: number): number => Math.floor(Math.min(bytes, addresses));
  return {
    ...{ machine: record.machine, kernel: record.kernel, cmdline: record.cmdline, nodes },
    ...{ kernelBytes, movableBytes, kernelFreeBytes },
    room: {
      structPagesBytes: most(kernelFreeBytes / (STRUCT_PAGE_SHARE + TABLES_SHARE)),
      memmapOnMemoryBytes: most(kernelFreeBytes / TABLES_SHARE),
      autoMovableBytes: most(Math.max(0, kernelBytes * AUTO_MOVABLE_RATIO - movableBytes)),
      sratBytes: hotplug.reduce(
        (sum, range) => sum + range.end - range.start - bytesIn(range, allMemory(record)),
        0,
      ),
    },
  };
}

/** MAXMEM: 4 PiB with five levels of page tables, else 64 TiB. */
function addressLimit({ vmemmapBase }: RunRecord): number {
  return maxArchPfn(BigInt(vmemmapBase) === BASES_5_LEVEL.vmemmapBase) * PAGE_SIZE;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

const asRange = ({ base, size }: { readonly base: number; readonly size: number }): Range => ({
  start: base,
  end: base + size,
});

const allMemory = ({ memblockLate }: RunRecord): Range[] => memblockLate.memory.map(asRange);

const memoryOf = ({ memblockLate }: RunRecord, node: Nid): Range[] =>
  memblockLate.memory.filter(({ nid }) => nid === node).map(asRange);

/** What the SRAT marked hot-pluggable, joined. */
function hotplugRanges({ memblockEvents }: RunRecord): Range[] {
  const out: Range[] = [];
  const marked = memblockEvents
    .filter(({ op, flags }) => op === 'set-flag' && flags === HOTPLUG)
    .map(asRange);
  for (const range of marked.sort((a, b) => a.start - b.start)) {
    const last = out.at(-1);
    if (last && range.start <= last.end)
      out[out.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    else out.push(range);
  }
  return out;
}
