// What two boots differ in: said in the report's first line, and shown before everything else.
import { diffBoots, type Difference } from '../ask/diff.ts';
import type { RunRecord } from '../init/record.ts';
import { countText, plural } from '../lib/plural.ts';
import { comparisonTable } from './html-compare.ts';
import { sectionHead, type Run } from './html-runs.ts';
import { el, escapeText, textEl } from './svg.ts';
import { durationText, listText } from './text.ts';

/** Of more differing lines the first ones are shown, and how many there are. */
const MOST_LINES = 120;

/** The first sentence: what the two were given that differs, and what became of it. */
export function differenceSentence(a: Run, b: Run): string {
  const given = givenDifferences(a, b);
  const what =
    given.length === 0
      ? 'Both boots were given the same machine, kernel, command line and threads'
      : `These boots differ in ${listText(given)}`;
  return `${what}. ${outcome(a, b)}`;
}

/** What was put in, not what came out. */
function givenDifferences(a: Run, b: Run): string[] {
  const both = (name: string, of: (record: RunRecord) => string): string[] => {
    const [left, right] = [of(a.record), of(b.record)];
    return left === right ? [] : [`${name} (${left} and ${right})`];
  };
  const same = a.record.machine === b.record.machine;
  return [
    ...both('the machine', (record) => record.machine),
    ...both('the kernel', (record) => record.kernel),
    ...wordDifferences(a, b),
    ...both('the kind of CPU', (record) => record.cpus),
    ...(a.record.jobs.length > 0 && b.record.jobs.length > 0
      ? both('the threads that a node may have', mostThreads)
      : []),
    ...(same && JSON.stringify(a.record.e820) !== JSON.stringify(b.record.e820)
      ? ['the firmware’s map']
      : []),
  ];
}

/** What padata was allowed: a boot without jobs does not tell. */
function mostThreads({ jobs }: RunRecord): string {
  return countText(Math.max(...jobs.map((job) => job.maxThreads)));
}

/** Parameters that only one command line has. */
function wordDifferences(a: Run, b: Run): string[] {
  const words = ({ record }: Run): string[] => record.cmdline.split(/\s+/).filter((word) => word !== '');
  const only = (one: Run, other: Run): string => {
    const others = new Set(words(other));
    return words(one)
      .filter((word) => !others.has(word))
      .join(' ');
  };
  const parts = [
    [a, only(a, b)],
    [b, only(b, a)],
  ] as const;
  const told = parts.filter(([, text]) => text !== '').map(([run, text]) => `${run.name} has ${text}`);
  if (told.length > 0) return [`the command line (${told.join(', ')})`];
  return a.record.cmdline === b.record.cmdline ? [] : ['the order of the command line'];
}

/** Whether both boot; what boot waited for, where both figures come from one source; else what was deferred. */
function outcome(a: Run, b: Run): string {
  const panics = [a, b].filter(({ record }) => record.panic !== undefined);
  if (panics.length > 0)
    return panics.map(({ name, record }) => `${name} does not boot: ${record.panic ?? ''}.`).join(' ');
  const [before, after] = [a.facts, b.facts];
  const pages = `${plural(before.deferredPages, 'page')} in ${a.name} and ${countText(after.deferredPages)} in ${b.name}`;
  if (before.source !== after.source || before.deferredNs === 0 || after.deferredNs === 0)
    return before.deferredPages === after.deferredPages
      ? 'As many pages are deferred in both.'
      : `Deferred are ${pages}.`;
  const moved =
    before.deferredPages === after.deferredPages
      ? ''
      : ` But the work is not the same: deferred are ${pages}.`;
  return before.deferredNs === after.deferredNs
    ? `Boot waits as long for deferred init in both: ${durationText(before.deferredNs)} (${before.source}).${moved}`
    : `Boot waits ${durationText(before.deferredNs)} for deferred init in ${a.name} and ${durationText(after.deferredNs)} in ${b.name} (${before.source}).${moved}`;
}

/** Figures that differ, then the lines of the log, the zones and the jobs that only one of the two has. */
export function changesSection(a: Run, b: Run): string {
  const { log, zones, jobs } = diffBoots(a.record, b.record);
  return [
    sectionHead('changes', 'What changed'),
    comparisonTable([a, b]),
    changedLines('Memory lines of the kernel log', log, a, b),
    changedLines('Zones', zones, a, b),
    changedLines('Jobs', jobs, a, b),
  ].join('\n');
}

function changedLines(subject: string, differences: readonly Difference[], a: Run, b: Run): string {
  if (differences.length === 0) return textEl('p', `${subject}: the same in both.`);
  const shown = differences
    .slice(0, MOST_LINES)
    .map(({ side, text }) =>
      side === 'a' ? el('del', {}, escapeText(`− ${text}`)) : el('ins', {}, escapeText(`+ ${text}`)),
    );
  const left = differences.length - shown.length;
  if (left > 0) shown.push(el('span', { class: 'more' }, `… ${plural(left, 'more line')}`));
  const label = `${subject} that differ`;
  return [
    textEl('h3', label),
    textEl('p', `− only ${a.name} has, + only ${b.name} has.`, { class: 'note' }),
    el('pre', { tabindex: 0, role: 'region', 'aria-label': label, class: 'changes' }, shown.join('\n')),
  ].join('');
}
