// What a campaign found, in words.
import { ownFrame } from '../../src/fuzz/stack.ts';
import type { Verdict } from '../../src/fuzz/target.ts';
import type { CampaignResult } from './campaign.ts';
import type { SavedGroup } from './save.ts';

const LONGEST_SHOWN = 300;
const SHORT_CASE = 160;

/** Text that a terminal shows as it is: what it would act on is escaped. */
export function visible(text: string, most = LONGEST_SHOWN): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return JSON.stringify(cut)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/[\u007f-\u009f]/g, escapeOf);
}

function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A fault: what it is, where, how often, and the command that shows it again. */
export function groupText(target: string, group: SavedGroup, file: string): string {
  const { fault, count, bytes, repeats } = group;
  const where = ownFrame(fault.stack);
  const short = bytes.length <= SHORT_CASE ? `\n    ${visible(new TextDecoder().decode(bytes))}` : '';
  const alone = repeats === false ? ', did not fail again alone' : '';
  return `${target}: ${fault.kind}: ${visible(fault.message)}
    ${fault.kind === 'wrong' || where === '' ? 'a check' : where}, ${count} ${count === 1 ? 'case' : 'cases'}, smallest ${bytes.length} bytes${alone}${short}
    npm run -s fuzz -- ${target} --case ${file}
`;
}

/** How one case ended. */
export function verdictText(verdict: Verdict): string {
  const ms = `${Math.round(verdict.ms)} ms`;
  if (verdict.end !== 'failed')
    return `${verdict.end}, ${ms}${verdict.message === '' ? '' : `: ${visible(verdict.message, 4000)}`}\n`;
  const { kind, message, stack } = verdict.fault;
  return `${kind}, ${ms}: ${visible(message, 4000)}\n${stack.map((frame) => `    ${frame}\n`).join('')}`;
}

const HEADS = ['target', 'cases', 'fine', 'refused', 'panic', 'failed', 'faults', 'a second', 'slowest', ''];

/** A row for each target. */
export function summaryText(results: readonly CampaignResult[], seed: number): string {
  const rows = results.map((result) => [
    result.target,
    String(result.cases),
    ...[result.ends.fine, result.ends.refused, result.ends.panic, result.failed, result.groups.length].map(
      String,
    ),
    String(Math.round(result.cases / (result.ms / 1000))),
    result.slowest === null ? '-' : `${Math.round(result.slowest.ms)} ms`,
    result.stopped ? 'stopped: too many cases end their process' : '',
  ]);
  const widths = HEADS.map((head, i) => Math.max(head.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) =>
        i === 0 || i === cells.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const seconds = Math.round(results.reduce((sum, result) => sum + result.ms, 0) / 1000);
  return `${[line(HEADS), ...rows.map(line)].join('\n')}\nseed ${seed}, ${seconds} s of cases\n`;
}
