// CPUs over time: one lane a CPU with its chunks, or one a node with the share of busy CPUs where there are too many.
import { wholeDeferredSpan } from '../init/deferred_time.ts';
import type { RecordChunk, RunRecord } from '../init/record.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import { workOf, type Work } from './work.ts';

/** More lanes than this are no longer looked at one by one: they become one lane a node. */
export const MAX_CPU_LANES = 160;
const BINS = 100;

export interface LaneChunk {
  readonly chunk: RecordChunk;
  readonly job: Work;
}

export interface CpuLane {
  readonly cpu: CpuId;
  /** The node that it belongs to; the first of them where fake nodes share it. */
  readonly node: Nid;
  /** In order of time. */
  readonly chunks: readonly LaneChunk[];
}

/** One node's CPUs in equal steps of time: 0 nobody works, 1 every CPU that ever worked does. */
export interface NodeLane {
  readonly node: Nid;
  readonly cpus: readonly CpuId[];
  readonly chunks: number;
  readonly busy: readonly number[];
}

export interface Lanes {
  /** When the first node's thread is started, and when the last one's is done, in the record's nanoseconds; both 0 without chunks. */
  readonly startNs: number;
  readonly endNs: number;
  readonly cpus: readonly CpuLane[];
  /** Present where `cpus` holds more than MAX_CPU_LANES: draw these instead, and say so. */
  readonly nodes: readonly NodeLane[] | null;
  /** CPUs online that got no chunk. */
  readonly idleCpus: number;
}

/** The lanes of one run, by node and CPU. */
export function lanesOf(record: RunRecord, maxCpuLanes = MAX_CPU_LANES): Lanes {
  const byCpu = new Map<CpuId, LaneChunk[]>();
  for (const job of workOf(record)) {
    for (const chunk of job.chunks) {
      const own = byCpu.get(chunk.cpu);
      if (own) own.push({ chunk, job });
      else byCpu.set(chunk.cpu, [{ chunk, job }]);
    }
  }
  const { startNs, endNs } = wholeDeferredSpan(record) ?? { startNs: 0, endNs: 0 };
  const homes = new Map<CpuId, Nid>();
  for (const { id, cpus: own } of record.nodes.toReversed()) for (const cpu of own) homes.set(cpu, id);
  const cpus = [...byCpu]
    .map(([cpu, chunks]): CpuLane => {
      chunks.sort((a, b) => a.chunk.startNs - b.chunk.startNs || a.chunk.start - b.chunk.start);
      return { cpu, node: homes.get(cpu) ?? chunks[0]?.job.node ?? 0, chunks };
    })
    .sort((a, b) => a.node - b.node || a.cpu - b.cpu);
  return {
    startNs,
    endNs,
    cpus,
    nodes: cpus.length > maxCpuLanes ? nodeLanes(cpus, startNs, endNs) : null,
    idleCpus: Math.max(0, record.onlineCpus - cpus.length),
  };
}

function nodeLanes(cpus: readonly CpuLane[], startNs: number, endNs: number): NodeLane[] {
  const step = Math.max(endNs - startNs, 1) / BINS;
  const byNode = new Map<Nid, CpuLane[]>();
  for (const lane of cpus) byNode.set(lane.node, [...(byNode.get(lane.node) ?? []), lane]);
  return [...byNode].map(([node, lanes]): NodeLane => {
    const busy = new Array<number>(BINS).fill(0);
    for (const { chunk } of lanes.flatMap((lane) => lane.chunks)) {
      const last = Math.min(BINS - 1, Math.floor((chunk.endNs - startNs) / step));
      for (let i = Math.floor((chunk.startNs - startNs) / step); i <= last; i++) {
        const from = startNs + i * step;
        const overlap = Math.min(chunk.endNs, from + step) - Math.max(chunk.startNs, from);
        busy[i] = (busy[i] ?? 0) + Math.max(0, overlap) / step / lanes.length;
      }
    }
    return {
      node,
      cpus: lanes.map((lane) => lane.cpu),
      chunks: lanes.reduce((sum, lane) => sum + lane.chunks.length, 0),
      busy: busy.map((share) => Math.min(1, share)),
    };
  });
}
