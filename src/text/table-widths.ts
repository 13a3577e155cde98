// How wide the columns of a table are: as their cells, or less where words can be broken.
import stringWidth from 'fast-string-width';

/** A row; where it `spans`, its last cell reaches over the columns that it lacks. */
export interface Row {
  readonly cells: readonly string[];
  readonly spans: boolean;
}

/** What there is room for. */
export interface Layout {
  /** Columns of words. */
  readonly left: ReadonlySet<number>;
  /** Columns of the terminal, or Infinity. */
  readonly columns: number;
  /** The first row may be broken at blanks too. */
  readonly headings: boolean;
}

/** Between columns. */
export const GAP = '  ';
/** Words get no narrower, or they could not be read. */
const READABLE = 20;

/** Characters from the first column's begin to the last one's end. */
export function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}

/** Widths that fit where that can be; else the least. */
export function columnWidths(
  rows: readonly Row[],
  count: number,
  { left, columns, headings }: Layout,
): number[] {
  const cellsOf = (i: number): string[] =>
    rows.flatMap(({ cells, spans }) => (i < cells.length - (spans ? 1 : 0) ? [cells[i] ?? ''] : []));
  const all = Array.from({ length: count }, (_, i) => cellsOf(i));
  const widths = all.map((cells) => Math.max(0, ...cells.map((cell) => stringWidth(cell))));
  const least = all.map((cells, i) => {
    const whole = widths[i] ?? 0;
    if (left.has(i)) return Math.max(longestWord(cells), Math.min(whole, READABLE));
    const [head = '', ...figures] = headings ? cells : ['', ...cells];
    return Math.max(longestWord([head]), ...figures.map((cell) => stringWidth(cell)));
  });
  while (tableWidth(widths) > columns) {
    const widest = widths.reduce(
      (best, width, i) => (width > (least[i] ?? 0) && width > (widths[best] ?? 0) ? i : best),
      -1,
    );
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function longestWord(cells: readonly string[]): number {
  return Math.max(0, ...cells.flatMap((cell) => cell.split(' ')).map((word) => stringWidth(word)));
}
