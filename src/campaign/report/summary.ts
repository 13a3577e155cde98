// What the results of a campaign come to: counts, by value of each dimension too, and failures by cause. In which order results come does
// not matter.
import { ITEM_ENDS, type Campaign, type ItemEnd, type ItemResult } from '../campaign.ts';
import type { Tree } from '../../lib/tree.ts';
import { indexesOf, sizeOf } from '../space.ts';

export type Counts = Readonly<Record<ItemEnd, number>>;

/** Failing items with the same cause. */
export interface Group {
  readonly cause: string;
  readonly count: number;
  /** The lowest number, and what it said. */
  readonly first: number;
  readonly message: string;
  readonly detail: string | null;
  /** The lowest numbers. */
  readonly items: readonly number[];
}

/** One dimension with its values and how their items ended. */
export interface AxisCounts {
  readonly name: string;
  readonly values: readonly { readonly value: Tree; readonly counts: Counts }[];
}

/** Two dimensions against each other. */
export interface Grid {
  readonly rows: { readonly name: string; readonly values: readonly Tree[] };
  readonly columns: { readonly name: string; readonly values: readonly Tree[] };
  /** By row, by column. */
  readonly cells: readonly (readonly Counts[])[];
}

export interface Summary {
  readonly done: number;
  readonly items: number;
  readonly counts: Counts;
  readonly axes: readonly AxisCounts[];
  /** The first two of those dimensions; null where there are not as many. */
  readonly grid: Grid | null;
  /** Counts of as many stretches of the numbers, each as long. */
  readonly stretches: readonly Counts[];
  /** The most frequent first. */
  readonly groups: readonly Group[];
  /** What was refused, and where the kernel panicked, by cause. */
  readonly others: readonly Group[];
  /** Host time of all items, and of the slowest. */
  readonly ms: number;
  readonly slowest: { readonly item: number; readonly ms: number } | null;
}

const MOST_NUMBERS = 5;
/** Longer lists of values say nothing in a table. */
const MOST_VALUES = 64;
const MOST_OTHERS = 20;
const STRETCHES = 100;

type Mutable = Record<ItemEnd, number>;

function zero(): Mutable {
  return { ok: 0, refused: 0, panic: 0, failed: 0 };
}

interface Growing {
  count: number;
  /** Lowest numbers, ascending, each with what it said. */
  lowest: ItemResult[];
}

/** Takes results one by one. */
export class Collector {
  readonly #campaign: Campaign;
  readonly #counts = zero();
  readonly #axes: readonly { readonly at: number; readonly counts: Mutable[] }[];
  readonly #cells: readonly (readonly Mutable[])[];
  readonly #stretches: readonly Mutable[];
  readonly #groups = new Map<string, Growing>();
  readonly #others = new Map<string, Growing>();
  #ms = 0;
  #slowest: Summary['slowest'] = null;
  #done = 0;

  constructor(campaign: Campaign) {
    this.#campaign = campaign;
    this.#axes = campaign.space.flatMap(({ values }, at) => {
      const size = sizeOf(values);
      return size === null || size < 2 || size > MOST_VALUES
        ? []
        : [{ at, counts: Array.from({ length: size }, zero) }];
    });
    const [rows, columns] = this.#axes;
    this.#cells = columns ? (rows?.counts ?? []).map(() => columns.counts.map(zero)) : [];
    this.#stretches = Array.from({ length: Math.min(STRETCHES, campaign.budget.items) }, zero);
  }

  add(result: ItemResult): void {
    const { item, end, ms, message } = result;
    this.#done += 1;
    this.#counts[end] += 1;
    this.#ms += ms;
    if (ms > (this.#slowest?.ms ?? -1)) this.#slowest = { item, ms };
    const stretch =
      this.#stretches[Math.floor((item * this.#stretches.length) / this.#campaign.budget.items)];
    if (stretch) stretch[end] += 1;
    if (this.#axes.length > 0) {
      const indexes = indexesOf(this.#campaign.space, item);
      for (const { at, counts } of this.#axes) {
        const value = counts[indexes[at] ?? 0];
        if (value) value[end] += 1;
      }
      const [rows, columns] = this.#axes;
      const cell = this.#cells[indexes[rows?.at ?? 0] ?? 0]?.[indexes[columns?.at ?? 0] ?? 0];
      if (cell) cell[end] += 1;
    }
    if (end === 'failed') grow(this.#groups, result.cause ?? '', result);
    else if (end !== 'ok') grow(this.#others, `${end}: ${withoutNumbers(message ?? '')}`, result);
  }

  get failed(): number {
    return this.#counts.failed;
  }

  get(): Summary {
    const { budget, space } = this.#campaign;
    const axes = this.#axes.map(({ at, counts }) => ({
      name: space[at]?.name ?? '',
      values: counts.map((those, i) => ({ value: valueOf(space[at]?.values, i), counts: those })),
    }));
    return {
      done: this.#done,
      items: budget.items,
      counts: { ...this.#counts },
      axes,
      grid: gridOf(axes, this.#cells),
      stretches: this.#stretches,
      groups: listed(this.#groups),
      others: listed(this.#others).slice(0, MOST_OTHERS),
      ms: this.#ms,
      slowest: this.#slowest,
    };
  }
}

function gridOf([rows, columns]: readonly AxisCounts[], cells: Grid['cells']): Grid | null {
  if (!rows || !columns) return null;
  const values = (axis: AxisCounts): readonly Tree[] => axis.values.map(({ value }) => value);
  return {
    rows: { name: rows.name, values: values(rows) },
    columns: { name: columns.name, values: values(columns) },
    cells,
  };
}

function valueOf(values: Campaign['space'][number]['values'] | undefined, i: number): Tree {
  if (values?.of === 'list') return values.list[i] ?? null;
  return values?.of === 'range' ? values.from + i * values.step : null;
}

function withoutNumbers(message: string): string {
  return message.replace(/0x[0-9a-f]+|\d+/gi, 'N');
}

function grow(groups: Map<string, Growing>, cause: string, result: ItemResult): void {
  const known = groups.get(cause);
  if (!known) {
    groups.set(cause, { count: 1, lowest: [result] });
    return;
  }
  known.count += 1;
  const last = known.lowest.at(-1);
  if (known.lowest.length === MOST_NUMBERS && last && last.item < result.item) return;
  known.lowest = [...known.lowest, result].sort((a, b) => a.item - b.item).slice(0, MOST_NUMBERS);
}

function listed(groups: ReadonlyMap<string, Growing>): Group[] {
  return [...groups]
    .map(([cause, { count, lowest }]) => ({
      cause,
      count,
      first: lowest[0]?.item ?? 0,
      message: lowest[0]?.message ?? '',
      detail: lowest[0]?.detail ?? null,
      items: lowest.map(({ item }) => item),
    }))
    .sort((a, b) => b.count - a.count || a.first - b.first);
}

/** What makes a campaign fail. */
export type FailOn = ReadonlySet<ItemEnd | 'missing'>;

/** Whether the summary has any of it. */
export function failsOn({ counts, done, items }: Summary, on: FailOn): boolean {
  return ITEM_ENDS.some((end) => on.has(end) && counts[end] > 0) || (on.has('missing') && done < items);
}
