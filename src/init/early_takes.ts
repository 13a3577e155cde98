// What the boot CPU takes from the page allocator once it keeps lists, block by block: how a kernel file writes it down, and how it
// is taken again.
import { InputError } from '../lib/input-error.ts';
import type { Nid } from '../lib/units.ts';
import type { EarlyBuddy } from '../mm/early_buddy.ts';

/** `2s0`: two slabs of one page. `p` is pages for something else, `r` a slab that can be reclaimed; `f`: lock prefixes come back. */
const TAKE = /^(?:(\d*)([spr])([0-3])(n?)|f)$/;

/** So many blocks of 2^order pages in a row, on each node where they are for the nodes' own things. */
export interface EarlyTake {
  readonly count: number;
  readonly what: 'slab' | 'reclaimable slab' | 'pages' | 'freed';
  readonly order: number;
  readonly onEachNode: boolean;
}

const WHAT = new Map<string, EarlyTake['what']>([
  ['s', 'slab'],
  ['r', 'reclaimable slab'],
  ['p', 'pages'],
]);
const FREED: EarlyTake = { count: 0, what: 'freed', order: 0, onEachNode: false };

/**
 * The takes of `text`, which are apart by spaces.
 * @throws InputError 'schema' where one is not written as above
 */
export function parseTakes(text: string): EarlyTake[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const match = TAKE.exec(word);
      if (!match)
        throw new InputError('schema', `early pages: take "${word}": expected the like of 2s0, p3, s0n or f`);
      const [, count, letter, order, each] = match;
      const what = WHAT.get(letter ?? '');
      if (what === undefined) return FREED;
      return {
        count: count === '' ? 1 : Number(count),
        what,
        order: Number(order),
        onEachNode: each === 'n',
      };
    });
}

/** Pages of `takes` on a machine with one node. */
export function pagesOf(takes: readonly EarlyTake[]): number {
  return takes.reduce((sum, { count, order }) => sum + count * 2 ** order, 0);
}

/** Where takes are from and what is done besides. */
export interface TakenFrom {
  /** The one node; null for one after the other, as the memory policy says. */
  readonly node: Nid | null;
  /** Those with memory. */
  readonly nodes: readonly Nid[];
  /** The lock prefixes of SMP come back. */
  readonly freePrefixes: () => void;
}

/** Takes all of `takes`. */
export function replayTakes(buddy: EarlyBuddy, takes: readonly EarlyTake[], from: TakenFrom): void {
  for (const take of takes) {
    if (take.what === 'freed') from.freePrefixes();
    const kind = take.what === 'reclaimable slab' ? 'reclaimable' : 'unmovable';
    for (let left = take.count; left > 0; left--)
      for (const node of take.onEachNode ? from.nodes : [from.node ?? interleaved(buddy, take)])
        buddy.takeBlock(node, take.order, kind);
  }
}

/** A slab looks for one that is not full on the node whose turn it is (get_any_partial), then comes from the next one. */
function interleaved({ interleave }: EarlyBuddy, { what }: EarlyTake): Nid {
  if (what !== 'pages') interleave.next();
  return interleave.next();
}
