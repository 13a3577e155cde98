// Two runs in one table: the figures that one looks for first, and by how much they differ.
import type { Facts } from './facts.ts';
import { table } from './html-tables.ts';
import { textEl } from './svg.ts';
import { countText } from '../lib/plural.ts';
import { bytesText, msText } from './text.ts';

export interface ComparedRun {
  readonly name: string;
  readonly facts: Facts;
}

interface Figure {
  readonly name: string;
  readonly value: (facts: Facts) => number;
  readonly text: (value: number) => string;
}

const FIGURES: readonly Figure[] = [
  { name: 'memory', value: (f) => f.memoryBytes, text: bytesText },
  { name: 'CPUs online', value: (f) => f.onlineCpus, text: countText },
  { name: 'reserved by early boot', value: (f) => f.reservedBytes, text: bytesText },
  { name: 'initialised at once', value: (f) => f.earlyBytes, text: bytesText },
  { name: 'pages deferred', value: (f) => f.deferredPages, text: countText },
  { name: 'threads a node', value: (f) => Math.max(0, ...f.nodes.map((n) => n.workers)), text: countText },
  { name: 'chunks', value: (f) => f.chunks, text: countText },
  { name: 'deferred init of the slowest node, ms', value: (f) => f.deferredNs, text: msText },
  { name: 'work of all threads, ms', value: (f) => f.workNs, text: msText },
];

/** A row for each figure; the last column compares the second run with the first. */
export function comparisonTable(runs: readonly ComparedRun[]): string {
  const [first, second] = runs;
  const sources = new Set(runs.map((run) => run.facts.source));
  const rows = FIGURES.map(({ name, value, text }) => {
    const values = runs.map((run) => value(run.facts));
    const time = name.endsWith('ms');
    // a model's time and a measured one are never set against each other
    const compared = runs.length === 2 && (!time || sources.size === 1);
    const cells = runs.map((run, i) => `${text(values[i] ?? 0)}${time ? ` (${run.facts.source})` : ''}`);
    return [name, ...cells, compared ? changeText(values[0] ?? 0, values[1] ?? 0) : ''];
  });
  const heads = runs.map((run) => ({ head: run.name, number: true }));
  const last = second && first ? `${second.name} against ${first.name}` : '';
  return [
    textEl('h2', 'Side by side'),
    table(
      'The figures that differ most between boots',
      [{ head: '' }, ...heads, { head: last, number: true }],
      rows,
    ),
  ].join('\n');
}

function changeText(before: number, after: number): string {
  if (before === after) return 'the same';
  if (before === 0 || after === 0) return '';
  const percent = ((after - before) / before) * 100;
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(1)} %`;
}
