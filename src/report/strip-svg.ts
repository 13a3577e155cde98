// The physical map as an SVG strip: a row for each question, address and owner on hover, addresses below.
import { filled, lookOf, type Look } from './looks.ts';
import { cellTitle, type MapCell, type MapRow } from './map-rows.ts';
import type { Span } from '../lib/spans.ts';
import { layoutRows, mainCell, type LaidRow, type StripBox } from './strip-layout.ts';
import { axisLabels, stripScale, type StripScale } from './strip-scale.ts';
import { el, escapeText, fits, rectPath, textEl, textWidth } from './svg.ts';
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
/** Narrower boxes are all ink. */
const LEAST_HATCHED = 6;
const TITLE_CELLS = 12;

/** Room that the cells themselves have. */
export const STRIP_INNER = STRIP_WIDTH - STRIP_LEFT - RIGHT;

export interface StripOptions {
  /** What the picture shows, for screen readers. */
  readonly label: string;
  /** Begins every id of the picture: no other of the document may have it. */
  readonly id: string;
  /** Share a scale between two strips; by default the strip's own. */
  readonly scale?: StripScale;
  /** The id of what tells more of a row's box: then boxes and row names lead there. */
  readonly target?: (row: number, box: number) => string;
}

/** The rows laid out as the strip draws them. */
export function laidRows(rows: readonly MapRow[], scale: StripScale): LaidRow[] {
  return layoutRows(rows, scale, LEAST);
}

/** The strip as markup. */
export function stripSvg(rows: readonly MapRow[], options: StripOptions): string {
  const scale = options.scale ?? stripScale(rows, STRIP_INNER);
  const laid = laidRows(rows, scale);
  const height = laid.length * (ROW + GAP) + AXIS;
  return el(
    'svg',
    {
      viewBox: `0 0 ${STRIP_WIDTH} ${height}`,
      // what is in an image cannot be reached
      role: options.target ? 'group' : 'img',
      'aria-label': options.label,
      class: 'strip',
      'font-size': FONT,
    },
    ...laid.map((row, i) => rowMarkup(row, i, options)),
    holesMarkup(scale, laid.length * (ROW + GAP) - GAP),
    axisMarkup(scale, laid.length * (ROW + GAP)),
  );
}

function rowMarkup({ row, boxes }: LaidRow, index: number, { id, target }: StripOptions): string {
  const y = index * (ROW + GAP);
  const name = el(
    'text',
    { x: STRIP_LEFT - 8, y: y + ROW / 2 + 4, 'text-anchor': 'end', class: 'name' },
    textEl('title', row.about),
    escapeText(row.name),
  );
  const linked = target && boxes.length > 0 ? el('a', { href: `#${target(index, 0)}` }, name) : name;
  const pieces = boxes.map((box, i) => boxMarkup(box, y, target && `#${target(index, i)}`));
  return el('g', {}, linked, groundsMarkup(boxes, y, `${id}-${index}`), ...pieces);
}

const isWide = (box: StripBox): boolean => box.width >= LEAST_HATCHED;

/** The boxes' colours and hatches: one shape for each look, which paper takes better than hundreds of hatched boxes. */
function groundsMarkup(boxes: readonly StripBox[], y: number, id: string): string {
  const shapes = new Map<string, { readonly look: Look; wide: string; narrow: string }>();
  for (const box of boxes) {
    const main = mainCell(box);
    if (!main) continue;
    const look = lookOf(main.value.look);
    const shape = shapes.get(JSON.stringify(look)) ?? { look, wide: '', narrow: '' };
    shapes.set(JSON.stringify(look), shape);
    const d = rectPath(STRIP_LEFT + box.x, y, Math.max(box.width, 0.5), ROW);
    if (isWide(box)) shape.wide += d;
    else shape.narrow += d;
  }
  const area = { x: STRIP_LEFT, y, width: STRIP_INNER, height: ROW };
  return [...shapes.values()]
    .map(({ look, wide, narrow }, i) =>
      [
        wide === '' ? '' : filled(look, wide, area, `${id}-${i}`),
        narrow === '' ? '' : el('path', { d: narrow, fill: look.ink }),
      ].join(''),
    )
    .join('');
}

function boxMarkup(box: StripBox, y: number, href: string | undefined): string {
  const main = mainCell(box);
  if (!main) return '';
  const { ink, ground } = lookOf(main.value.look);
  const x = STRIP_LEFT + box.x;
  const rect = el('rect', {
    x,
    y,
    width: Math.max(box.width, 0.5),
    height: ROW,
    class: 'box',
    stroke: isWide(box) ? ink : undefined,
  });
  const label = fits(main.value.label, box.width, FONT)
    ? textEl('text', main.value.label, {
        x: x + box.width / 2,
        y: y + ROW / 2 + 4,
        class: 'in',
        stroke: ground,
        'text-anchor': 'middle',
      })
    : '';
  const content = [textEl('title', boxTitle(box)), rect, label];
  // reached by touch; with the keyboard one goes from piece to piece
  return href === undefined ? el('g', {}, ...content) : el('a', { href, tabindex: -1 }, ...content);
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
