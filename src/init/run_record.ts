// Puts a run record together from what boot left behind.
import { formatLogLine } from '../kernel/printk.ts';
import { assumedSentence, dependsOn, type Assumed } from '../kernel/assumed.ts';
import type { X86State } from '../arch/x86/state.ts';
import type { CpuId } from '../lib/units.ts';
import { BASES_4_LEVEL, BASES_5_LEVEL } from '../mm/memmap/layout.ts';
import type { Memblock } from '../mm/memblock.ts';
import type { MemblockType } from '../mm/memblock.ts';
import {
  RECORD_VERSION,
  type CpuKind,
  type RecordAccounting,
  type RecordE820,
  type RecordJob,
  type RecordMemblockEvent,
  type RecordRegion,
  type RunRecord,
} from './record.ts';

/** Both tables of memblock at one moment. */
export type MemblockTables = RunRecord['memblock'];

/** Copies memblock's tables; later changes do not reach the copy. */
export function memblockTables(memblock: Memblock): MemblockTables {
  const regions = (type: MemblockType): RecordRegion[] =>
    type.regions().map(({ base, size, flags, nid }) => ({
      base,
      size,
      flags,
      nid: nid === memblock.maxNumNodes ? -1 : nid,
    }));
  return { memory: regions(memblock.memory), reserved: regions(memblock.reserved) };
}

/** What the drivers add to what early boot knows. */
export interface RunResult {
  readonly machine: string;
  readonly kernel: string;
  readonly cpus: CpuKind;
  readonly jobs: readonly RecordJob[];
  readonly otherJobs?: readonly RecordJob[];
  readonly serial: RunRecord['serial'];
  readonly deferredInit: RunRecord['deferredInit'];
  readonly grow: RunRecord['grow'];
  /** first_deferred_pfn of each node as its pgdatinit thread found it. */
  readonly firstDeferredPfn: ReadonlyMap<number, number | null>;
  readonly online: readonly CpuId[];
  /** Pages taken from the page allocator before init starts; left out where it never came so far. */
  readonly taken?: { readonly takenPages: number; readonly pmdPages: number };
}

/** Moments of early boot that the record keeps. */
export interface EarlyMoments {
  readonly freeAll: MemblockTables;
  readonly late: MemblockTables;
  readonly memblockEvents: readonly RecordMemblockEvent[];
  readonly warnings: readonly string[];
  readonly assumed: readonly Assumed[];
}

function dependents({ fact }: Assumed, lines: readonly { readonly text: string }[]): number[] {
  return lines.flatMap(({ text }, index) => (dependsOn(text, fact) ? [index] : []));
}

export function runRecord(x86: X86State, early: EarlyMoments, run: RunResult): RunRecord {
  const { ctx, bootParams } = x86;
  return {
    version: RECORD_VERSION,
    machine: run.machine,
    kernel: run.kernel,
    cpus: run.cpus,
    cmdline: ctx.params.cmdline,
    vmemmapBase: `0x${(ctx.features.la57 ? BASES_5_LEVEL : BASES_4_LEVEL).vmemmapBase.toString(16)}`,
    e820: bootParams.e820.map(recordEntry),
    memblock: early.freeAll,
    memblockLate: early.late,
    nodes: ctx.pgdats
      .filter((pgdat) => pgdat.online)
      .map((pgdat) => ({
        id: pgdat.nodeId,
        cpus: ctx.nodeCpus(pgdat.nodeId).filter((cpu) => run.online.includes(cpu)),
        startPfn: pgdat.nodeStartPfn,
        spannedPages: pgdat.nodeSpannedPages,
        presentPages: pgdat.nodePresentPages,
        firstDeferredPfn: run.firstDeferredPfn.get(pgdat.nodeId) ?? null,
      })),
    zones: ctx.pgdats.flatMap((pgdat) =>
      pgdat.zones
        .filter((zone) => zone.spannedPages > 0)
        .map((zone) => ({
          node: zone.node,
          name: zone.name,
          startPfn: zone.zoneStartPfn,
          spannedPages: zone.spannedPages,
          presentPages: zone.presentPages,
          managedPages: zone.managedPages,
        })),
    ),
    jobs: run.jobs,
    ...(run.otherJobs === undefined || run.otherJobs.length === 0 ? {} : { otherJobs: run.otherJobs }),
    serial: run.serial,
    deferredInit: run.deferredInit,
    grow: run.grow,
    onlineCpus: run.online.length,
    memblockEvents: early.memblockEvents,
    ...(run.taken && { accounting: accounting(x86, run.taken) }),
    warnings: early.warnings,
    assumed: early.assumed.map(assumedSentence),
    assumedFacts: early.assumed.map((assumed) => ({
      ...assumed,
      lines: dependents(assumed, ctx.printk.lines),
    })),
    log: ctx.printk.lines.map(formatLogLine),
    logLines: ctx.printk.lines,
  };
}

function recordEntry({ addr, size, type }: { addr: bigint; size: bigint; type: number }): RecordE820 {
  return { start: Number(addr), end: Number(addr + size - 1n), type };
}

function accounting(x86: X86State, taken: NonNullable<RunResult['taken']>): RecordAccounting {
  const { ctx, e820Firmware, e820Changes } = x86;
  return {
    firmware: e820Firmware.entries64.map(recordEntry),
    changes: e820Changes,
    returned: ctx.returned,
    maxPfn: ctx.maxPfn,
    ...taken,
  };
}
