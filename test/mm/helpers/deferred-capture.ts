// Deferred init on the simulator, from what a capture of a real boot says of its nodes: DEFINIT and memblock.txt.
import { bringupNonbootCpus } from '../../../src/kernel/cpu.ts';
import { padataInit } from '../../../src/kernel/padata.ts';
import type { PadataRules } from '../../../src/kernel/padata/rules.ts';
import { workqueueInit } from '../../../src/kernel/workqueue.ts';
import { deferredPageInitMaxThreads } from '../../../src/arch/x86/init_64.ts';
import type { CpuId, Nid, Pfn } from '../../../src/lib/units.ts';
import { pfnDown, pfnUp } from '../../../src/lib/units.ts';
import { simulatedBoot, type SimulatedBoot } from '../../../src/cpus/simulated/boot.ts';
import {
  deferredSetup,
  pageAllocInitLate,
  type DeferredContext,
  type DeferredNode,
} from '../../../src/mm/deferred.ts';
import type { FreeRange } from '../../../src/mm/deferred/ranges.ts';
import type { DeferredRules } from '../../../src/mm/deferred/rules.ts';
import { ZONE_NAMES, type ZoneName } from '../../../src/mm/mmzone.ts';
import type { RecordRegion } from '../../../src/init/record.ts';
import {
  parseMemblockSnapshots,
  parsePadata,
  parseZoneinfo,
  type CapturedPadata,
} from '../../../src/ask/verify/capture.ts';

/** What a test reads of a capture: its files by name. */
export type CaptureText = (file: string) => string;

/** Whole free pages of [startPfn, endPfn): memory less reserved, as a plain sweep over both lists. */
export function freeRangesOf(
  memory: readonly RecordRegion[],
  reserved: readonly RecordRegion[],
  startPfn: Pfn,
  endPfn: Pfn,
): FreeRange[] {
  const free: FreeRange[] = [];
  for (const { base, size } of memory) {
    let at = base;
    const holes = reserved.filter((r) => r.base < base + size && r.base + r.size > base);
    for (const hole of [...holes, { base: base + size, size: 0 }]) {
      const [start, end] = [pfnUp(at), pfnDown(Math.min(hole.base, base + size))];
      const range = { startPfn: Math.max(start, startPfn), endPfn: Math.min(end, endPfn) };
      if (start < end && range.startPfn < range.endPfn) free.push(range);
      at = Math.max(at, hole.base + hole.size);
    }
  }
  return free;
}

/** The list `0-3,8` as numbers. */
function cpuList(text: string): CpuId[] {
  return text
    .split(',')
    .filter((part) => /\d/.test(part))
    .flatMap((part) => {
      const [from, to] = part.split('-').map(Number) as [number, number?];
      return Array.from({ length: (to ?? from) - from + 1 }, (_, i) => from + i);
    });
}

/** CPUs of each node: as /sys printed them, or as QEMU was told where the guest did not come so far. */
function cpusOfNodes(text: CaptureText): ReadonlyMap<Nid, readonly CpuId[]> {
  const fromSys = [...text('nodes.txt').matchAll(/^node(\d+) cpulist: (.*)$/gm)];
  const fromQemu = [...text('machine.json').matchAll(/"node,nodeid=(\d+),[^"]*cpus=([\d,-]+)"/g)];
  return new Map(
    (fromSys.length > 0 ? fromSys : fromQemu).map((m) => [Number(m[1]), cpuList(m[2] as string)]),
  );
}

export interface CaptureMachine {
  readonly context: DeferredContext;
  readonly nodeOfCpu: readonly Nid[];
  readonly nrPossible: number;
  readonly expected: CapturedPadata;
}

/** Start and end of the zone that each node defers, and where the node starts and ends. */
interface Spans {
  readonly nodeStartPfn: Pfn;
  readonly nodeEndPfn: Pfn;
  readonly zoneName: ZoneName;
  readonly zoneStartPfn: Pfn;
  readonly zoneEndPfn: Pfn;
}

/** A node's spans: DEFINIT has the node's, zoneinfo the highest zone's (a JOB's name and all of the node, without it). */
function spansOf(text: CaptureText, nid: Nid, jobs: CapturedPadata['jobs']): Spans {
  const line = new RegExp(`^DEFINIT \\d+ ${nid} \\S+ \\S+ (\\S+) (\\S+)`, 'm').exec(text('padata.txt'));
  const nodeStartPfn = Number(line?.[1]);
  const nodeEndPfn = nodeStartPfn + Number(line?.[2]);
  const zones = parseZoneinfo(text('zoneinfo.txt'));
  const zone = zones.filter((z) => z.node === nid && z.spanned > 0 && z.startPfn !== null).at(-1);
  const zoneName = (zone?.name ?? jobs.find((job) => job.node === nid)?.zone ?? 'Normal') as ZoneName;
  const zoneStartPfn = zone?.startPfn ?? nodeStartPfn;
  return { nodeStartPfn, nodeEndPfn, zoneName, zoneStartPfn, zoneEndPfn: nodeEndPfn };
}

/** Reads a capture. */
export function captureMachine(
  text: CaptureText,
  rules: DeferredRules,
  maxThreads = deferredPageInitMaxThreads,
): CaptureMachine {
  const expected = parsePadata(text('padata.txt'));
  const { late } = parseMemblockSnapshots(text('memblock.txt'));
  const cpus = cpusOfNodes(text);
  const nodeOfCpu: Nid[] = [];
  for (const [nid, list] of [...cpus].reverse()) for (const cpu of list) nodeOfCpu[cpu] = nid;
  const nrPossible = Number(/nr_cpu_ids:(\d+)/.exec(text('dmesg.txt'))?.[1] ?? nodeOfCpu.length);
  const nodes = [...expected.firstDeferredPfn]
    .sort(([a], [b]) => a - b)
    .map(([nid, firstDeferredPfn]): DeferredNode => {
      const spans = spansOf(text, nid, expected.jobs);
      const ranges = freeRangesOf(late.memory, late.reserved, spans.zoneStartPfn, spans.zoneEndPfn);
      const zid = ZONE_NAMES.findIndex((name) => name === spans.zoneName);
      return { nid, firstDeferredPfn, cpus: cpus.get(nid) ?? [], zid, ranges, ...spans };
    });
  return { context: { rules, hz: 250, nodes, maxThreads }, nodeOfCpu, nrPossible, expected };
}

/** Runs the capture's deferred init. */
export function bootCapture(machine: CaptureMachine, padata: PadataRules, seed?: number): SimulatedBoot {
  const { context, nodeOfCpu, nrPossible } = machine;
  const nrCpuIds = Math.max(nrPossible, nodeOfCpu.length);
  const boot = simulatedBoot({
    topology: {
      nrCpuIds,
      nrPossible,
      nodeOfCpu,
      nrNodeIds: 1 + Math.max(...context.nodes.map((n) => n.nid)),
    },
    deferred: context,
    padata,
    seed,
  });
  boot.run(
    (function* () {
      yield* workqueueInit(boot.k);
      yield* bringupNonbootCpus(boot.k, [...nodeOfCpu.keys()], nodeOfCpu.length);
      padataInit(boot.k);
      deferredSetup(boot.k, context);
      yield* pageAllocInitLate(boot.k, context);
    })(),
  );
  return boot;
}
