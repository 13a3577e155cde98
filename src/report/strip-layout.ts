// Rows of the map laid out on a scale: a rectangle for each cell that can be seen, one for each crowd of those that cannot.
import type { MapCell, MapRow } from './map-rows.ts';
import type { Span } from '../lib/spans.ts';
import type { StripScale } from './strip-scale.ts';

export interface StripBox {
  readonly x: number;
  readonly width: number;
  /** One cell, or the neighbours that share these units of width. */
  readonly cells: readonly Span<MapCell>[];
}

export interface LaidRow {
  readonly row: MapRow;
  readonly boxes: readonly StripBox[];
}

/** Lays out each row; cells narrower than `least` units share a box with their neighbours. No two boxes overlap. */
export function layoutRows(rows: readonly MapRow[], scale: StripScale, least: number): LaidRow[] {
  return rows.map((row) => ({ row, boxes: boxesOf(row, scale, least) }));
}

function boxesOf(row: MapRow, scale: StripScale, least: number): StripBox[] {
  const boxes: StripBox[] = [];
  let crowd: Span<MapCell>[] = [];
  let from = 0;
  let right = 0;
  const close = (): void => {
    if (crowd.length === 0) return;
    const width = Math.min(Math.max(right - from, least), Math.max(scale.width - from, 0));
    const last = boxes.at(-1);
    // at the right edge nothing may be left: the last box takes them in
    if (last && width < least / 2) boxes[boxes.length - 1] = { ...last, cells: [...last.cells, ...crowd] };
    else boxes.push({ x: from, width, cells: crowd });
    right = from + width;
    crowd = [];
  };
  for (const cell of row.cells) {
    const x = scale.x(cell.start);
    const end = scale.x(cell.end);
    // a crowd goes on while it has not reached the least width, or the next cell is too small and touches it
    const narrow = end - x < least;
    const joins = crowd.length > 0 && narrow && x < Math.max(right, from + least) + 0.5;
    if (!joins) {
      close();
      from = Math.max(x, right);
      right = from;
    }
    crowd.push(cell);
    right = Math.max(right, end);
    if (!narrow && !joins) close();
  }
  close();
  return boxes;
}

/** The box's largest cell: what it is drawn as. */
export function mainCell(box: StripBox): Span<MapCell> | undefined {
  return box.cells.reduce<Span<MapCell> | undefined>(
    (best, cell) => (best && best.end - best.start >= cell.end - cell.start ? best : cell),
    undefined,
  );
}
