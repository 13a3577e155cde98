// Run records made by rule, as a boot would leave them: nodes of equal size, one job a node, chunks handed out in order.
import type {
  RecordChunk,
  RecordJob,
  RecordMemblockEvent,
  RecordRegion,
  RunRecord,
} from '../../../src/init/record.ts';
import { GiB, hex, KiB, MiB, PAGES_PER_SECTION, PAGE_SIZE } from '../../../src/lib/units.ts';

export interface MachineShape {
  readonly name: string;
  readonly nodes: number;
  readonly cpusPerNode: number;
  readonly gibPerNode: number;
  readonly nsPerPage?: number;
  /** Threads a node; default: all its CPUs. */
  readonly threads?: number;
}

export const SKYLAKE: MachineShape = { name: 'skylake-768g', nodes: 2, cpusPerNode: 52, gibPerNode: 384 };
export const MONSTER: MachineShape = { name: 'monster-64t', nodes: 32, cpusPerNode: 64, gibPerNode: 2048 };
export const SMALL: MachineShape = { name: 'small-8g', nodes: 1, cpusPerNode: 4, gibPerNode: 8 };

const HOLE_START = 2 * GiB;
const FOUR_GIB = 4 * GiB;
const MEMMAP_PER_GIB = 16 * MiB;
const CHUNKS_PER_WORKER = 4;
const LOCK_NS = 400;
const LOG_START_NS = 300_000_000;

interface NodeRange {
  readonly start: number;
  readonly end: number;
}

function nodeRanges(shape: MachineShape): NodeRange[] {
  const size = shape.gibPerNode * GiB;
  return Array.from({ length: shape.nodes }, (_, i) => ({
    start: i === 0 ? FOUR_GIB : FOUR_GIB - HOLE_START + i * size,
    end: FOUR_GIB - HOLE_START + (i + 1) * size,
  }));
}

/** A whole record. Every number follows from `shape`; nothing is random. */
export function makeRecord(shape: MachineShape): RunRecord {
  const ranges = nodeRanges(shape);
  const top = ranges.at(-1)?.end ?? FOUR_GIB;
  const memory: RecordRegion[] = [
    { base: 0x1000, size: 0x9e000, flags: 0, nid: 0 },
    { base: MiB, size: 0x7fed_f000, flags: 0, nid: 0 },
    ...ranges.map((r, nid) => ({ base: r.start, size: r.end - r.start, flags: 0, nid })),
  ];
  const events = reservations(ranges, shape);
  const reserved = events
    .filter((e) => e.op === 'reserve' || e.op === 'alloc')
    .map((e): RecordRegion => ({ base: e.base, size: e.size, flags: 0, nid: e.nid }))
    .sort((a, b) => a.base - b.base);
  const jobs = ranges.map((r, node) => jobOf(shape, node, r));
  const steps: [string, string][] = [
    ['e820__memory_setup', 'BIOS-provided physical RAM map:'],
    ['e820__memory_setup', 'BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable'],
    ['setup_arch', `last_pfn = ${hex(top / PAGE_SIZE)} max_arch_pfn = 0x400000000`],
    ['smp_init', `smp: Brought up ${shape.nodes} node, ${shape.nodes * shape.cpusPerNode} CPUs <&>`],
    ...ranges.map((_, n): [string, string] => [
      'page_alloc_init_late',
      `node ${n} deferred pages initialised in ${logged(jobs[n])}ms`,
    ]),
  ];
  const logLines = steps.map(([step, text], i) => ({
    level: 6,
    step,
    text,
    timeNs: i < 3 ? 0 : LOG_START_NS + i,
  }));
  return {
    version: 1,
    machine: shape.name,
    kernel: '6.1',
    cpus: 'simulated',
    cmdline: 'console=ttyS0 ro',
    vmemmapBase: '0xffffea0000000000',
    e820: [
      { start: 0, end: 0x9fbff, type: 1 },
      { start: 0x9fc00, end: 0x9ffff, type: 2 },
      { start: 0xf0000, end: 0xfffff, type: 2 },
      { start: MiB, end: 0x7ffd_efff, type: 1 },
      { start: 0x7ffd_f000, end: 0x7fff_ffff, type: 3 },
      { start: 0xb000_0000, end: 0xbfff_ffff, type: 2 },
      { start: 0xfffc_0000, end: 0xffff_ffff, type: 2 },
      { start: FOUR_GIB, end: top - 1, type: 1 },
    ],
    memblock: { memory, reserved },
    memblockLate: { memory, reserved },
    nodes: ranges.map((r, id) => ({
      id,
      cpus: Array.from({ length: shape.cpusPerNode }, (_, i) => id * shape.cpusPerNode + i),
      startPfn: id === 0 ? 1 : r.start / PAGE_SIZE,
      spannedPages: (r.end - (id === 0 ? PAGE_SIZE : r.start)) / PAGE_SIZE,
      presentPages: (r.end - r.start) / PAGE_SIZE,
      firstDeferredPfn: firstDeferred(r),
    })),
    zones: [
      { node: 0, name: 'DMA', startPfn: 1, spannedPages: 4095, presentPages: 3998, managedPages: 3840 },
      {
        node: 0,
        name: 'DMA32',
        startPfn: 4096,
        spannedPages: 1044480,
        presentPages: 520159,
        managedPages: 503000,
      },
      ...ranges.map((r, node) => ({
        node,
        name: 'Normal',
        startPfn: r.start / PAGE_SIZE,
        spannedPages: (r.end - r.start) / PAGE_SIZE,
        presentPages: (r.end - r.start) / PAGE_SIZE,
        managedPages: (r.end - r.start - memmapBytes(shape) - 32 * KiB) / PAGE_SIZE,
      })),
    ],
    jobs,
    serial: [],
    deferredInit: jobs.map((job, node) => ({ node, ms: logged(job) })),
    grow: [],
    onlineCpus: shape.nodes * shape.cpusPerNode,
    memblockEvents: events,
    warnings: ['made by rule for a test'],
    log: logLines.map((l) => l.text),
    logLines,
  };
}

