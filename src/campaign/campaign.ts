// What a campaign is: items of one kind, out of a space, each held against a check, within a budget.
import type { Tree } from '../lib/tree.ts';

/** Whole numbers from `from` to `to`, both included. */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** How an item comes by its value of a dimension: in turn, or by dice. */
export type Values =
  | { readonly of: 'list'; readonly list: readonly Tree[] }
  | ({ readonly of: 'range' } & Range)
  | { readonly of: 'any'; readonly list: readonly Tree[] }
  | ({ readonly of: 'any-number' } & Range)
  | { readonly of: 'generator'; readonly generator: string };

/** One dimension of the space. */
export interface Axis {
  readonly name: string;
  readonly values: Values;
}

/** The values of an item, by dimension. */
export type ItemValues = { readonly [dimension: string]: Tree };

/** One thing to run. The same campaign and number give the same values on every machine. */
export interface Item {
  readonly number: number;
  readonly values: ItemValues;
}

/** What must hold of an item beyond what its kind itself checks. */
export interface Check {
  /** The invariants of the kind. */
  readonly invariants: boolean;
  /** Expressions over what the item found; each must be true. */
  readonly expect: readonly string[];
  /** Whether a panic of the modelled kernel, or input that is refused, fails the item. */
  readonly panic: 'taken' | 'fails';
  readonly refusal: 'taken' | 'fails';
  /** The item with other values, and the expressions that must give the same there. */
  readonly same: { readonly as: ItemValues; readonly in: readonly string[] } | null;
}

export interface Budget {
  /** Items of the campaign. */
  readonly items: number;
  /** No item is begun after so long; null for no limit. */
  readonly timeMs: number | null;
  /** An item that takes longer hangs. */
  readonly deadlineMs: number;
  /** Heap of a thread that runs items, MiB. */
  readonly heapMiB: number;
}

export interface Campaign {
  readonly name: string;
  readonly about: string;
  readonly kind: string;
  readonly seed: number;
  readonly space: readonly Axis[];
  readonly check: Check;
  readonly budget: Budget;
  /** Paths in it are relative to this folder. */
  readonly folder: string;
}

/** How an item ended. */
export type ItemEnd =
  | 'ok'
  | 'refused' // the input was refused with a word
  | 'panic' // the modelled kernel panicked, and said so
  | 'failed';

/** Every end, in the order of reports. */
export const ITEM_ENDS: readonly ItemEnd[] = ['ok', 'refused', 'panic', 'failed'];

/** A line of the results. */
export interface ItemResult {
  readonly item: number;
  readonly end: ItemEnd;
  /** Host time. */
  readonly ms: number;
  readonly message?: string;
  /** What failing items have in common with others: the message without its values. */
  readonly cause?: string;
  /** What leads on: a schedule's token, the first line that differs. */
  readonly detail?: string;
}
