// What a kind of campaign is: the dimensions that its items have, and how one is run.
import { InputError } from '../../lib/input-error.ts';
import type { Lab } from '../../lib/reduce.ts';
import type { Tree } from '../../lib/tree.ts';
import type { ItemValues } from '../campaign.ts';

/** One dimension of a kind. */
export interface Dimension {
  readonly about: string;
  /** An item cannot do without. */
  readonly required?: boolean;
  /** What `all` stands for. */
  readonly all?: () => Promise<readonly string[]>;
  /** What a value may be; null where it is one, else what is expected. */
  readonly wrong: (value: Tree) => string | null;
}

export interface Kind {
  readonly about: string;
  readonly dimensions: ReadonlyMap<string, Dimension>;
  /** What an expression may name, with a word on each. */
  readonly facts: ReadonlyMap<string, string>;
  /** Loaded by who runs items. */
  readonly load: () => Promise<LoadedKind>;
}

/** Where items run. */
export interface Place {
  /** Paths in items are relative to it. */
  readonly folder: string;
  readonly invariants: boolean;
}

/** What an item found. */
export interface Ran {
  readonly end: 'ok' | 'panic';
  readonly message?: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A fault that the kind itself found: `detail` leads on, as a schedule's token does. */
export class Found extends Error {
  readonly detail: string | undefined;

  constructor(message: string, detail?: string) {
    super(message);
    this.name = 'Found';
    this.detail = detail;
  }
}

export interface LoadedKind {
  /** @throws Found, Wrong or Bug where the item fails, InputError where it is refused */
  readonly run: (values: ItemValues, place: Place) => Promise<Ran>;
  /** A smaller item that fails in the same way, as the lab says; left out where nothing of an item can be left out. */
  readonly smaller?: (values: ItemValues, place: Place, lab: Lab<ItemValues>) => Promise<ItemValues>;
}

/** A whole number from `least`. */
export function wholeNumber(least: number): (value: Tree) => string | null {
  return (value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= least
      ? null
      : `expected a whole number from ${least}`;
}

/** Text, such as a name or a path. */
export function text(value: Tree): string | null {
  return typeof value === 'string' ? null : 'expected text';
}

function valueOf(values: ItemValues, name: string): Tree | undefined {
  return new Map(Object.entries(values)).get(name);
}

/** The text of a dimension; a number counts as its digits, as YAML reads `6.1`. */
export function textOf(values: ItemValues, name: string): string | null {
  const value = valueOf(values, name) ?? null;
  return value === null ? null : String(value);
}

/** The number of a dimension, `otherwise` where the item has none. */
export function numberOf(values: ItemValues, name: string, otherwise: number): number {
  const value = valueOf(values, name);
  return typeof value === 'number' ? value : otherwise;
}

/** The text of a dimension that every item of the kind has. */
export function needText(values: ItemValues, name: string): string {
  const value = textOf(values, name);
  if (value === null) throw new InputError('schema', `space.${name}: missing: expected a value`);
  return value;
}
