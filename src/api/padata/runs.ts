// Leaves that ran, told apart: a job's chunks, the objects' parallel and serial callbacks.
import type { CpuId } from '../../lib/units.ts';
import { CHUNK, PARALLEL, SERIAL } from './text.ts';
import type { PadataCall, PadataJobResult, PadataSerialResult } from './types.ts';

/** One leaf, as the simulator and the workers report it. */
export interface RanLeaf {
  readonly work: string;
  readonly arg: number;
  readonly cpu: CpuId;
  readonly start: number;
  readonly end: number;
  readonly startNs: number;
  readonly endNs: number;
}

/** What a driver saw. `shares` is null where one thread did the whole job. */
export interface TaskRun {
  readonly leaves: readonly RanLeaf[];
  readonly shares: { readonly workers: number; readonly chunkSize: number } | null;
  readonly ns: number;
}

const inOrder = (leaves: readonly RanLeaf[]): RanLeaf[] =>
  leaves.toSorted((a, b) => a.startNs - b.startNs || a.endNs - b.endNs);

export function jobResult({ leaves, shares, ns }: TaskRun, size: number): PadataJobResult {
  const chunks = inOrder(leaves.filter(({ work }) => work === CHUNK)).map(
    ({ start, end, cpu, startNs, endNs }) => ({ start, end, cpu, startNs, endNs }),
  );
  return { workers: shares?.workers ?? 1, chunkSize: shares?.chunkSize ?? size, chunks, ns };
}

export function serialResult({ leaves }: TaskRun): PadataSerialResult {
  const calls = (name: string): PadataCall[] =>
    inOrder(leaves.filter(({ work }) => work === name)).map(({ arg, cpu, startNs, endNs }) => ({
      ...{ object: arg, cpu, startNs, endNs },
    }));
  return { parallel: calls(PARALLEL), serial: calls(SERIAL) };
}
