// What `boot --summary` prints after the log: the map and the lanes as drawings, then a table of nodes, threads and times.
import { FIGURE_SOURCE, type RecordJob, type RecordNode, type RunRecord } from '../init/record.ts';
import { GiB, PAGE_SIZE } from '../lib/units.ts';
import { laneLines } from './terminal-lanes.ts';
import { mapLines } from './terminal-map.ts';
import type { TerminalOptions } from './terminal.ts';

export type TextOptions = TerminalOptions;

const BOLD = '\x1b[1m';
const RESET = '\x1b[0m';
const NS_PER_MS = 1_000_000;

interface Column {
  readonly head: string;
  readonly cells: readonly string[];
}

/** A few lines with a final newline; each time carries the word that tells where it comes from. */
export function summaryText(record: RunRecord, options: TextOptions): string {
  const source = FIGURE_SOURCE[record.cpus];
  const head = `${record.machine}, kernel ${record.kernel}, ${record.onlineCpus} CPUs (${record.cpus})`;
  const rows = record.nodes.map((node) => nodeRow(node, record, source));
  const titles = [
    'node',
    'CPUs',
    'memory',
    'deferred pages',
    'jobs',
    'threads',
    'chunks',
    'chunk size',
    'time',
  ];
  const columns = titles.map((title, i): Column => ({ head: title, cells: rows.map((row) => row[i] ?? '') }));
  const bold = (text: string) => (options.color ? `${BOLD}${text}${RESET}` : text);
  const slowest = Math.max(0, ...record.nodes.map((node) => nodeTimeNs(jobsOf(record, node))));
  const last =
    slowest === 0
      ? 'nothing was deferred'
      : `deferred initialisation of the slowest node: ${milliseconds(slowest)} (${source})`;
  const [titleLine = '', ...lines] = table(columns);
  const lanes = laneLines(record, options);
  const drawings = [...mapLines(record, options), '', ...lanes, ...(lanes.length > 0 ? [''] : [])];
  const untold = assumedLines(record);
  return `${[bold(head), '', ...drawings, bold(titleLine), ...lines, last, ...untold].join('\n')}\n`;
}

/** A line for each fact that was assumed; none where nothing was. */
function assumedLines({ assumed = [], assumedFacts = [] }: RunRecord): string[] {
  if (assumed.length === 0) return [];
  const facts = assumed.map((text, at) => `  ${text}${dependentsText(assumedFacts[at]?.lines.length ?? 0)}`);
  return ['', `assumed, for nobody told it: ${assumed.length} facts`, ...facts];
}

function dependentsText(lines: number): string {
  return lines === 0 ? '' : `; ${lines} ${lines === 1 ? 'line depends' : 'lines depend'} on it`;
}

function jobsOf(record: RunRecord, node: RecordNode): RecordJob[] {
  return record.jobs.filter((job) => job.node === node.id);
}

function nodeRow(node: RecordNode, record: RunRecord, source: string): string[] {
  const jobs = jobsOf(record, node);
  const first = node.firstDeferredPfn;
  const largest = jobs.reduce<RecordJob | null>((a, b) => (a === null || b.size > a.size ? b : a), null);
  const time = nodeTimeNs(jobs);
  return [
    String(node.id),
    String(node.cpus.length),
    `${((node.presentPages * PAGE_SIZE) / GiB).toFixed(1)} GiB`,
    first === null ? '-' : String(Math.max(0, node.startPfn + node.spannedPages - first)),
    String(jobs.length),
    largest === null ? '-' : String(largest.workers),
    String(jobs.reduce((sum, job) => sum + job.chunks.length, 0)),
    largest === null || largest.chunkSize === 0 ? '-' : `${largest.chunkSize} pages`,
    time === 0 ? '-' : `${milliseconds(time)} ${source}`,
  ];
}

/** From the first chunk's start to the last one's end. */
function nodeTimeNs(jobs: readonly RecordJob[]): number {
  const chunks = jobs.flatMap((job) => job.chunks);
  if (chunks.length === 0) return 0;
  let start = Infinity;
  let end = 0;
  for (const chunk of chunks) {
    start = Math.min(start, chunk.startNs);
    end = Math.max(end, chunk.endNs);
  }
  return end - start;
}

function milliseconds(ns: number): string {
  return `${(ns / NS_PER_MS).toFixed(1)} ms`;
}

function table(columns: readonly Column[]): string[] {
  const widths = columns.map((column) =>
    Math.max(column.head.length, ...column.cells.map((cell) => cell.length)),
  );
  const line = (cells: readonly string[]) => cells.map((cell, i) => cell.padStart(widths[i] ?? 0)).join('  ');
  const count = columns[0]?.cells.length ?? 0;
  const rows = Array.from({ length: count }, (_, row) =>
    line(columns.map((column) => column.cells[row] ?? '')),
  );
  return [line(columns.map((column) => column.head)), ...rows];
}
