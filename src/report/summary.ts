// What `boot --summary` prints after the log: the map and the lanes as drawings, then a table of nodes, threads and times.
import type { RecordJob, RunRecord } from '../init/record.ts';
import { countText, plural } from '../lib/plural.ts';
import { tableLines } from '../text/table.ts';
import { fitted, wrapText } from '../text/wrap.ts';
import { factsOf, type Facts, type NodeFacts } from './facts.ts';
import { laneLines } from './terminal-lanes.ts';
import { mapLines } from './terminal-map.ts';
import type { TerminalOptions } from './terminal.ts';
import { bytesText, durationText } from './text.ts';

export type TextOptions = TerminalOptions;

const BOLD = '\x1b[1m';
const RESET = '\x1b[0m';
const TITLES = ['node', 'CPUs', 'memory', 'deferred pages', 'jobs', 'threads', 'chunks', 'pages a chunk'];

/** A few lines with a final newline; each time carries the word that tells where it comes from. */
export function summaryText(record: RunRecord, options: TextOptions): string {
  const facts = factsOf(record);
  const head = `${record.machine}, kernel ${record.kernel}, ${plural(record.onlineCpus, 'CPU')} (${record.cpus})`;
  const bold = (text: string) => (options.color ? `${BOLD}${text}${RESET}` : text);
  const table = tableLines(
    [[...TITLES, `deferred time (${facts.source})`], ...facts.nodes.map((node) => nodeRow(node, record))],
    {
      columns: options.columns,
      head: bold,
    },
  );
  const last =
    facts.slowest === null
      ? 'nothing was deferred'
      : `deferred initialisation of the slowest node, which boot waits for: ${durationText(facts.deferredNs)} (${facts.source})`;
  const lanes = laneLines(record, options);
  const drawings = [...mapLines(record, options), '', ...lanes, ...(lanes.length > 0 ? [''] : [])];
  const text = [
    ...table,
    ...wrapText(last, options.columns),
    ...logNote(facts).flatMap((line) => wrapText(line, options.columns)),
    ...assumedLines(record).map((line) => fitted(line, options.columns)),
  ];
  return `${[bold(head), '', ...drawings, ...text].join('\n')}\n`;
}

/** A jiffy of HZ 100, the longest that x86 has. */
const LONGEST_JIFFY_MS = 10;

/** Why the log has another figure for the slowest node. */
function logNote({ slowest }: Facts): string[] {
  if (slowest === null || slowest.loggedMs === null) return [];
  const { loggedMs, deferredNs } = slowest;
  const off = Math.abs(loggedMs - deferredNs / 1e6) > LONGEST_JIFFY_MS;
  const why = off ? ', which stand still while interrupts of the CPU that counts them are off' : '';
  return [`the log counts jiffies: ${loggedMs} ms${why}`];
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

function nodeRow(node: NodeFacts, record: RunRecord): string[] {
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
    largest === null || largest.chunkSize === 0 ? '-' : countText(largest.chunkSize),
    node.deferredNs === 0 ? '-' : durationText(node.deferredNs),
  ];
}
