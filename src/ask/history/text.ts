// The history as text: the list of changes, or what each does to one machine.
import type { Change } from '../../kernels/history.ts';
import type { Figures, HistoryStep } from './steps.ts';
import { plural } from '../../lib/plural.ts';

/** Indented below a change's first line. */
const INDENT = '       ';

/** One change: release and id, what it is, what one sees, whose it is. */
function changeText({ since, notIn, stable, id, what, sees, patch }: Change): string {
  const back = stable ? ` (stable ${stable.join(', ')})` : '';
  const known = notIn === undefined ? '' : `not in ${notIn} yet; `;
  return [
    `${since.padEnd(6)} ${id}${back}`,
    `${INDENT}${what}`,
    `${INDENT}seen: ${sees}`,
    `${INDENT}${known}${patch ?? 'patch not looked up'}`,
  ].join('\n');
}

/** The changes between two kernels, without a machine. */
export function changesText(comes: readonly Change[], goes: readonly Change[]): string {
  const lines = comes.map(changeText);
  if (goes.length > 0)
    lines.push(`only in the first, by its stable series: ${goes.map(({ id }) => id).join(', ')}`);
  if (comes.length + goes.length === 0) lines.push('no change');
  return lines.join('\n') + '\n';
}

/** How many lines come, go, and stand elsewhere than before. */
export interface LineCounts {
  readonly come: readonly string[];
  readonly go: readonly string[];
  readonly move: readonly string[];
}

/** A line that goes and comes in one step has moved. */
export function lineCounts({ diff }: HistoryStep): LineCounts {
  const side = (which: 'a' | 'b'): string[] =>
    diff.log.filter((d) => d.side === which).map(({ text }) => text);
  const go = side('a');
  const come: string[] = [];
  const move: string[] = [];
  for (const text of side('b')) {
    const at = go.indexOf(text);
    if (at < 0) come.push(text);
    else {
      move.push(text);
      go.splice(at, 1);
    }
  }
  return { come, go, move };
}

const FIGURES: readonly (readonly [keyof Figures, string, string])[] = [
  ['reservedBytes', 'reserved', 'bytes'],
  ['jobs', 'jobs', ''],
  ['threads', 'threads', ''],
  ['deferredMs', 'deferred init', 'ms (model)'],
  ['memTotalK', 'MemTotal', 'kB'],
];

/** Whether a step changes anything on the machine. */
export function matters({ diff, before, after }: HistoryStep): boolean {
  const figures = FIGURES.some(([key]) => before[key] !== after[key]);
  return figures || diff.log.length + diff.zones.length + diff.jobs.length > 0;
}

function stepText(step: HistoryStep): string {
  const { change, id, before, after } = step;
  const { come, go, move } = lineCounts(step);
  const counts = [
    come.length > 0 ? plural(come.length, 'line comes', 'lines come') : '',
    go.length > 0 ? plural(go.length, 'goes', 'go') : '',
    move.length > 0 ? plural(move.length, 'moves', 'move') : '',
  ].filter((text) => text !== '');
  const figures = FIGURES.filter(([key]) => before[key] !== after[key]).map(([key, name, unit]) =>
    `${name} ${before[key]} → ${after[key]} ${unit}`.trimEnd(),
  );
  const what = change === null ? 'another image and configuration' : change.what;
  return [
    `${(change?.since ?? '').padEnd(6)} ${id}: ${what}`,
    `${INDENT}${[counts.join(', ') || 'no line differs', ...figures].join('; ')}`,
  ].join('\n');
}

/** What each change does to one machine; those of no consequence in one line. */
export function stepsText(steps: readonly HistoryStep[]): string {
  const lines = steps.filter(matters).map(stepText);
  const silent = steps.filter((step) => !matters(step)).map(({ id }) => id);
  if (silent.length > 0) lines.push(`no difference on this machine: ${silent.join(', ')}`);
  return lines.join('\n') + '\n';
}

/** Which step makes lines that match appear, go or move. */
export function linesText(steps: readonly HistoryStep[], pattern: RegExp): string {
  const lines: string[] = [];
  for (const step of steps) {
    const { come, go, move } = lineCounts(step);
    const found = [
      ...go.map((text) => `- ${text}`),
      ...come.map((text) => `+ ${text}`),
      ...move.map((text) => `  moved: ${text}`),
    ].filter((text) => pattern.test(text.replace(/^[-+ ] (moved: )?/, '')));
    if (found.length > 0) lines.push(`${(step.change?.since ?? '').padEnd(6)} ${step.id}`, ...found);
  }
  return lines.length === 0 ? 'no such line appears, goes or moves\n' : lines.join('\n') + '\n';
}
