// Mirrors __next_mem_range() and its kin in mm/memblock.c (v6.1): cursors over memory, reserved and free ranges.
import type { RegionTree } from './region-tree.ts';
import { accepts } from './selection.ts';
import type { Selection } from './selection.ts';
import { nidOfTag } from './tree-node.ts';
import type { TreeNode } from './tree-node.ts';
import { PHYS_ADDR_MAX } from './types.ts';

/** A place in a tree's chain of leaves: at one of its ranges, or past either end. */
class Place {
  readonly tree: RegionTree;
  leaf: TreeNode;
  at: number;

  constructor(tree: RegionTree) {
    this.tree = tree;
    this.leaf = tree.leaf;
    this.at = tree.at;
  }

  /** Takes over the place that a search in the tree has left. */
  take(): void {
    this.leaf = this.tree.leaf;
    this.at = this.tree.at;
  }

  get valid(): boolean {
    return this.at >= 0 && this.at < this.leaf.n;
  }

  /** Where the gap before this place begins and ends. */
  get gapStart(): number {
    if (this.at > 0) return this.leaf.end[this.at - 1]!;
    return this.leaf.prev === null ? 0 : this.leaf.prev.end[this.leaf.prev.n - 1]!;
  }
  get gapEnd(): number {
    return this.at < this.leaf.n ? this.leaf.base[this.at]! : PHYS_ADDR_MAX;
  }

  forward(): void {
    this.at += 1;
    if (this.at === this.leaf.n && this.leaf.next !== null) {
      this.leaf = this.leaf.next;
      this.at = 0;
    }
  }

  back(): void {
    this.at -= 1;
    if (this.at < 0 && this.leaf.prev !== null) {
      this.leaf = this.leaf.prev;
      this.at = this.leaf.n - 1;
    }
  }
}

/**
 * Walks the ranges of table `a` that `sel` selects (all where it is undefined), less the regions of `b`. After
 * next() returned true, start, end and nid hold the range. If the tables change meanwhile, the walk goes on with what
 * lies past the range that was told last.
 */
export class RangeCursor {
  start = 0;
  end = 0;
  nid = 0;
  readonly #a: Place;
  readonly #b: Place | undefined;
  readonly #sel: Selection | undefined;
  readonly #reverse: boolean;
  /** Where the walk has come to, and for which state of the tables `a` and `b` were placed. */
  #from: number;
  #version = -1;

  /** `from`: only ranges that end after this address (in reverse: that begin before it). */
  constructor(
    a: RegionTree,
    b: RegionTree | undefined,
    sel: Selection | undefined,
    reverse: boolean,
    from?: number,
  ) {
    this.#a = new Place(a);
    this.#b = b && new Place(b);
    this.#sel = sel;
    this.#reverse = reverse;
    this.#from = from ?? (reverse ? PHYS_ADDR_MAX : 0);
  }

  /** Advances to the next range; false at the end. */
  next(): boolean {
    const version = this.#a.tree.version + (this.#b?.tree.version ?? 0);
    if (version !== this.#version) {
      this.#version = version;
      this.#place(this.#from);
    }
    const found = this.#reverse ? this.#back() : this.#forth();
    this.#from = this.#reverse ? this.start : this.end;
    return found;
  }

  #place(from: number): void {
    if (this.#reverse) this.#a.tree.seekBefore(from);
    else this.#a.tree.seek(from);
    this.#a.take();
    this.#b?.tree.seek(this.#reverse ? from - 1 : from);
    this.#b?.take();
  }

  #tell(start: number, end: number, tag: number): true {
    this.start = start;
    this.end = end;
    this.nid = nidOfTag(tag);
    return true;
  }

  // #forth() and #back() are twins on purpose: memblock's allocations spend their time in these loops (bench/memblock.ts), and one
  // loop would ask for its direction at each step.

  #forth(): boolean {
    const a = this.#a;
    const b = this.#b;
    for (; a.valid; a.forward()) {
      const { leaf, at } = a;
      const tag = leaf.tag[at]!;
      if (this.#sel !== undefined && !accepts(this.#sel, tag)) continue;
      const base = leaf.base[at]!;
      const end = leaf.end[at]!;
      if (b === undefined) {
        a.forward();
        return this.#tell(base, end, tag);
      }
      for (; b.gapStart < end; b.forward()) {
        const { gapStart, gapEnd } = b;
        if (base >= gapEnd) continue;
        if (end <= gapEnd) a.forward();
        else b.forward();
        return this.#tell(Math.max(base, gapStart), Math.min(end, gapEnd), tag);
      }
    }
    return false;
  }

  #back(): boolean {
    const a = this.#a;
    const b = this.#b;
    for (; a.valid; a.back()) {
      const { leaf, at } = a;
      const tag = leaf.tag[at]!;
      if (this.#sel !== undefined && !accepts(this.#sel, tag)) continue;
      const base = leaf.base[at]!;
      const end = leaf.end[at]!;
      if (b === undefined) {
        a.back();
        return this.#tell(base, end, tag);
      }
      for (; b.gapEnd > base; b.back()) {
        const { gapStart, gapEnd } = b;
        if (end <= gapStart) continue;
        if (base >= gapStart) a.back();
        else b.back();
        return this.#tell(Math.max(base, gapStart), Math.min(end, gapEnd), tag);
      }
    }
    return false;
  }
}
