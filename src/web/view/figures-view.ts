// What a run says in words and tables on the page.
import type { RunRecord } from '../../init/record.ts';
import type { Facts } from '../../report/facts.ts';
import { jobsTable, nodesTable, ownersTable, zonesTable } from '../../report/html-tables.ts';
import type { Lanes } from '../../report/lanes.ts';
import { reservedByOwner } from '../../ask/owners/owners.ts';
import { textEl } from '../../report/svg.ts';
import { countText, plural } from '../../lib/plural.ts';
import type { CurvePoint } from '../../report/threads-chart.ts';
import { withTerms } from '../../report/terms.ts';
import {
  deferredSentence,
  machineSentence,
  panicSentence,
  savedSentence,
  whoSentence,
} from '../../report/words.ts';
import { pageWords } from '../model/page-words.ts';
import { byId, setMarkup, setText } from './dom.ts';
import type { LogView } from './log-view.ts';

const MAX_JOB_ROWS = 100;

/** Name, tables, warnings and what the pictures and the log show. */
export function showFigures(record: RunRecord, facts: Facts, lanes: Lanes, log: LogView): void {
  byId('name', HTMLElement).textContent = record.machine;
  setMarkup(byId('sentence', HTMLElement), withTerms(textEl('p', machineSentence(record, facts))));
  const jobs = { ...record, jobs: record.jobs.slice(0, MAX_JOB_ROWS) };
  setMarkup(
    byId('tables', HTMLElement),
    withTerms(
      nodesTable(record, facts) +
        jobsTable(jobs, facts) +
        zonesTable(record) +
        ownersTable(reservedByOwner(record)),
    ),
  );
  setText(
    byId('lanes-about', HTMLElement),
    lanes.cpus.length === 0
      ? 'No CPU had deferred pages to initialise.'
      : lanes.nodes
        ? `${countText(lanes.cpus.length)} CPUs are too many for a line each: a line is a node, its height the share of its CPUs that are busy.`
        : 'A line is a CPU, a bar a chunk of pages that it fills in.',
  );
  const warnings = record.warnings.map((text) => textEl('li', pageWords(text))).join('');
  setMarkup(byId('warnings', HTMLElement), warnings === '' ? '' : `<h3>Warnings</h3><ul>${warnings}</ul>`);
  const left = log.leftOut;
  const rest = left > 0 ? `; ${countText(left)} more are not shown here` : '';
  byId('log-about', HTMLElement).textContent =
    `${plural(log.count, 'line')}, those about memory marked${rest}.`;
}

/** What was deferred, who did it, what it saved; `alone` is known once the curve is. */
export function showSentences(record: RunRecord, facts: Facts, alone: CurvePoint | null): void {
  const words =
    record.panic === undefined
      ? [deferredSentence(facts), whoSentence(record, facts), savedSentence(facts, alone)]
      : [panicSentence(record.panic)];
  setMarkup(byId('words', HTMLElement), withTerms(words.map((text) => textEl('p', text)).join('')));
}
