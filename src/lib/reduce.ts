// Makes what fails smaller as long as it fails: delta debugging over lists, over plain data, and over whatever says what is simpler.
import type { Tree } from './tree.ts';

/** Tries candidates. */
export interface Lab<T> {
  /** Whether a candidate still fails in the same way; one that is no valid input does not. */
  readonly fails: (candidate: T) => Promise<boolean>;
  /** No more tries: the search ends with what it has. */
  readonly spent: () => boolean;
}

/** A lab with a number of tries. */
export function labOf<T>(tries: number, fails: (candidate: T) => Promise<boolean>): Lab<T> {
  let left = tries;
  return {
    spent: () => left <= 0,
    fails: async (candidate) => {
      if (left <= 0) return false;
      left -= 1;
      return fails(candidate);
    },
  };
}

/** Lists with a run of items less: half of them, a quarter, …, one. */
export function* leavingOut<T>(items: readonly T[]): Generator<T[]> {
  for (let size = Math.floor(items.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let at = 0; at < items.length; at += size) yield items.filter((_, i) => i < at || i >= at + size);
}

/** Leaves out items, halves of them first, then smaller and smaller runs, as long as the rest fails; never all of them. */
export async function withoutRuns<T>(items: readonly T[], lab: Lab<T[]>): Promise<T[]> {
  let left = [...items];
  for (let run = Math.ceil(left.length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    for (let at = 0; at < left.length && left.length > 1 && !lab.spent();) {
      const without = [...left.slice(0, at), ...left.slice(at + run)];
      if (without.length > 0 && (await lab.fails(without))) left = without;
      else at += run;
    }
  }
  return left;
}

/** The simplest that is found on the way from `value`, which fails: the first simpler one that fails, and so on from there. */
export async function simplest<T>(value: T, simpler: (value: T) => Iterable<T>, lab: Lab<T>): Promise<T> {
  let best = value;
  for (let progress = true; progress && !lab.spent();) {
    progress = false;
    for (const candidate of simpler(best)) {
      if (lab.spent()) break;
      if (!(await lab.fails(candidate))) continue;
      best = candidate;
      progress = true;
      break;
    }
  }
  return best;
}

/** Keys and items left out of `tree`, which fails, from the outside in. It is changed in place. */
export async function reduceTree(tree: Tree, lab: Lab<Tree>): Promise<Tree> {
  const queue: Tree[] = [tree];
  for (let node = queue.shift(); node !== undefined && !lab.spent(); node = queue.shift()) {
    if (Array.isArray(node)) await reduceItems(node, () => lab.fails(tree));
    else if (node !== null && typeof node === 'object') await reduceKeys(node, () => lab.fails(tree));
    if (typeof node === 'object' && node !== null) queue.push(...Object.values(node));
  }
  return tree;
}

async function reduceItems(items: Tree[], fails: () => Promise<boolean>): Promise<void> {
  for (let run = items.length; run >= 1; run = Math.floor(run / 2)) {
    for (let at = 0; at < items.length;) {
      const taken = items.splice(at, run);
      if (await fails()) continue;
      items.splice(at, 0, ...taken);
      at += run;
    }
  }
}

/** Keys keep their order only where they stay away: who compares sorts them. */
async function reduceKeys(node: object, fails: () => Promise<boolean>): Promise<void> {
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(node))) {
    Reflect.deleteProperty(node, key);
    // defined, not assigned: `__proto__` is a key like any other in plain data
    if (!(await fails())) Object.defineProperty(node, key, descriptor);
  }
}
