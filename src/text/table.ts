// Text tables: cells padded to the widest of their column, two blanks between columns. Where that is wider than the terminal, headings
// and words are broken at blanks; then columns of words move below their row; then the table is cut into several below each other.
import stringWidth from 'string-width';
import { columnWidths, GAP, tableWidth, type Row } from './table-widths.ts';
import { wrapText } from './wrap.ts';

export interface TableOptions {
  /** Columns of words, which stand to the left and may be broken; all others are right-aligned and whole, as figures are. */
  readonly left?: readonly number[];
  /** Columns of the terminal; no limit where it is left out. */
  readonly columns?: number | undefined;
  /** How lines of headings are drawn, such as bold. */
  readonly head?: ((line: string) => string) | undefined;
}

/** What is below a row stands this much further in. */
const BELOW = 4;

/**
 * Lines without newline and without trailing blanks. The first row are the headings. The last cell of a row that is shorter than the
 * others, in a column of words, reaches over the columns that it lacks.
 */
export function tableLines(cells: readonly (readonly string[])[], options: TableOptions = {}): string[] {
  const count = Math.max(0, ...cells.map((row) => row.length));
  const left = new Set(options.left ?? []);
  const rows = cells.map((row): Row => ({
    cells: row,
    spans: row.length < count && left.has(row.length - 1),
  }));
  const columns = options.columns ?? Infinity;
  const blocks = rowBlocks(rows, count, left, columns) ?? [];
  if (blocks.length === rows.length) return styled(blocks, options.head);
  return pieces(cells, left, columns).flatMap((piece, at) => [
    ...(at > 0 ? [''] : []),
    ...tableLines(piece.cells, { ...options, left: piece.left, columns: piece.fits ? columns : undefined }),
  ]);
}

function styled(
  blocks: readonly (readonly string[])[],
  head: (line: string) => string = (line) => line,
): string[] {
  return blocks.flatMap((lines, at) => (at === 0 ? lines.map(head) : lines));
}

/** The lines of each row; null where figures alone are too wide. */
function rowBlocks(
  rows: readonly Row[],
  count: number,
  left: ReadonlySet<number>,
  columns: number,
): string[][] | null {
  const widths = columnWidths(rows, count, left, columns);
  if (tableWidth(widths) <= columns)
    return rows.map((row, at) => rowLines(row, widths, left, { columns, bottom: at === 0 }));
  if (count < 2 || !left.has(count - 1)) return null;
  const inner = rowBlocks(
    rows.map(({ cells, spans }) => ({
      cells: cells.slice(0, count - 1),
      spans: spans && cells.length < count,
    })),
    count - 1,
    left,
    columns,
  );
  return (
    inner?.map((lines, at) => {
      const { cells = [], spans = false } = rows[at] ?? {};
      const below = spans ? '' : (cells[count - 1] ?? '');
      if (below === '') return lines;
      return [...lines, ...wrapText(below, columns - BELOW).map((line) => ' '.repeat(BELOW) + line)];
    }) ?? null
  );
}

interface Room {
  readonly columns: number;
  /** Cells of fewer lines stand at the bottom. */
  readonly bottom: boolean;
}

function rowLines(
  { cells, spans }: Row,
  widths: readonly number[],
  left: ReadonlySet<number>,
  { columns, bottom }: Room,
): string[] {
  const parts = cells.map((cell, i) => {
    const from = tableWidth(widths.slice(0, i)) + (i > 0 ? GAP.length : 0);
    return wrapText(cell, spans && i === cells.length - 1 ? columns - from : (widths[i] ?? 0));
  });
  const height = Math.max(1, ...parts.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) =>
    parts
      .map((lines, i) => {
        const text = lines[bottom ? at - (height - lines.length) : at] ?? '';
        const pad = ' '.repeat(Math.max(0, (widths[i] ?? 0) - stringWidth(text)));
        return left.has(i) ? text + pad : pad + text;
      })
      .join(GAP)
      .trimEnd(),
  );
}

interface Piece {
  readonly cells: readonly (readonly string[])[];
  readonly left: readonly number[];
  /** One column beside the first may be too wide all the same. */
  readonly fits: boolean;
}

/** The table in pieces that fit, each with the first column; a column without a heading stays with the one before it. */
function pieces(cells: readonly (readonly string[])[], left: ReadonlySet<number>, columns: number): Piece[] {
  const head = cells[0] ?? [];
  const groups: number[][] = [];
  head.forEach((text, i) => {
    if (i === 0) return;
    if (text === '' && groups.length > 0) groups.at(-1)?.push(i);
    else groups.push([i]);
  });
  const made: Piece[] = [];
  let taken: number[] = [];
  for (const group of groups) {
    const wider = pieceOf(cells, left, columns, [...taken, ...group]);
    if (taken.length === 0 || wider.fits) taken = [...taken, ...group];
    else {
      made.push(pieceOf(cells, left, columns, taken));
      taken = group;
    }
  }
  return [...made, pieceOf(cells, left, columns, taken)];
}

function pieceOf(
  cells: readonly (readonly string[])[],
  left: ReadonlySet<number>,
  columns: number,
  others: readonly number[],
): Piece {
  const kept = [0, ...others];
  const rows = cells.map((row) => kept.map((i) => row[i] ?? ''));
  const own = kept.flatMap((i, at) => (left.has(i) ? [at] : []));
  const widths = columnWidths(
    rows.map((row) => ({ cells: row, spans: false })),
    kept.length,
    new Set(own),
    columns,
  );
  return { cells: rows, left: own, fits: tableWidth(widths) <= columns };
}
