// Mirrors struct memblock_type and the range arithmetic of mm/memblock.c (v6.1): one sorted table of regions.
import { RegionTree } from './region-tree.ts';
import { RegionTable } from './table.ts';
import { flagsOfTag, tagOf } from './tree-node.ts';
import { ENOMEM, PHYS_ADDR_MAX } from './types.ts';

/** Makes room in a full table, keeping clear of the range about to be added; false where it cannot. */
export type Grow = (type: MemblockType, newStart: number, newSize: number) => boolean;

/**
 * A sorted table of disjoint regions. Neighbours of equal node and flags are merged. What can be observed (order,
 * counts, sizes, when the table grows) is the kernel's; the regions lie in a tree.
 */
export class MemblockType extends RegionTable {
  readonly #grow: Grow;
  readonly #mergeWholeTable: boolean;
  /** Touching regions of equal node and flags may have been left apart. */
  #unmerged = false;
  /** The first and the last byte that the last addRange() added. */
  #filledFrom = 0;
  #filledTo = 0;

  constructor(
    name: 'memory' | 'reserved',
    max: number,
    grow: Grow,
    mergeWholeTable = true,
    tree = new RegionTree(),
  ) {
    super(name, max, tree);
    this.#grow = grow;
    this.#mergeWholeTable = mergeWholeTable;
  }

