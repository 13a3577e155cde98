// How much of a boot rests on facts that nobody told.
import type { RunRecord } from '../init/record.ts';
import { isMemoryLine } from '../kernels/memory_lines.ts';

/** Facts that were assumed, and the predicted memory lines that depend on one of them at least. */
export interface AssumedCount {
  readonly facts: number;
  readonly lines: number;
}

export function countAssumed(record: Pick<RunRecord, 'assumedFacts' | 'logLines'>): AssumedCount {
  const facts = record.assumedFacts ?? [];
  const lines = new Set(facts.flatMap((fact) => fact.lines));
  const memory = [...lines].filter((index) => isMemoryLine(record.logLines[index]?.text ?? ''));
  return { facts: facts.length, lines: memory.length };
}

/** `assumed facts: 3; lines that depend on them: 7`. */
export function assumedCountText({ facts, lines }: AssumedCount): string {
  return `assumed facts: ${facts}; lines that depend on them: ${lines}`;
}
