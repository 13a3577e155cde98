// Errors of predictions against published rows, and tables to print them.

export interface Scored {
  readonly machine: string;
  readonly threads: number;
  readonly measured: number;
  readonly model: number;
}

export const relative = ({ measured, model }: Scored): number => model / measured - 1;

export function meanAbs(rows: readonly Scored[]): number {
  return rows.reduce((sum, row) => sum + Math.abs(relative(row)), 0) / rows.length;
}

export function worst(rows: readonly Scored[]): number {
  return Math.max(...rows.map((row) => Math.abs(relative(row))));
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** One line a row: machine, threads, measured, model, error. */
export function lines(rows: readonly Scored[]): string {
  return rows
    .map((r) =>
      [
        r.machine.padEnd(20),
        String(r.threads).padStart(4),
        r.measured.toFixed(1).padStart(9),
        r.model.toFixed(1).padStart(9),
        percent(relative(r)).padStart(9),
      ].join(''),
    )
    .join('\n');
}
