// The legend under a map: for each row what its colours and hatches mean, of those that are in it.
import { lookOf, swatch, type Look } from './looks.ts';
import { lookWord, type MapRow } from './map-rows.ts';
import { el, escapeText, textEl } from './svg.ts';
import { plural } from '../lib/plural.ts';

/** A machine of hundreds of nodes has its numbers in the map. */
const MOST = 32;

interface Entry {
  readonly look: Look;
  /** Several where firmware has types of its own, which share a look. */
  readonly words: Set<string>;
}

/** What is in a row, in the order in which it is met there. */
function entriesOf(row: MapRow): Entry[] {
  const entries = new Map<string, Entry>();
  for (const { value } of row.cells) {
    const look = lookOf(value.look);
    const key = JSON.stringify(look);
    const entry = entries.get(key) ?? { look, words: new Set() };
    entry.words.add(lookWord(value));
    entries.set(key, entry);
  }
  return [...entries.values()];
}

/** A list for each row; rows without cells have none. */
export function mapLegend(rows: readonly MapRow[]): string {
  const parts = rows
    .filter((row) => row.cells.length > 0)
    .map((row) => {
      const entries = entriesOf(row);
      const items = entries
        .slice(0, MOST)
        .map(({ look, words }) => el('li', {}, swatch(look), escapeText([...words].join(', '))));
      const left = entries.length - items.length;
      if (left > 0) items.push(textEl('li', `and ${plural(left, 'more', 'more')}`));
      return (
        el('dt', { title: row.about }, escapeText(row.name)) +
        el('dd', {}, el('ul', { class: 'legend' }, ...items))
      );
    });
  return el('dl', { class: 'legends' }, ...parts);
}
