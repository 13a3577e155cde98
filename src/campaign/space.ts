// Item number N of a campaign. The dimensions with lists and ranges are gone through in turn, the last one fastest; when all their
// combinations have had their turn, the dice of the random dimensions are thrown anew.
import { Dice } from '../lib/dice.ts';
import type { Tree } from '../lib/tree.ts';
import type { Axis, Campaign, Item, Range, Values } from './campaign.ts';
import { GENERATORS } from './generators.ts';

/** How many values a dimension has; null where they are random. */
export function sizeOf(values: Values): number | null {
  if (values.of === 'list') return values.list.length;
  return values.of === 'range' ? countOf(values) : null;
}

function countOf({ from, to, step }: Range): number {
  return Math.floor((to - from) / step) + 1;
}

/** Combinations of what is not random. */
export function combinations(space: readonly Axis[]): number {
  return space.reduce((product, { values }) => product * (sizeOf(values) ?? 1), 1);
}

/** Whether a value of the space is random: such a campaign has as many items as its budget says. */
export function isRandom(space: readonly Axis[]): boolean {
  return space.some(({ values }) => sizeOf(values) === null);
}

/** Which value of each dimension in turn an item has; null for a random one. */
export function indexesOf(space: readonly Axis[], number: number): (number | null)[] {
  let left = number % combinations(space);
  const indexes: (number | null)[] = [];
  for (const { values } of [...space].reverse()) {
    const size = sizeOf(values);
    indexes.push(size === null ? null : left % size);
    if (size !== null) left = Math.floor(left / size);
  }
  return indexes.reverse();
}

/** Item `number`, from 0. */
export function itemAt({ seed, space }: Pick<Campaign, 'seed' | 'space'>, number: number): Item {
  const draw = Math.floor(number / combinations(space));
  const indexes = indexesOf(space, number);
  const values = space.map(({ name, values: of }, i): [string, Tree] => {
    const dice = (): Dice => new Dice(seed + hash(name), draw);
    return [name, valueAt(of, indexes[i] ?? 0, dice, seed + draw)];
  });
  return { number, values: Object.fromEntries(values) };
}

function valueAt(values: Values, index: number, dice: () => Dice, seed: number): Tree {
  switch (values.of) {
    case 'list':
      return values.list[index] ?? null;
    case 'range':
      return values.from + index * values.step;
    case 'any':
      return dice().pick(values.list);
    case 'any-number':
      return values.from + dice().below(countOf(values)) * values.step;
    case 'generator': {
      const generator = GENERATORS.get(values.generator);
      if (!generator) throw new Error(`no generator ${values.generator}`);
      return generator.make(dice(), seed);
    }
  }
}

/** Dimensions throw different dice (FNV-1a). */
function hash(name: string): number {
  let state = 0x811c9dc5;
  for (const char of name) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return state >>> 0;
}
