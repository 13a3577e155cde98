// Text tables: cells padded to the widest of their column, two blanks between columns. Where that is wider than the terminal, headings
// and words are broken at blanks; then columns of words move below their row; then the table is cut into several below each other.
import stringWidth from 'fast-string-width';
import { columnWidths, GAP, tableWidth, type Layout, type Row } from './table-widths.ts';
import { wrapText } from './wrap.ts';

export interface TableOptions {
  /** Columns of words, which stand to the left and may be broken; all others are right-aligned and whole, as figures are. */
  readonly left?: readonly number[];
  /** Columns of the terminal; no limit where it is left out. */
  readonly columns?: number | undefined;
  /** Whether the first row are headings, which may be broken at blanks; they are unless false. */
  readonly headings?: boolean | undefined;
  /** How lines of headings are drawn, such as bold. */
  readonly head?: ((line: string) => string) | undefined;
}

/** What is below a row stands this much further in. */
const BELOW = 4;

/**
 * Lines without newline and without trailing blanks. The last cell of a row that is shorter than the others, in a column of words,
 * reaches over the columns that it lacks.
 */
export function tableLines(cells: readonly (readonly string[])[], options: TableOptions = {}): string[] {
  const count = Math.max(0, ...cells.map((row) => row.length));
  const left = new Set(options.left ?? []);
  const rows = cells.map((row): Row => ({
    cells: row,
    spans: row.length < count && left.has(row.length - 1),
  }));
  const layout = { left, columns: options.columns ?? Infinity, headings: options.headings !== false };
  const blocks = rowBlocks(rows, count, layout);
  if (blocks !== null) return styled(blocks, options.head);
  return pieces(cells, layout).flatMap((piece, at) => [
    ...(at > 0 ? [''] : []),
    ...tableLines(piece.cells, {
      ...options,
      left: piece.left,
      columns: piece.fits ? options.columns : undefined,
    }),
  ]);
}

function styled(
  blocks: readonly (readonly string[])[],
  head: (line: string) => string = (line) => line,
): string[] {
  return blocks.flatMap((lines, at) => (at === 0 ? lines.map(head) : lines));
}

/** The lines of each row; null where figures alone are too wide. */
function rowBlocks(rows: readonly Row[], count: number, layout: Layout): string[][] | null {
  const { left, columns, headings } = layout;
  const widths = columnWidths(rows, count, layout);
  if (tableWidth(widths) <= columns)
    return rows.map((row, at) => rowLines(row, widths, layout, headings && at === 0));
  if (count < 2 || !left.has(count - 1)) return null;
  const inner = rowBlocks(
    rows.map(({ cells, spans }) => ({
      cells: cells.slice(0, count - 1),
      spans: spans && cells.length < count,
    })),
    count - 1,
    layout,
  );
  return (
    inner?.map((lines, at) => {
      const below = rows[at]?.cells[count - 1] ?? '';
      if (below === '') return lines;
      return [...lines, ...wrapText(below, columns - BELOW).map((line) => ' '.repeat(BELOW) + line)];
    }) ?? null
  );
}

/** `bottom`: cells of fewer lines stand at the bottom. */
function rowLines(
  { cells, spans }: Row,
  widths: readonly number[],
  { left, columns }: Layout,
  bottom: boolean,
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
function pieces(cells: readonly (readonly string[])[], layout: Layout): Piece[] {
  const groups: number[][] = [];
  (cells[0] ?? []).forEach((text, i) => {
    if (i === 0) return;
    if (text === '' && groups.length > 0) groups.at(-1)?.push(i);
    else groups.push([i]);
  });
  const made: Piece[] = [];
  let taken: number[] = [];
  for (const group of groups) {
    const wider = [...taken, ...group];
    if (taken.length === 0 || pieceOf(cells, layout, wider).fits) taken = wider;
    else {
      made.push(pieceOf(cells, layout, taken));
      taken = group;
    }
  }
  return [...made, pieceOf(cells, layout, taken)];
}

function pieceOf(cells: readonly (readonly string[])[], layout: Layout, others: readonly number[]): Piece {
  const kept = [0, ...others];
  const rows = cells.map((row) => kept.map((i) => row[i] ?? ''));
  const left = kept.flatMap((i, at) => (layout.left.has(i) ? [at] : []));
  const whole = rows.map((row): Row => ({ cells: row, spans: false }));
  const widths = columnWidths(whole, kept.length, { ...layout, left: new Set(left) });
  return { cells: rows, left, fits: tableWidth(widths) <= layout.columns };
}
