// report.html: one file that explains one boot, or two side by side. No script, no network, inline SVG and CSS.
import type { RunRecord } from '../init/record.ts';
import { changesSection, differenceSentence } from './html-changes.ts';
import { factsOf } from './facts.ts';
import { REPORT_TERMS, TOPICS } from './glossary.ts';
import { logCounts, logMarkup } from './html-log.ts';
import { curveSection, lanesSection, mapSection } from './html-pictures.ts';
import { columns, contents, sectionHead, type Run } from './html-runs.ts';
import { missingSection } from './html-missing.ts';
import { jobsTable, nodesTable, zonesTable } from './html-tables.ts';
import { lanesOf } from './lanes.ts';
import { mapRows } from './map-rows.ts';
import { REPORT_CSS } from './style.ts';
import { el, escapeText, textEl } from './svg.ts';
import { glossaryList, meanings, TERMS_CSS, termsOf, withTerms } from './terms.ts';
import { countText, plural } from '../lib/plural.ts';
import type { CurvePoint } from './threads-chart.ts';
import { deferredSentence, machineSentence, panicSentence, savedSentence, whoSentence } from './words.ts';

export interface ReportOptions {
  /** Threads against time, for each record in turn: its curve, and published or measured points. */
  readonly curves?: readonly (readonly CurvePoint[])[];
  /** Programme and version for the footer. */
  readonly generator?: string;
}

/** The whole file. One record, or two to compare; more are shown below each other. */
export function reportHtml(records: readonly RunRecord[], options: ReportOptions = {}): string {
  const runs = runsOf(records, options.curves ?? []);
  const title = runs.map((run) => run.name).join(' and ');
  const [first, second] = runs;
  const two = first && second && runs.length === 2 ? { first, second } : null;
  const sections = [
    ...(two ? [changesSection(two.first, two.second)] : []),
    shortSection(runs),
    mapSection(runs),
    lanesSection(runs),
    curveSection(runs),
    tablesSection(runs),
    ...runs.map(({ name, record }, i) => missingSection(record, runs.length > 1 ? { name, i } : null)),
    logSection(runs),
    warningsSection(runs),
    assumedSection(runs),
  ]
    .filter((section) => section !== '')
    .map(withTerms);
  const lead = two
    ? withTerms(textEl('p', differenceSentence(two.first, two.second), { class: 'lead' }))
    : '';
  sections.push(glossarySection(lead + sections.join('')));
  const body = [
    textEl(
      'h1',
      two ? `${two.first.name} against ${two.second.name}` : `${title}: the first second of a Linux boot`,
    ),
    lead,
    contents(sections),
    el('main', {}, sections.join('\n')),
    footer(options.generator ?? 'earlyboot'),
  ];
  const head = [
    '<meta charset="utf-8"/>',
    '<meta name="viewport" content="width=device-width,initial-scale=1"/>',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'"/>',
    textEl('title', `${title} – boot report`),
    `<style>${REPORT_CSS}${TERMS_CSS}</style>`,
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

function shortSection(runs: readonly Run[]): string {
  const words = columns(runs, ({ record, facts, curve }) => {
    const alone = curve.find((p) => p.threads === 1 && p.source === facts.source);
    const machine = textEl('p', machineSentence(record, facts), { class: 'lead' });
    if (record.panic !== undefined) return machine + textEl('p', panicSentence(record.panic));
    return [
      machine,
      textEl('h3', 'What was deferred'),
      textEl('p', deferredSentence(facts)),
      textEl('h3', 'Who did it'),
      textEl('p', whoSentence(record, facts)),
      textEl('h3', 'What it saved'),
      textEl('p', savedSentence(facts, alone ?? null)),
    ].join('');
  });
  return sectionHead('short', runs.length > 1 ? 'Each boot in words' : 'In short') + words;
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
  return [sectionHead('tables', 'Nodes, jobs and zones'), ...parts].join('\n');
}

function logSection(runs: readonly Run[]): string {
  return [
    sectionHead('log', 'The kernel log'),
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
  return [sectionHead('warnings', 'Warnings'), body].join('\n');
}

/** Left out where no run assumed anything. */
function assumedSection(runs: readonly Run[]): string {
  if (runs.every(({ record }) => (record.assumed ?? []).length === 0)) return '';
  const body = columns(runs, ({ record }) =>
    record.assumed === undefined || record.assumed.length === 0
      ? textEl('p', 'Nothing.')
      : el('ul', { class: 'warnings' }, ...record.assumed.map((text) => textEl('li', text))),
  );
  const about = 'Facts that this boot used and that nobody told it, what was taken, and what would tell it.';
  return [sectionHead('assumed', 'Assumed'), textEl('p', about), body].join('\n');
}

/** The words that a report cannot do without, and those that this one has. */
function glossarySection(markup: string): string {
  const used = termsOf(markup);
  const terms = TOPICS.flatMap((topic) => topic.terms).filter(
    (term) => REPORT_TERMS.includes(term) || used.includes(term),
  );
  return [sectionHead('words', 'Words'), glossaryList(terms), meanings(used)].join('\n');
}

function footer(generator: string): string {
  return el(
    'footer',
    {},
    escapeText(`Made by ${generator} from a run record. This file needs neither script nor network.`),
  );
}
