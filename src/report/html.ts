// report.html: one file that explains one boot, or two side by side. No script, no network, inline SVG and CSS.
import type { RunRecord } from '../init/record.ts';
import { comparisonTable } from './html-compare.ts';
import { newDocument } from './document.ts';
import { factsOf, type Facts } from './facts.ts';
import { logCounts, logMarkup } from './html-log.ts';
import { jobsTable, nodesTable, ownersTable, table, zonesTable } from './html-tables.ts';
import { lanesOf, type Lanes } from './lanes.ts';
import { lanesSentence, lanesSvg } from './lanes-svg.ts';
import { lookOf, patternDefs, swatch } from './looks.ts';
import { mapRows, type MapRow } from './map-rows.ts';
import { reservedByOwner } from './owners.ts';
import { STRIP_INNER, stripSvg } from './strip-svg.ts';
import { stripScale, type StripScale } from './strip-scale.ts';
import { REPORT_CSS } from './style.ts';
import { el, escapeText, textEl } from './svg.ts';
import { countText, plural } from './text.ts';
import { threadsChart, type CurvePoint } from './threads-chart.ts';
import { deferredSentence, GLOSSARY, machineSentence, savedSentence, whoSentence } from './words.ts';

export interface ReportOptions {
  /** Threads against time, for each record in turn: its curve, and published or measured points. */
  readonly curves?: readonly (readonly CurvePoint[])[];
  /** Programme and version for the footer. */
  readonly generator?: string;
}

interface Run {
  readonly name: string;
  readonly record: RunRecord;
  readonly facts: Facts;
  readonly rows: readonly MapRow[];
  readonly lanes: Lanes;
  /** Its own curve, with the run's name. */
  readonly curve: readonly CurvePoint[];
}

/** The whole file. One record, or two to compare; more are shown below each other. */
export function reportHtml(records: readonly RunRecord[], options: ReportOptions = {}): string {
  const runs = runsOf(records, options.curves ?? []);
  const title = runs.map((run) => run.name).join(' and ');
  const body = [
    patternDefs(),
    textEl('h1', `${title}: the first second of a Linux boot`),
    shortSection(runs),
    runs.length > 1 ? comparisonTable(runs) : '',
    mapSection(runs),
    lanesSection(runs),
    curveSection(runs),
    tablesSection(runs),
    logSection(runs),
    warningsSection(runs),
    glossarySection(),
    footer(options.generator ?? 'earlyboot'),
  ];
  const head = [
    '<meta charset="utf-8"/>',
    '<meta name="viewport" content="width=device-width,initial-scale=1"/>',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'"/>',
    textEl('title', `${title} – boot report`),
    `<style>${REPORT_CSS}</style>`,
  ];
  return `<!doctype html>\n<html lang="en"><head>${head.join('')}</head>\n<body>\n${body.join('\n')}\n</body></html>\n`;
}

/** Names are the machines'; two of one machine get a letter. */
function runsOf(records: readonly RunRecord[], curves: readonly (readonly CurvePoint[])[]): Run[] {
  return records.map((record, i) => {
    const twice = records.filter((r) => r.machine === record.machine).length > 1;
    const name = twice ? `${record.machine} (${String.fromCharCode(65 + i)})` : record.machine;
    return {
      name,
      curve: (curves[i] ?? []).map((point) => ({ ...point, run: name })),
      record,
      facts: factsOf(record),
      rows: mapRows(record),
      lanes: lanesOf(record),
    };
  });
}

/** The runs themselves as points, where the curve does not have them already. */
function ownPoints(runs: readonly Run[]): CurvePoint[] {
  return runs.flatMap(({ name, facts, curve }): CurvePoint[] => {
    if (facts.slowest === null) return [];
    const threads = Math.max(...facts.nodes.map((node) => node.workers));
    const known = curve.some((p) => p.threads === threads && p.source === facts.source);
    return known ? [] : [{ threads, ms: facts.wallNs / 1e6, source: facts.source, run: name }];
  });
}

/** One column a run, with its name as heading where there are several. */
function columns(runs: readonly Run[], content: (run: Run) => string): string {
  const parts = runs.map((run) =>
    el('section', {}, runs.length > 1 ? textEl('h3', run.name) : '', content(run)),
  );
  return el('div', { class: runs.length > 1 ? 'runs two' : 'runs' }, ...parts);
}

function shortSection(runs: readonly Run[]): string {
  return columns(runs, ({ record, facts, curve }) => {
    const alone = curve.find((p) => p.threads === 1 && p.source === facts.source);
    return [
      textEl('p', machineSentence(record, facts), { class: 'lead' }),
      textEl('h3', 'What was deferred'),
      textEl('p', deferredSentence(facts)),
      textEl('h3', 'Who did it'),
      textEl('p', whoSentence(record, facts)),
      textEl('h3', 'What it saved'),
      textEl('p', savedSentence(facts, alone ?? null)),
    ].join('');
  });
}

function mapSection(runs: readonly Run[]): string {
  const common: StripScale = stripScale(
    runs.flatMap((run) => run.rows),
    STRIP_INNER,
  );
  const figures = runs.map((run) =>
    el(
      'figure',
      {},
      runs.length > 1 ? textEl('h3', run.name) : '',
      el(
        'div',
        { class: 'figure-scroll' },
        stripSvg(run.rows, { label: `Physical memory of ${run.name}, low addresses left`, scale: common }),
      ),
      ownersTable(reservedByOwner(run.record)),
    ),
  );
  return [
    textEl('h2', 'The physical memory map'),
    textEl(
      'p',
      'Addresses from left to right. The scale is not even: each stretch is as wide as the logarithm of its size, so that ' +
        'a few kilobytes at the bottom can be seen beside gigabytes; dashed stretches hold nothing. Rest the pointer on a ' +
        'piece for its addresses, its size and who owns it.',
    ),
    ...figures,
    fateLegend(),
  ].join('\n');
}

