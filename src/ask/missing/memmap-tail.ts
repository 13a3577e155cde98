// Struct pages come for whole sections of 128 MiB: what those cost that describe no memory, in a row of their own.
import type { RunRecord } from '../../init/record.ts';
import { PAGE_SIZE } from '../../lib/units.ts';
import type { MissingRow } from './types.ts';

const STRUCT_PAGE_SIZE = 64;
const MEMMAP = 'the struct pages of a node';
const TAIL = 'struct pages of holes: a section of 128 MiB has them all';

/** Splits each node's struct pages into those of memory and those of holes in its sections. */
export function splitMemmap(rows: readonly MissingRow[], record: RunRecord): MissingRow[] {
  const spare = new Map<number, number>();
  for (const row of rows)
    if (row.what === MEMMAP && row.node !== null) spare.set(row.node, (spare.get(row.node) ?? 0) + row.bytes);
  // a node's struct pages may stand on another node: only what all of them have too much is counted
  const total = [...spare.values()].reduce((a, b) => a + b, 0);
  const needed = record.nodes.reduce((pages, node) => pages + node.presentPages, 0) * STRUCT_PAGE_SIZE;
  let left = Math.max(0, total - needed);
  const out: MissingRow[] = [];
  for (const row of rows) {
    const present = record.nodes.find(({ id }) => id === row.node)?.presentPages ?? 0;
    const own = Math.max(0, (spare.get(row.node ?? -1) ?? 0) - present * STRUCT_PAGE_SIZE);
    const bytes = row.what === MEMMAP ? Math.min(row.bytes, own, left) : 0;
    left -= bytes;
    if (row.node !== null) spare.set(row.node, (spare.get(row.node) ?? 0) - bytes);
    if (row.bytes > bytes) out.push(withBytes(row, row.bytes - bytes));
    if (bytes > 0) out.push({ ...withBytes(row, bytes), what: TAIL });
  }
  return out;
}

function withBytes(row: MissingRow, bytes: number): MissingRow {
  return { ...row, bytes, pages: Math.floor(bytes / PAGE_SIZE) };
}
