// Pictures of a campaign: how items ended along their numbers, and two dimensions against each other.
import { el, escapeText, textEl, fits } from '../../report/svg.ts';
import { ITEM_ENDS, type ItemEnd } from '../campaign.ts';
import { valueText } from './text.ts';
import type { Counts, Grid, Summary } from './summary.ts';

/** Fills that stay apart without colour vision, on light and dark. */
export const END_COLOURS: Readonly<Record<ItemEnd, string>> = {
  ok: '#4c9a6a',
  refused: '#8c96a3',
  panic: '#d9a441',
  failed: '#c2453d',
};

const WIDTH = 1180;
const BAR = 26;
const FONT = 11;
const CELL_HEIGHT = 24;
const CELL_WIDTH_MOST = 120;
const LEFT = 190;
const HEAD = 22;

/** One bar: each end's share. */
export function endsBar({ counts, items, done }: Summary): string {
  const scale = WIDTH / Math.max(items, 1);
  let x = 0;
  const parts: string[] = [];
  for (const end of ITEM_ENDS) {
    const width = counts[end] * scale;
    if (counts[end] === 0) continue;
    parts.push(part(x, width, END_COLOURS[end], `${counts[end]} ${end}`));
    x += width;
  }
  if (done < items) parts.push(part(x, WIDTH - x, 'none', `${items - done} not run`));
  return svg(BAR, `How ${items} items ended`, parts);
}

function part(x: number, width: number, fill: string, text: string): string {
  const label = fits(text, width, FONT)
    ? textEl('text', text, {
        x: x + width / 2,
        y: BAR / 2 + 4,
        class: fill === 'none' ? 'name' : 'in name',
        'text-anchor': 'middle',
      })
    : '';
  // what is rare stays visible
  return el(
    'g',
    {},
    el(
      'rect',
      {
        x,
        y: 0,
        width: Math.max(width, 2),
        height: BAR,
        fill,
        stroke: 'currentColor',
        'stroke-opacity': 0.3,
      },
      title(text),
    ),
    label,
  );
}

/** Where along the numbers items did not end well: a column for each stretch. */
export function stretchesBar({ stretches, items }: Summary): string {
  const width = WIDTH / stretches.length;
  const most = Math.max(1, ...stretches.map(notOk));
  const columns = stretches.flatMap((counts, i) => {
    let y = BAR * 2;
    return ITEM_ENDS.filter((end) => end !== 'ok' && counts[end] > 0).map((end) => {
      const height = (counts[end] / most) * BAR * 2;
      y -= height;
      const from = Math.floor((i * items) / stretches.length);
      return el(
        'rect',
        { x: i * width, y, width: Math.max(width - 1, 1), height, fill: END_COLOURS[end] },
        title(`from #${from}: ${counts[end]} ${end}`),
      );
    });
  });
  const axis = [
    el('line', { x1: 0, x2: WIDTH, y1: BAR * 2, y2: BAR * 2, stroke: 'currentColor', 'stroke-opacity': 0.4 }),
    textEl('text', '#0', { x: 0, y: BAR * 2 + 14, class: 'axis' }),
    textEl('text', `#${items - 1}`, { x: WIDTH, y: BAR * 2 + 14, class: 'axis', 'text-anchor': 'end' }),
  ];
  return svg(BAR * 2 + 18, 'Items that did not end well, along their numbers', [...columns, ...axis]);
}

function notOk(counts: Counts): number {
  return counts.refused + counts.panic + counts.failed;
}

/** Two dimensions: a cell a pair, coloured by its worst end. */
export function gridPicture({ rows, columns, cells }: Grid): string {
  const width = Math.min(CELL_WIDTH_MOST, (WIDTH - LEFT) / columns.values.length);
  const parts = columns.values.map((value, i) =>
    textEl('text', cut(valueText(value), width), {
      x: LEFT + (i + 0.5) * width,
      y: HEAD - 8,
      class: 'axis',
      'text-anchor': 'middle',
    }),
  );
  for (const [r, row] of rows.values.entries()) {
    const y = HEAD + r * CELL_HEIGHT;
    parts.push(textEl('text', cut(valueText(row), LEFT - 8), { x: 0, y: y + 16, class: 'name' }));
    for (const [c, column] of columns.values.entries()) {
      const counts = cells[r]?.[c];
      if (counts)
        parts.push(cell(LEFT + c * width, y, width, counts, `${valueText(row)}, ${valueText(column)}`));
    }
  }
  return svg(HEAD + rows.values.length * CELL_HEIGHT, `${rows.name} against ${columns.name}`, parts);
}

function cell(x: number, y: number, width: number, counts: Counts, what: string): string {
  const all = ITEM_ENDS.reduce((sum, end) => sum + counts[end], 0);
  const worst = [...ITEM_ENDS].reverse().find((end) => counts[end] > 0);
  const text = worst === undefined ? '' : worst === 'ok' ? String(all) : `${counts[worst]} of ${all}`;
  const words = ITEM_ENDS.filter((end) => counts[end] > 0).map((end) => `${counts[end]} ${end}`);
  return el(
    'g',
    {},
    el(
      'rect',
      {
        x: x + 1,
        y: y + 1,
        width: width - 2,
        height: CELL_HEIGHT - 2,
        fill: worst === undefined ? 'none' : END_COLOURS[worst],
      },
      title(`${what}: ${words.length > 0 ? words.join(', ') : 'not run'}`),
    ),
    fits(text, width, FONT)
      ? textEl('text', text, { x: x + width / 2, y: y + 16, class: 'in name', 'text-anchor': 'middle' })
      : '',
  );
}

function cut(text: string, width: number): string {
  const most = Math.max(2, Math.floor(width / (FONT * 0.62)));
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function title(text: string): string {
  return el('title', {}, escapeText(text));
}

function svg(height: number, label: string, parts: readonly string[]): string {
  return el('svg', { viewBox: `0 0 ${WIDTH} ${height}`, role: 'img', 'aria-label': label }, ...parts);
}
