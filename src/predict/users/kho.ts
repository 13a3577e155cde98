// A restart with KHO: the scratch that the next kernel boots in, what is preserved, and what of the boot is left.
import type { EarlyBoot } from '../../boot/early.ts';
import { nodeSummaries } from '../../boot/node-summary.ts';
import { InputError } from '../../lib/input-error.ts';
import { GiB, MiB, PAGE_SIZE, PAGEBLOCK_NR_PAGES, type Nid, type PhysAddr } from '../../lib/units.ts';
import {
  LOW_ADDRESS_LIMIT,
  parseKhoScratch,
  scratchAreas,
  type KernReserved,
  type ScratchArea,
} from '../../mm/users/kho-scratch.ts';
import type { EarlyState } from '../deferred-time.ts';
import { plural } from '../../lib/plural.ts';

/** Reservations that are the kernel's own beside memblock's allocations (memblock_reserve_kern() in arch/x86, v7.2). */
const KERN = /^(setup_arch#(image|brk|initrd)|memblock_double_array)$/;

/** What the kernel itself has reserved until memblock hands over: its allocations, its image, its initrd. */
export function kernReserved(early: EarlyBoot): KernReserved {
  const { memory } = early.moments.freeAll;
  const nodeOf = (at: PhysAddr): Nid =>
    memory.find(({ base, size }) => at >= base && at < base + size)?.nid ?? -1;
  const nodes = new Map<Nid, number>();
  for (const { nid } of memory) nodes.set(nid, 0);
  let [low, all] = [0, 0];
  for (const { op, base, size, caller } of early.moments.memblockEvents) {
    if (op !== 'alloc' && op !== 'free' && !(op === 'reserve' && KERN.test(caller))) continue;
    const bytes = op === 'free' ? -size : size;
    const node = nodeOf(base);
    all += bytes;
    if (base < LOW_ADDRESS_LIMIT) low += bytes;
    nodes.set(node, (nodes.get(node) ?? 0) + bytes);
  }
  nodes.delete(-1);
  return { low, all, nodes };
}

export interface KhoPrediction {
  readonly machine: string;
  readonly kernel: string;
  readonly source: 'model';
  readonly reservedKernBytes: { readonly low: number; readonly all: number };
  readonly scratch: readonly ScratchArea[];
  readonly scratchBytes: number;
  /** Of all memory. */
  readonly scratchPercent: number;
  /** Page blocks of scratch: deferred init has to leave them CMA. At most so many lie where pages are deferred. */
  readonly scratchPageblocks: number;
  readonly preservedPages: number;
  /** Struct pages of what is preserved, set up when it is handed over: one thread, as 7.2 does it. */
  readonly preservedMs: number;
  readonly deferredPages: number;
  /** The slowest node's, with all of its CPUs. */
  readonly deferredMs: number;
  readonly restMs: number | null;
}

export interface KhoInput {
  readonly machine: string;
  readonly kernel: string;
  /** The whole machine's boot, and the state with what is preserved left out. */
  readonly early: EarlyBoot;
  readonly state: EarlyState;
  readonly preservedPages: number;
  /** kho_scratch=; undefined for the kernel's default. */
  readonly scratch: string | undefined;
  readonly pageInitNs: number;
  readonly deferredMs: number;
  readonly restMs: number | null;
}

/** @throws InputError for a kho_scratch= that the kernel refuses, or scratch that does not fit */
export function predictKho(input: KhoInput): KhoPrediction {
  const { early, preservedPages } = input;
  const how = input.scratch === undefined ? undefined : parseKhoScratch(input.scratch);
  if (how === null)
    throw new InputError(
      'usage',
      `--kho-scratch ${input.scratch}: expected a percentage such as 200%, or lowmem,global,node such as 16M,512M,512M`,
    );
  const kern = kernReserved(early);
  const scratch = scratchAreas(kern, how);
  const scratchBytes = scratch.reduce((sum, { bytes }) => sum + bytes, 0);
  const memoryBytes = early.moments.freeAll.memory.reduce((sum, { size }) => sum + size, 0);
  if (scratchBytes + preservedPages * PAGE_SIZE > memoryBytes)
    throw new InputError(
      'usage',
      `scratch of ${(scratchBytes / GiB).toFixed(1)} GiB beside what is preserved: expected less than the machine's ${(memoryBytes / GiB).toFixed(1)} GiB (Failed to reserve scratch area, disabling kexec handover)`,
    );
  return {
    ...{ machine: input.machine, kernel: input.kernel, source: 'model' },
    reservedKernBytes: { low: kern.low, all: kern.all },
    ...{ scratch, scratchBytes, scratchPercent: (100 * scratchBytes) / memoryBytes },
    scratchPageblocks: scratchBytes / (PAGEBLOCK_NR_PAGES * PAGE_SIZE),
    preservedPages,
    preservedMs: (preservedPages * input.pageInitNs) / 1e6,
    deferredPages: nodeSummaries(input.state).reduce((sum, { deferredPages }) => sum + deferredPages, 0),
    ...{ deferredMs: input.deferredMs, restMs: input.restMs },
  };
}

/** A few lines with a final newline. */
export function khoText(p: KhoPrediction): string {
  const mib = (bytes: number): string => `${(bytes / MiB).toFixed(0)} MiB`;
  const left = p.deferredMs + p.preservedMs;
  return [
    `${p.machine}, kernel ${p.kernel}: restart with KHO (model)`,
    '',
    `the kernel itself has reserved ${mib(p.reservedKernBytes.all)}, ${mib(p.reservedKernBytes.low)} of it below 4 GiB`,
    ...p.scratch.map(
      ({ kind, node, bytes }) => `  scratch ${kind}${node === null ? '' : ` ${node}`}: ${mib(bytes)}`,
    ),
    `scratch in all: ${mib(p.scratchBytes)}, ${p.scratchPercent.toFixed(1)} % of memory, ${p.scratchPageblocks} page blocks that stay CMA`,
    `preserved: ${plural(p.preservedPages, 'page')}; their struct pages take ${p.preservedMs.toFixed(1)} ms of one thread`,
    `deferred: ${plural(p.deferredPages, 'page is', 'pages are')} left, ${p.deferredMs.toFixed(1)} ms with all CPUs`,
    p.restMs === null
      ? `of the boot is left ${left.toFixed(1)} ms, and the rest of it, which is unknown`
      : `of the boot is left ${(left + p.restMs).toFixed(1)} ms: ${left.toFixed(1)} for struct pages, ${p.restMs.toFixed(1)} for the rest`,
    '',
  ].join('\n');
}
