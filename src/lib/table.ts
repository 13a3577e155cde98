// Text tables: cells padded to the widest of their column, two blanks between columns.

/** Which columns stand to the left; all others are right-aligned, as figures are. */
export interface TableOptions {
  readonly left?: readonly number[];
}

/** A line for each row, without trailing blanks and without newline. */
export function tableLines(rows: readonly (readonly string[])[], { left = [] }: TableOptions = {}): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, i) => (left.includes(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
