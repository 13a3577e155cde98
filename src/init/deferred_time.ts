// How long deferred initialisation took: one definition for summary, report, prediction and trace.
import type { Nid } from '../lib/units.ts';
import type { RunRecord } from './record.ts';

/** A stretch of time in the record's nanoseconds. */
export interface TimeSpan {
  readonly startNs: number;
  readonly endNs: number;
}

/**
 * A node's deferred time: from when page_alloc_init_late() starts the node's thread until the thread is done; null where it defers
 * nothing. The log counts it in jiffies, which stand still where interrupts are off (4.17 to 5.7). Records of 0.1.0 do not tell it: there it is from the start of the first chunk to the
 * end of the last.
 */
export function deferredSpan(record: RunRecord, node: Nid): TimeSpan | null {
  const told = record.deferredInit.find((one) => one.node === node);
  const { startNs, endNs } = told ?? {};
  if (startNs !== undefined && endNs !== undefined) return { startNs, endNs };
  const pieces = [
    ...record.jobs.filter((job) => job.node === node).flatMap((job) => job.chunks),
    ...record.serial.filter((piece) => piece.node === node),
  ];
  if (pieces.length === 0) return null;
  return {
    startNs: pieces.reduce((least, piece) => Math.min(least, piece.startNs), Infinity),
    endNs: pieces.reduce((most, piece) => Math.max(most, piece.endNs), 0),
  };
}

/** From when the first node's thread is started until the last one's is done; null where nothing is deferred. */
export function wholeDeferredSpan(record: RunRecord): TimeSpan | null {
  const spans = record.nodes.flatMap(({ id }) => deferredSpan(record, id) ?? []);
  if (spans.length === 0) return null;
  return {
    startNs: Math.min(...spans.map(({ startNs }) => startNs)),
    endNs: Math.max(...spans.map(({ endNs }) => endNs)),
  };
}