const memmapBytes = (shape: MachineShape): number => shape.gibPerNode * MEMMAP_PER_GIB;

const firstDeferred = (r: NodeRange): number => r.start / PAGE_SIZE + PAGES_PER_SECTION;

function reservations(ranges: readonly NodeRange[], shape: MachineShape): RecordMemblockEvent[] {
  const at = (
    step: string,
    op: string,
    base: number,
    size: number,
    nid: number,
    caller: string,
  ): RecordMemblockEvent => ({
    step,
    op,
    base,
    size,
    nid,
    flags: 0,
    caller,
  });
  return [
    at('early_reserve_memory', 'reserve', 0, MiB, 0, 'setup_arch#first-megabyte'),
    at('early_reserve_memory', 'reserve', 16 * MiB, 52 * MiB, 0, 'setup_arch#image'),
    at('e820__memblock_setup', 'add', MiB, 0x7fed_f000, 0, 'e820__memblock_setup'),
    ...ranges.flatMap((r, nid) => [
      at(
        'sparse_init',
        'alloc',
        r.end - memmapBytes(shape) - 2 * MiB,
        memmapBytes(shape),
        nid,
        'sparse_init_nid#memmap',
      ),
      at('init_mem_mapping', 'alloc', r.end - 8 * KiB, 8 * KiB, nid, 'alloc_low_pages'),
      ...Array.from({ length: 6 }, (_, i) =>
        at('setup_per_cpu_areas', 'alloc', r.end - MiB + i * 64 * KiB, 4 * KiB, nid, 'pcpu_fc_alloc'),
      ),
    ]),
  ];
}

function jobOf(shape: MachineShape, node: number, r: NodeRange): RecordJob {
  const start = firstDeferred(r);
  const end = r.end / PAGE_SIZE;
  const workers = Math.max(
    1,
    Math.min(shape.threads ?? shape.cpusPerNode, Math.floor((end - start) / PAGES_PER_SECTION)),
  );
  const raw = Math.max(Math.floor((end - start) / (workers * CHUNKS_PER_WORKER)), PAGES_PER_SECTION);
  const chunkSize = Math.ceil(raw / PAGES_PER_SECTION) * PAGES_PER_SECTION;
  const free = new Array<number>(workers).fill(LOG_START_NS);
  const chunks: RecordChunk[] = [];
  for (let pfn = start; pfn < end;) {
    const to = Math.min(end, (Math.floor(pfn / chunkSize) + 1) * chunkSize);
    const worker = free.indexOf(Math.min(...free));
    const startNs = (free[worker] ?? 0) + LOCK_NS;
    const endNs = startNs + Math.round((to - pfn) * (shape.nsPerPage ?? 18));
    free[worker] = endNs;
    chunks.push({ start: pfn, end: to, cpu: node * shape.cpusPerNode + worker, startNs, endNs });
    pfn = to;
  }
  return {
    node,
    zone: 'Normal',
    start,
    size: end - start,
    align: PAGES_PER_SECTION,
    minChunk: PAGES_PER_SECTION,
    maxThreads: shape.threads ?? shape.cpusPerNode,
    workers,
    chunkSize,
    chunks,
  };
}

/** Jiffies of 4 ms. */
function logged(job: RecordJob | undefined): number {
  const chunks = job?.chunks ?? [];
  const span = Math.max(...chunks.map((c) => c.endNs)) - LOG_START_NS;
  return Math.round(span / 4_000_000) * 4;
}
