// A boot's state as setup_arch would leave it, from a drawing of its memory: for tests of what comes after.
import { Params } from '../../../src/kernel/params.ts';
import { Printk } from '../../../src/kernel/printk.ts';
import { GiB, MiB, PAGE_SIZE, PAGES_PER_SECTION } from '../../../src/lib/units.ts';
import type { BootContext } from '../../../src/mm/context.ts';
import { Memblock } from '../../../src/mm/memblock.ts';
import { freeAreaInit } from '../../../src/mm/mm_init.ts';
import { DEBIAN_6_1_0_56 } from '../../../src/kernels/builtin.ts';

export interface DrawnNode {
  /** [start, end) in MiB. */
  readonly memory: readonly (readonly [number, number])[];
  /** How many CPUs; they are numbered node by node. */
  readonly cpus: number;
}

export interface Drawing {
  readonly nodes: readonly DrawnNode[];
  readonly cmdline?: string;
  /** node_distance(); 10 and 20 without. */
  readonly distances?: readonly (readonly number[])[];
  readonly la57?: boolean;
  readonly vendor?: 'Intel' | 'AMD' | 'other';
  readonly hypervisor?: boolean;
  /** [start, end) in MiB that is taken already. */
  readonly reserved?: readonly (readonly [number, number])[];
}

export interface DrawnBoot {
  readonly ctx: BootContext;
  /** Texts of the lines printed since it was made. */
  lines(): string[];
  readonly warnings: string[];
}

/** The context; its log holds only what is printed from then on. */
export function drawBoot(drawing: Drawing): DrawnBoot {
  const printk = new Printk();
  const warnings: string[] = [];
  const memblock = new Memblock({ print: (line) => printk.info(line) });
  drawing.nodes.forEach(({ memory }, nid) => {
    for (const [start, end] of memory) memblock.addNode(start * MiB, (end - start) * MiB, nid);
  });
  for (const [start, end] of drawing.reserved ?? []) memblock.reserve(start * MiB, (end - start) * MiB);
  const maxPfn = memblock.endOfDRAM() / PAGE_SIZE;
  const cpuNodes = drawing.nodes.flatMap(({ cpus }, nid) => Array<number>(cpus).fill(nid));
  const ctx: BootContext = {
    profile: DEBIAN_6_1_0_56,
    params: new Params(drawing.cmdline ?? ''),
    printk,
    memblock,
    features: {
      gbPages: true,
      la57: drawing.la57 ?? false,
      vendor: drawing.vendor ?? 'Intel',
      cacheAlignment: 64,
      physBits: 46,
      hypervisor: drawing.hypervisor ?? true,
    },
    maxPfn,
    maxLowPfn: maxPfn,
    maxPossiblePfn: maxPfn,
    cpus: cpuNodes.map((node, apicId) => ({ apicId, node, present: true })),
    nrCpuIds: cpuNodes.length,
    nrNodeIds: drawing.nodes.length,
    pgdats: [],
    cmaAreas: [],
    returned: [],
    nrKernelPages: 0,
    nrAllPages: 0,
    presentSections: [{ start: 0, end: Math.ceil(maxPfn / PAGES_PER_SECTION), nid: 0 }],
    nodeCpus: (nid) => cpuNodes.flatMap((node, cpu) => (node === nid ? [cpu] : [])),
    onlineNodes: () => drawing.nodes.flatMap(({ memory }, nid) => (memory.length > 0 ? [nid] : [])),
    nodeDistance: (from, to) => drawing.distances?.[from]?.[to] ?? (from === to ? 10 : 20),
    logBufLen: 2 ** DEBIAN_6_1_0_56.config.logBufShift,
    ramdisk: null,
    warn: (message) => warnings.push(message),
  };
  const low = Math.min(maxPfn, (4 * GiB) / PAGE_SIZE);
  const nodeMemory = drawing.nodes.map(({ memory }, nid) => ({
    nid,
    online: memory.length > 0,
    hasData: memory.length > 0,
  }));
  freeAreaInit(
    ctx,
    {
      maxZonePfns: [(16 * MiB) / PAGE_SIZE, low, maxPfn, 0, 0],
      cacheBytes: 64,
      possibleNodes: nodeMemory,
      flatmem: null,
      nrNodeIds: nodeMemory.length,
      setNodeData: () => {},
    },
    0,
  );
  const before = printk.lines.length;
  return { ctx, warnings, lines: () => printk.lines.slice(before).map((line) => line.text) };
}

/** [start, size] of each reservation that `run` adds, in bytes. */
export function reservedBy(ctx: BootContext, run: () => void): [number, number][] {
  const had = new Set(ctx.memblock.reserved.regions().map((r) => `${r.base} ${r.size}`));
  run();
  return ctx.memblock.reserved
    .regions()
    .filter((r) => !had.has(`${r.base} ${r.size}`))
    .map((r) => [r.base, r.size]);
}
