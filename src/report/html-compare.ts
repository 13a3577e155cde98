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

/** A row for each figure that differs; the last column compares the second run with the first. Those that do not are named below. */
export function comparisonTable(runs: readonly [ComparedRun, ComparedRun]): string {
  const [first, second] = runs;
  const sources = new Set(runs.map((run) => run.facts.source));
  const differs = ({ name, value, text }: Figure): boolean =>
    text(value(first.facts)) !== text(value(second.facts)) || (isTime(name) && sources.size > 1);
  const rows = FIGURES.filter(differs).map(({ name, value, text }) => {
    const [before, after] = [value(first.facts), value(second.facts)];
    const source = (run: ComparedRun): string => (isTime(name) ? ` (${run.facts.source})` : '');
    // a model's time and a measured one are never set against each other
    const change = isTime(name) && sources.size > 1 ? '' : changeText(before, after);
    return [name, `${text(before)}${source(first)}`, `${text(after)}${source(second)}`, change];
  });
  const same = FIGURES.filter((figure) => !differs(figure)).map(
    ({ name, value, text }) => `${name} (${text(value(first.facts))})`,
  );
  const columns = [
    { head: 'figure' },
    ...runs.map((run) => ({ head: run.name, number: true })),
    { head: 'change', number: true },
  ];
  return [
    rows.length === 0
      ? ''
      : table(`The figures that differ; the change is from ${first.name} to ${second.name}`, columns, rows),
    same.length === 0 ? '' : textEl('p', `The same in both: ${same.join(', ')}.`),
  ].join('\n');
}

const isTime = (name: string): boolean => name.endsWith('ms');

function changeText(before: number, after: number): string {
  if (before === 0 || after === 0) return '';
  const percent = ((after - before) / before) * 100;
  const size = Math.abs(percent).toFixed(1);
  return size === '0.0' ? 'within 0.1 %' : `${percent > 0 ? '+' : '−'}${size} %`;
}
