// Mutations of plain data, as JSON and YAML hold it: values exchanged, keys left out, lists grown, shapes broken.
import { stringify } from 'yaml';
import type { Dice } from '../../lib/dice.ts';
import type { Tree } from '../../lib/tree.ts';
import { number, size, text } from './values.ts';

/** Stands for the key `__proto__`, which assignment would not make: treeText puts the real one in. */
const PROTO = '@@proto@@';
const MOST_ITEMS = 3000;
const DEEPEST_NEST = 200;

/** A copy of `tree` with one to `most` changes. */
export function mutateTree(tree: Tree, dice: Dice, most = 3): Tree {
  const copy: { root: Tree } = { root: structuredClone(tree) };
  for (let left = dice.between(1, most); left > 0; left--) change(copy, dice);
  return copy.root;
}

function change(holder: { root: Tree }, dice: Dice): void {
  const places = placesOf(holder.root);
  if (places.length === 0) {
    holder.root = anyValue(holder.root, dice);
    return;
  }
  const { parent, key } = dice.pick(places);
  const value = parent[key] ?? null;
  switch (dice.below(10)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      return;
    case 1:
      if (Array.isArray(parent)) parent.splice(Number(key), 0, structuredClone(value));
      else parent[dice.pick([PROTO, 'constructor', 'toString', `${key}x`, 'x'])] = value;
      return;
    case 2:
      parent[key] = anyShape(value, dice);
      return;
    case 3: {
      const other = dice.pick(places);
      parent[key] = structuredClone(other.parent[other.key] ?? null);
      return;
    }
    case 4:
      if (Array.isArray(value) && value.length > 0) {
        const count = dice.oneIn(8) ? MOST_ITEMS : dice.between(1, 20);
        value.push(...dice.times(count, () => structuredClone(dice.pick(value))));
      } else parent[key] = anyValue(value, dice);
      return;
    case 5:
      if (Array.isArray(value)) value.sort(() => dice.pick([-1, 1]));
      else parent[key] = anyValue(value, dice);
      return;
    default:
      parent[key] = anyValue(value, dice);
  }
}

/** `tree` as JSON; `indent` as for JSON.stringify. */
export function treeText(tree: Tree, indent = 0): string {
  return JSON.stringify(tree, null, indent).replaceAll(PROTO, '__proto__');
}

/** `tree` as YAML in blocks. */
export function yamlText(tree: Tree): string {
  return stringify(tree, { aliasDuplicateObjects: false })
    .replaceAll(`"${PROTO}"`, PROTO)
    .replaceAll(PROTO, '__proto__');
}

interface Place {
  readonly parent: Record<string | number, Tree>;
  readonly key: string | number;
}

/** Every place below `tree`, but of long lists the first items only: else they would get all changes. */
function placesOf(tree: Tree, into: Place[] = []): Place[] {
  if (typeof tree !== 'object' || tree === null) return into;
  const parent: Place['parent'] = tree as Place['parent'];
  const keys = Array.isArray(tree) ? [...tree.keys()].slice(0, 12) : Object.keys(tree);
  for (const key of keys) {
    into.push({ parent, key });
    placesOf(parent[key] ?? null, into);
  }
  return into;
}

/** Another value, of the same type most of the time. */
function anyValue(old: Tree, dice: Dice): Tree {
  if (dice.oneIn(5)) return dice.pick<() => Tree>([() => number(dice), () => size(dice), () => text(dice)])();
  if (typeof old === 'number') return dice.oneIn(3) ? old + dice.pick([-1, 1, 4096, -4096]) : number(dice);
  if (typeof old === 'string') return /^\d/.test(old) ? size(dice) : text(dice);
  if (typeof old === 'boolean') return !old;
  return anyShape(old, dice);
}

function anyShape(old: Tree, dice: Dice): Tree {
  const nested = (): Tree => {
    let value: Tree = old;
    for (let depth = dice.oneIn(4) ? DEEPEST_NEST : 1; depth > 0; depth--) value = [value];
    return value;
  };
  return dice.pick<() => Tree>([
    () => null,
    () => [],
    () => ({}),
    () => true,
    () => number(dice),
    () => text(dice),
    () => ({ constructor: old }),
    nested,
  ])();
}
