// The physical map as an SVG strip: a row for each question, address and owner on hover, addresses below.
import { lookOf } from './looks.ts';
import { cellTitle, type MapCell, type MapRow } from './map-rows.ts';
import type { Span } from '../lib/spans.ts';
import { layoutRows, mainCell, type LaidRow, type StripBox } from './strip-layout.ts';
import { axisLabels, stripScale, type StripScale } from './strip-scale.ts';
import { el, escapeText, fits, textEl, textWidth } from './svg.ts';
import { plural } from '../lib/plural.ts';
import { addressRange, bytesText } from './text.ts';

export const STRIP_LEFT = 112;
export const STRIP_WIDTH = 1180;
const RIGHT = 14;
const ROW = 26;
const GAP = 6;
const FONT = 11;
const AXIS = 30;
const LEAST = 2;
const TITLE_CELLS = 12;

/** Room that the cells themselves have. */
export const STRIP_INNER = STRIP_WIDTH - STRIP_LEFT - RIGHT;

export interface StripOptions {
  /** What the picture shows, for screen readers. */
  readonly label: string;
  /** Share a scale between two strips; by default the strip's own. */
  readonly scale?: StripScale;
}

/** The strip as markup; patterns come from patternDefs(). */
export function stripSvg(rows: readonly MapRow[], options: StripOptions): string {
  const scale = options.scale ?? stripScale(rows, STRIP_INNER);
  const laid = layoutRows(rows, scale, LEAST);
  const height = laid.length * (ROW + GAP) + AXIS;
  return el(
    'svg',
    {
      viewBox: `0 0 ${STRIP_WIDTH} ${height}`,
      role: 'img',
      'aria-label': options.label,
      class: 'strip',
      'font-size': FONT,
    },
    ...laid.map((row, i) => rowMarkup(row, i * (ROW + GAP))),
    holesMarkup(scale, laid.length * (ROW + GAP) - GAP),
    axisMarkup(scale, laid.length * (ROW + GAP)),
  );
}

function rowMarkup({ row, boxes }: LaidRow, y: number): string {
  const name = el(
    'text',
    { x: STRIP_LEFT - 8, y: y + ROW / 2 + 4, 'text-anchor': 'end', class: 'name' },
    textEl('title', row.about),
    escapeText(row.name),
  );
  return el('g', {}, name, ...boxes.map((box) => boxMarkup(box, y)));
}

function boxMarkup(box: StripBox, y: number): string {
  const main = mainCell(box);
  if (!main) return '';
  const { id, ink } = lookOf(main.value.look);
  const x = STRIP_LEFT + box.x;
  const wide = box.width >= 6;
  const rect = el('rect', {
    x,
    y,
    width: Math.max(box.width, 0.5),
    height: ROW,
    fill: wide ? `url(#${id})` : ink,
    stroke: wide ? ink : undefined,
    'stroke-width': wide ? 0.6 : undefined,
  });
  const label = fits(main.value.label, box.width, FONT)
    ? textEl('text', main.value.label, {
        x: x + box.width / 2,
        y: y + ROW / 2 + 4,
        class: 'in',
        'text-anchor': 'middle',
      })
    : '';
  return el('g', {}, textEl('title', boxTitle(box)), rect, label);
}

/** What hover tells: the cell, or the crowd that shares these units, the largest first. */
export function boxTitle({ cells }: StripBox): string {
  const [only] = cells;
  if (!only) return '';
  if (cells.length === 1) return cellTitle(only);
  const bySize = [...cells].sort((a, b) => b.end - b.start - (a.end - a.start));
  const shown = bySize.slice(0, TITLE_CELLS).map(cellTitle);
  const rest = cells.length - shown.length;
  const last: Span<MapCell> | undefined = cells.at(-1);
  const head = `${addressRange(only.start, last?.end ?? only.end)} · ${plural(cells.length, 'range')} too small to draw apart`;
  return [head, ...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n');
}

function holesMarkup(scale: StripScale, height: number): string {
  const holes = scale.pieces.filter((piece) => piece.hole && piece.width > 1);
  const marks = holes.map(({ x, width, start, end }) =>
    el(
      'g',
      {},
      textEl(
        'title',
        `${addressRange(start, end)} · ${bytesText(end - start)} · nothing here: no memory, no entry`,
      ),
      el('rect', { x: STRIP_LEFT + x, y: 0, width, height, class: 'hole' }),
    ),
  );
  return el('g', {}, ...marks);
}

/** Addresses below: round ones first, as many as have room. */
function axisMarkup(scale: StripScale, y: number): string {
  const placed: { x: number; half: number; text: string }[] = [];
  for (const { at, text } of axisLabels(scale)) {
    const half = textWidth(text, FONT) / 2 + 5;
    const x = STRIP_LEFT + at;
    if (x - half < 0 || x + half > STRIP_WIDTH) continue;
    if (placed.every((other) => Math.abs(other.x - x) >= other.half + half)) placed.push({ x, half, text });
  }
  const marks = placed.map(({ x, text }) =>
    el(
      'g',
      {},
      el('line', { x1: x, x2: x, y1: y - GAP, y2: y + 4, class: 'tick' }),
      textEl('text', text, { x, y: y + 16, 'text-anchor': 'middle', class: 'axis' }),
    ),
  );
  return el('g', { class: 'addresses' }, ...marks);
}
