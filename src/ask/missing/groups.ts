// The rows of `missing` added up: by owner, by node or by zone.
import { PAGE_SIZE } from '../../lib/units.ts';
import type { MissingRow, Stage } from './types.ts';

/** What rows are added up by. */
export type GroupBy = 'owner' | 'node' | 'zone';

/** Rows of one owner and one purpose, of one node, or of one zone. */
export interface MissingGroup {
  readonly name: string;
  readonly what: string;
  /** The causes of its rows, without their boot steps. */
  readonly cause: string;
  readonly bytes: number;
}

const STAGES: readonly Stage[] = ['firmware', 'kernel-map', 'reserved', 'tail'];
/** Groups of less than a page stand together. */
const SMALL = 'small records of early boot';

interface Growing extends MissingGroup {
  readonly stage: Stage;
  readonly causes: Set<string>;
}

/** Owners by stage and then by size, nodes and zones ascending. */
export function groupRows(rows: readonly MissingRow[], by: GroupBy): MissingGroup[] {
  const groups = new Map<string, Growing>();
  const put = (key: string, group: Omit<Growing, 'cause' | 'causes'>, cause: string): void => {
    const known = groups.get(key);
    const causes = (known?.causes ?? new Set()).add(cause);
    groups.set(key, { ...group, bytes: (known?.bytes ?? 0) + group.bytes, cause: '', causes });
  };
  for (const row of rows) {
    const named = groupOf(row, by);
    const key = by === 'owner' ? `${row.stage}\0${row.owner}\0${row.what}` : named.name;
    put(key, { ...named, stage: row.stage, bytes: row.bytes }, by === 'owner' ? whoOf(row.cause) : '');
  }
  if (by === 'owner') gatherSmall(groups, put);
  const list = [...groups.values()].sort(by === 'owner' ? byStage : byName);
  return list.map(({ name, what, bytes, causes }) => ({ name, what, bytes, cause: [...causes].join(', ') }));
}

/** What a cause says before its boot step. */
const whoOf = (cause: string): string => cause.replace(/ \([^)]*\)/, '').replace(/ in [\w]+$/, '');

function gatherSmall(
  groups: Map<string, Growing>,
  put: (key: string, group: Omit<Growing, 'cause' | 'causes'>, cause: string) => void,
): void {
  const small = [...groups].filter(([, { stage, bytes }]) => stage === 'reserved' && bytes < PAGE_SIZE);
  if (small.length < 2) return;
  for (const [key, { stage, bytes }] of small) {
    groups.delete(key);
    put(SMALL, { name: 'data', what: SMALL, stage, bytes }, `${small.length} kinds`);
  }
}

const byStage = (a: Growing, b: Growing): number =>
  STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || b.bytes - a.bytes;

/** Numbers in names by their value. */
function byName(a: MissingGroup, b: MissingGroup): number {
  const key = ({ name }: MissingGroup): string => name.replace(/\d+/, (digits) => digits.padStart(4, '0'));
  return key(a) < key(b) ? -1 : 1;
}

function groupOf(row: MissingRow, by: GroupBy): { name: string; what: string } {
  if (by === 'owner') return { name: row.owner, what: row.what };
  if (row.node === null) return { name: 'no node', what: 'lost before nodes are known' };
  const zone = by === 'zone' ? `, ${row.zone ?? 'no zone'}` : '';
  return { name: `node ${row.node}${zone}`, what: '' };
}