  /** memblock_add_range(): adds what is not in the table yet. Returns 0, or -ENOMEM. */
  addRange(base: number, wanted: number, nid: number, flags: number): number {
    const size = wanted > PHYS_ADDR_MAX - base ? PHYS_ADDR_MAX - base : wanted;
    if (size <= 0) return 0;
    const tree = this.tree;
    const end = base + size;
    const tag = tagOf(nid, flags);
    if (tree.count === 0) {
      tree.seek(base);
      tree.insert(base, end, tag);
      this.totalSize = size;
      this.listener?.added(base, end);
      return 0;
    }
    if (tree.count * 2 + 1 >= this.max) {
      const more = this.gapsIn(base, end);
      if (more === 0) return 0;
      while (tree.count + more > this.max) if (!this.#grow(this, base, size)) return -ENOMEM;
    }
    if (!this.#fillGaps(base, end, tag)) return 0;
    if (this.#unmerged) this.#mergeTouching();
    this.listener?.added(base, end);
    return 0;
  }

  /** Adds each part of [base, end) that no region covers; false where there is none. */
  #fillGaps(base: number, end: number, tag: number): boolean {
    const tree = this.tree;
    let filled = false;
    let from = base;
    do {
      const { leaf, at } = tree.seek(from) ? tree : tree;
      const isLast = at === leaf.n;
      const nextBase = isLast ? end : leaf.base[at]!;
      const nextEnd = isLast ? end : leaf.end[at]!;
      if (nextBase > from) {
        const to = nextBase < end ? nextBase : end;
        this.#fill(from, to, tag);
        this.totalSize += to - from;
        if (!filled) this.#filledFrom = from;
        this.#filledTo = to;
        filled = true;
      }
      from = nextEnd;
      if (nextBase >= end) break;
    } while (from < end);
    return filled;
  }

  /** Adds [from, to) before the tree's position, joining its neighbours there where they are of the same tag. */
  #fill(from: number, to: number, tag: number): void {
    const tree = this.tree;
    const { leaf, at } = tree;
    const left = at > 0 ? leaf : leaf.prev;
    const i = at > 0 ? at - 1 : left !== null ? left.n - 1 : 0;
    const joinsLeft = left !== null && left.end[i] === from && left.tag[i] === tag;
    const joinsRight = at < leaf.n && leaf.base[at] === to && leaf.tag[at] === tag;
    if (joinsLeft) {
      const newEnd = joinsRight ? leaf.end[at]! : to;
      if (joinsRight) tree.erase();
      tree.leaf = left;
      tree.at = i;
      tree.resize(left.base[i]!, newEnd);
    } else if (joinsRight) tree.resize(from, leaf.end[at]!);
    else tree.insert(from, to, tag);
  }

  /** memblock_merge_regions() where regions of equal tag may touch: all of them, or those amid what was added. */
  #mergeTouching(): void {
    if (this.#mergeWholeTable) {
      this.#unmerged = false;
      this.mergeFrom(0, PHYS_ADDR_MAX);
    } else this.mergeFrom(this.#filledFrom, this.#filledTo);
    this.listener?.reshaped();
  }

  /** The room that memblock_isolate_range() wants, two entries, whether it splits or not. */
  #roomToSplit(base: number, size: number): boolean {
    while (this.cnt + 2 > this.max) if (!this.#grow(this, base, size)) return false;
    return true;
  }

  /** memblock_remove_range(). Returns 0, or -ENOMEM where a split would find no room. */
  removeRange(base: number, wanted: number): number {
    const size = wanted > PHYS_ADDR_MAX - base ? PHYS_ADDR_MAX - base : wanted;
    if (size <= 0) return 0;
    if (this.cnt + 2 > this.max && !this.#roomToSplit(base, size)) return -ENOMEM;
    const tree = this.tree;
    const end = base + size;
    if (!tree.seek(base)) return 0;
    do {
      const { leaf, at } = tree;
      const rBase = leaf.base[at]!;
      const rEnd = leaf.end[at]!;
      if (rBase >= end) break;
      if (rBase < base) {
        this.totalSize -= (rEnd < end ? rEnd : end) - base;
        const tag = leaf.tag[at]!;
        tree.resize(rBase, base);
        tree.seek(base);
        if (rEnd <= end) continue;
        tree.insert(end, rEnd, tag);
        break;
      }
      if (rEnd > end) {
        this.totalSize -= end - rBase;
        tree.resize(end, rEnd);
        break;
      }
      this.totalSize -= rEnd - rBase;
      tree.erase();
    } while (tree.at < tree.leaf.n);
    this.listener?.removed(base, end);
    return 0;
  }

  /** Sets the node of what lies in the range, splitting at its ends. */
  setNode(base: number, size: number, nid: number): number {
    return this.#retag(base, size, (tag) => tagOf(nid, flagsOfTag(tag)));
  }

  /** Sets or clears flags of what lies in the range, splitting at its ends. */
  setFlag(base: number, size: number, set: boolean, flag: number): number {
    return this.#retag(base, size, (tag) => (set ? tag | flag : tag & ~flag));
  }

  #retag(base: number, wanted: number, apply: (tag: number) => number): number {
    const size = Math.min(wanted, PHYS_ADDR_MAX - base);
    const tree = this.tree;
    const end = base + size;
    if (size > 0) {
      if (!this.#roomToSplit(base, size)) return -ENOMEM;
      this.splitAt(base);
      this.splitAt(end);
      for (let ok = tree.seek(base); ok && tree.leaf.base[tree.at]! < end; ok = tree.forward()) {
        tree.retag(apply(tree.leaf.tag[tree.at]!));
      }
      this.mergeFrom(base, end);
      this.listener?.retagged(base, end);
    }
    if (this.#unmerged && this.#mergeWholeTable) this.#mergeTouching();
    return 0;
  }

  /** Keeps only what lies in the range, and what has the flag `keep`; as in the kernel, no merge follows. */
  keepOnly(base: number, wanted: number, keep: number): number {
    const size = Math.min(wanted, PHYS_ADDR_MAX - base);
    const end = base + size;
    const tree = this.tree;
    if (size > 0) {
      if (!this.#roomToSplit(base, size)) return -ENOMEM;
      this.splitAt(base);
      this.splitAt(end);
    }
    this.#unmerged = true;
    let ok = tree.seek(0);
    while (ok) {
      const { leaf, at } = tree;
      const inside = leaf.base[at]! >= base && leaf.end[at]! <= end;
      if (inside || flagsOfTag(leaf.tag[at]!) & keep) ok = tree.forward();
      else ok = this.eraseHere();
    }
    this.listener?.reshaped();
    return 0;
  }
}