function fateLegend(): string {
  const items = (
    [
      ['early', 'at once: filled in by the first CPU'],
      ['deferred', 'deferred: filled in by threads later'],
      ['grown', 'on demand: deferred, but needed before'],
      ['reserved', 'reserved: never handed out'],
    ] as const
  ).map(([fate, text]) => el('li', {}, swatch(lookOf({ kind: 'fate', fate })), escapeText(text)));
  return el('ul', { class: 'legend', 'aria-label': 'legend of the row “when”' }, ...items);
}

function lanesSection(runs: readonly Run[]): string {
  const document = newDocument();
  const longest = Math.max(...runs.map(({ lanes }) => lanes.endNs - lanes.startNs));
  const figures = runs.map(({ name, record, facts, lanes }) => {
    const heading = runs.length > 1 ? textEl('h3', name) : '';
    if (lanes.cpus.length === 0)
      return `${heading}${textEl('p', 'No CPU had deferred pages to initialise.')}`;
    const picture = lanesSvg(lanes, {
      document,
      source: facts.source,
      label: `${plural(facts.chunks, 'chunk')} on ${plural(facts.cpusUsed, 'CPU')} of ${name} over time`,
      durationNs: longest,
    });
    return el(
      'figure',
      {},
      heading,
      textEl('p', lanesSentence(record, lanes, facts.source)),
      el('div', { class: 'figure-scroll' }, picture),
    );
  });
  return [textEl('h2', 'The CPUs over time'), ...figures].join('\n');
}

/** Runs that differ in their threads only have one curve. */
function curveSection(runs: readonly Run[]): string {
  const shape = ({ curve }: Run): string => JSON.stringify(curve.map((p) => [p.threads, p.ms]));
  const drawn = runs.filter((run, i) => runs.findIndex((other) => shape(other) === shape(run)) === i);
  const curve = [...drawn.flatMap((run) => run.curve), ...ownPoints(runs)];
  const heading = textEl('h2', 'Threads against time');
  if (curve.length === 0)
    return `${heading}${textEl('p', 'Nothing was deferred, so threads make no difference.')}`;
  const sources = [...new Set(curve.map((point) => point.source))];
  const lone =
    curve.length <= runs.length ? ' Only this run’s own point is known here; predict draws the curve.' : '';
  const banded = curve.some((p) => p.source === 'model' && p.lowMs !== undefined);
  const band = banded
    ? ' The shaded band holds the true figure in nine cases of ten, by the model’s own estimate.'
    : '';
  const symbols = { model: '●', measured: '■', emulated: '▲', published: '◇' } as const;
  const rows = curve.map((p) => [p.run, String(p.threads), p.ms.toFixed(1), p.source]);
  return [
    heading,
    textEl(
      'p',
      'How long deferred init of the slowest node takes with so many threads for each node. ' +
        `Symbols: ${sources.map((source) => `${symbols[source]} ${source}`).join(', ')}.${band}${lone}`,
    ),
    el(
      'figure',
      {},
      el(
        'div',
        { class: 'figure-scroll' },
        threadsChart(curve, { document: newDocument(), label: 'Threads against time' }),
      ),
    ),
    el(
      'details',
      {},
      textEl('summary', `The ${plural(curve.length, 'point')} as a table`),
      table(
        'Deferred init of the slowest node',
        [
          { head: 'run' },
          { head: 'threads a node', number: true },
          { head: 'ms', number: true },
          { head: 'source' },
        ],
        rows,
      ),
    ),
  ].join('\n');
}

const MAX_JOB_ROWS = 200;

function tablesSection(runs: readonly Run[]): string {
  const parts = runs.map(({ name, record, facts }) => {
    const shown = { ...record, jobs: record.jobs.slice(0, MAX_JOB_ROWS) };
    const left = record.jobs.length - shown.jobs.length;
    return [
      runs.length > 1 ? textEl('h3', name) : '',
      nodesTable(record, facts),
      jobsTable(shown, facts),
      left > 0 ? textEl('p', `${countText(left)} more jobs are left out here.`, { class: 'note' }) : '',
      zonesTable(record),
    ].join('');
  });
  return [textEl('h2', 'Nodes, jobs and zones'), ...parts].join('\n');
}

function logSection(runs: readonly Run[]): string {
  return [
    textEl('h2', 'The kernel log'),
    columns(runs, ({ record }) => {
      const { lines, memory, leftOut } = logCounts(record.logLines);
      const left = leftOut > 0 ? ` ${countText(leftOut)} lines are left out here; boot prints them all.` : '';
      return [
        textEl(
          'p',
          `${plural(lines, 'line')}; the ${countText(memory)} that tell of memory are marked with a bar.${left}`,
        ),
        logMarkup(record.logLines),
      ].join('');
    }),
  ].join('\n');
}

function warningsSection(runs: readonly Run[]): string {
  const body = columns(runs, ({ record }) =>
    record.warnings.length === 0
      ? textEl('p', 'None: nothing that matters to memory was met that is not modelled.')
      : el('ul', { class: 'warnings' }, ...record.warnings.map((text) => textEl('li', text))),
  );
  return [textEl('h2', 'Warnings'), body].join('\n');
}

function glossarySection(): string {
  const terms = GLOSSARY.map(({ word, meaning }) => textEl('dt', word) + textEl('dd', meaning));
  return [textEl('h2', 'Words'), el('dl', { class: 'glossary' }, ...terms)].join('\n');
}

function footer(generator: string): string {
  return el(
    'footer',
    {},
    escapeText(`Made by ${generator} from a run record. This file needs neither script nor network.`),
  );
}
