// What `boot --summary` prints after the log: the map and the lanes as drawings, then a table of nodes, threads and times.
import type { RecordJob, RunRecord } from '../init/record.ts';
import { countText, plural } from '../lib/plural.ts';
import { tableLines } from '../text/table.ts';
import { wrapText } from '../text/wrap.ts';
import { factsOf, type Facts, type FigureSource, type NodeFacts } from './facts.ts';
import { laneLines } from './terminal-lanes.ts';
import { mapLines } from './terminal-map.ts';
import type { TerminalOptions } from './terminal.ts';
import { bytesText, durationText } from './text.ts';

export type TextOptions = TerminalOptions;

const BOLD = '\x1b[1m';
const RESET = '\x1b[0m';
const TITLES = [
  'node',
  'CPUs',
  'memory',
  'deferred pages',
  'jobs',
  'threads',
  'chunks',
  'chunk size',
  'deferred time',
];

/** A few lines with a final newline; each time carries the word that tells where it comes from. */
export function summaryText(record: RunRecord, options: TextOptions): string {
  const facts = factsOf(record);
  const head = `${record.machine}, kernel ${record.kernel}, ${plural(record.onlineCpus, 'CPU')} (${record.cpus})`;
  const bold = (text: string) => (options.color ? `${BOLD}${text}${RESET}` : text);
  const table = tableLines([TITLES, ...facts.nodes.map((node) => nodeRow(node, record, facts.source))], {
    columns: options.columns,
    head: bold,
  });
  const last =
    facts.slowest === null
      ? 'nothing was deferred'
      : `deferred initialisation of the slowest node, which boot waits for: ${durationText(facts.deferredNs)} (${facts.source})`;
  const lanes = laneLines(record, options);
  const drawings = [...mapLines(record, options), '', ...lanes, ...(lanes.length > 0 ? [''] : [])];
  const text = [
    ...table,
    ...wrapText(last, options.columns),
    ...logNote(facts, options),
    ...assumedLines(record),
  ];
  return `${[bold(head), '', ...drawings, ...text].join('\n')}\n`;
}

/** Why the log has other figures. */
function logNote({ nodes }: Facts, { columns }: TextOptions): string[] {
  const logged = nodes.flatMap(({ loggedMs }) => loggedMs ?? []);
  if (logged.length === 0) return [];
  const text = `the log counts the same in jiffies: ${Math.max(...logged)} ms`;
  return wrapText(text, columns);
}

/** A line for each fact that was assumed; none where nothing was. */
function assumedLines({ assumed = [], assumedFacts = [] }: RunRecord): string[] {
  if (assumed.length === 0) return [];
  const facts = assumed.map((text, at) => `  ${text}${dependentsText(assumedFacts[at]?.lines.length ?? 0)}`);
  return ['', `assumed, for nobody told it: ${plural(assumed.length, 'fact')}`, ...facts];
}

function dependentsText(lines: number): string {
  return lines === 0 ? '' : `; ${plural(lines, 'line depends', 'lines depend')} on it`;
}

function nodeRow(node: NodeFacts, record: RunRecord, source: FigureSource): string[] {
  const jobs = record.jobs.filter((job) => job.node === node.node);
  const largest = jobs.reduce<RecordJob | null>((a, b) => (a === null || b.size > a.size ? b : a), null);
  return [
    String(node.node),
    String(node.cpus),
    bytesText(node.memoryBytes),
    node.deferredPages === 0 ? '-' : countText(node.deferredPages),
    String(node.jobs),
    largest === null ? '-' : String(node.workers),
    String(node.chunks),
    largest === null || largest.chunkSize === 0 ? '-' : plural(largest.chunkSize, 'page'),
    node.deferredNs === 0 ? '-' : `${durationText(node.deferredNs)} ${source}`,
  ];
}
