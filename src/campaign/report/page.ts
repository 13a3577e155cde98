// The report as one file of HTML: no script, no network, pictures inside.
import { table } from '../../report/html-tables.ts';
import { REPORT_CSS } from '../../report/style.ts';
import { el, escapeText, textEl } from '../../report/svg.ts';
import { ITEM_ENDS, type ItemEnd } from '../campaign.ts';
import { END_COLOURS, endsBar, gridPicture, stretchesBar } from './pictures.ts';
import type { CampaignReport, ReportedGroup } from './report.ts';
import type { Summary } from './summary.ts';
import { plural } from '../../lib/plural.ts';

const MEANINGS: Readonly<Record<ItemEnd, string>> = {
  ok: 'ran, and every check holds',
  refused: 'the input was refused with a word',
  panic: 'the modelled kernel panicked, and said so',
  failed: 'a check does not hold',
};

export function reportPage(report: CampaignReport): string {
  const { campaign, summary, groups, build } = report;
  const title = `${campaign.name}: ${summary.counts.failed} of ${summary.done} items fail`;
  const body = [
    textEl('h1', title),
    textEl(
      'p',
      `${campaign.about === '' ? campaign.kind : campaign.about}; kind ${campaign.kind}, seed ${campaign.seed}.`,
      { class: 'lead' },
    ),
    endsBar(summary),
    legend(summary),
    ...alongNumbers(summary),
    ...(summary.grid === null
      ? []
      : [
          textEl('h2', `${summary.grid.rows.name} against ${summary.grid.columns.name}`),
          gridPicture(summary.grid),
        ]),
    ...groups.flatMap(groupSection),
    ...othersSection(summary),
    textEl('p', `earlyboot ${build}; ${Math.round(summary.ms / 1000)} s of items.`, { class: 'note' }),
  ];
  const head = [
    '<meta charset="utf-8"/>',
    '<meta name="viewport" content="width=device-width,initial-scale=1"/>',
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'"/>',
    textEl('title', title),
    `<style>${REPORT_CSS}</style>`,
  ];
  return `<!doctype html>\n<html lang="en"><head>${head.join('')}</head>\n<body>\n${body.join('\n')}\n</body></html>\n`;
}

function legend({ counts }: Summary): string {
  const items = ITEM_ENDS.filter((end) => counts[end] > 0).map((end) =>
    el('li', {}, swatch(end), escapeText(`${counts[end]} ${end}: ${MEANINGS[end]}`)),
  );
  return el('ul', { class: 'legend' }, ...items);
}

function swatch(end: ItemEnd): string {
  return el(
    'svg',
    { class: 'swatch', viewBox: '0 0 18 14' },
    el('rect', { width: 18, height: 14, fill: END_COLOURS[end] }),
  );
}

function alongNumbers(summary: Summary): string[] {
  const { counts, done } = summary;
  if (counts.ok === done) return [];
  return [textEl('h2', 'Along the numbers'), stretchesBar(summary)];
}

function groupSection({ count, message, detail, items, reduced }: ReportedGroup): string[] {
  const numbers = `${items.map((item) => `#${item}`).join(', ')}${count > items.length ? ', …' : ''}`;
  return [
    textEl('h2', `${plural(count, 'item fails', 'items fail')}: ${message}`),
    ...(detail === null ? [] : [textEl('pre', detail)]),
    textEl('p', numbers),
    ...(reduced === null
      ? []
      : [
          textEl(
            'h3',
            reduced.repeats ? 'The smallest found that fails so' : 'As it is: it did not fail again',
          ),
          textEl('pre', reduced.yaml),
        ]),
  ];
}

function othersSection({ others }: Summary): string[] {
  if (others.length === 0) return [];
  const rows = others.map(({ cause, count, first, message }) => [
    String(count),
    cause.slice(0, cause.indexOf(':')),
    `#${first}`,
    message,
  ]);
  const columns = [
    { head: 'items', number: true },
    { head: 'end' },
    { head: 'first', number: true },
    { head: 'what it said' },
  ];
  return [
    textEl('h2', 'Refused, and panics'),
    table('by what was said, the most frequent first', columns, rows),
  ];
}
