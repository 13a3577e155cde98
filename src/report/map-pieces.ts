// What the map's pieces are, in text: one by one for those who touch a piece or go from piece to piece with the keyboard, and all of
// them as a list. No script: a link to a piece shows it, for CSS shows the target of a link.
import { plural } from '../lib/plural.ts';
import type { LaidRow } from './strip-layout.ts';
import { boxTitle } from './strip-svg.ts';
import { el, escapeText, textEl } from './svg.ts';

/** The id of a piece's text in the map `map`. */
export const pieceId = (map: string, row: number, box: number): string => `${map}-p${row}-${box}`;

/** The texts of all pieces, hidden but for the one that a link leads to. */
export function piecesMarkup(map: string, rows: readonly LaidRow[]): string {
  const items = rows.flatMap(({ row, boxes }, r) =>
    boxes.map((box, i) => {
      const to = (step: number, text: string): string =>
        boxes[i + step] === undefined ? '' : textEl('a', text, { href: `#${pieceId(map, r, i + step)}` });
      return el(
        'li',
        { id: pieceId(map, r, i) },
        el('b', {}, escapeText(row.name)),
        ` ${escapeText(boxTitle(box))}`,
        el('span', { class: 'walk' }, to(-1, '← piece before'), to(1, 'next piece →')),
      );
    }),
  );
  if (items.length === 0) return '';
  return [
    el(
      'details',
      { class: 'all-pieces' },
      textEl('summary', `${plural(items.length, 'piece')} of the map as text`),
    ),
    el('ol', { class: 'pieces', 'aria-label': 'pieces of the map' }, ...items),
  ].join('');
}
