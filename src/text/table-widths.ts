// How wide the columns of a table are: as their cells, or less where words can be broken.
import stringWidth from 'string-width';

/** A row; where it `spans`, its last cell reaches over the columns that it lacks. */
export interface Row {
  readonly cells: readonly string[];
  readonly spans: boolean;
}

/** Between columns. */
export const GAP = '  ';
/** Words get no narrower, or they could not be read. */
const READABLE = 20;

/** Characters from the first column's begin to the last one's end. */
export function tableWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}

/** Widths that fit `columns` where that can be; else the least. The first row are headings. */
export function columnWidths(
  rows: readonly Row[],
  count: number,
  left: ReadonlySet<number>,
  columns: number,
): number[] {
  const cellsOf = (i: number): string[] =>
    rows.flatMap(({ cells, spans }) => (i < cells.length - (spans ? 1 : 0) ? [cells[i] ?? ''] : []));
  const all = Array.from({ length: count }, (_, i) => cellsOf(i));
  const widths = all.map((cells) => Math.max(0, ...cells.map((cell) => stringWidth(cell))));
  const least = all.map(([head = '', ...body], i) => {
    const whole = widths[i] ?? 0;
    const words = left.has(i) ? Math.max(longestWord([head, ...body]), Math.min(whole, READABLE)) : 0;
    const figures = Math.max(longestWord([head]), ...body.map((cell) => stringWidth(cell)));
    return left.has(i) ? words : figures;
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
