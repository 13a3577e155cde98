// Small dense matrices.

/** The inverse of a symmetric positive definite matrix, by Gauss and Jordan. */
export function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column += 1) {
    const pivotRow = rows[column] as number[];
    const pivot = pivotRow[column] as number;
    const scaled = pivotRow.map((value) => value / pivot);
    rows[column] = scaled;
    for (let r = 0; r < n; r += 1) {
      if (r === column) continue;
      const factor = (rows[r] as number[])[column] as number;
      rows[r] = (rows[r] as number[]).map((value, j) => value - factor * (scaled[j] as number));
    }
  }
  return rows.map((row) => row.slice(n));
}
