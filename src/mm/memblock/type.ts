// Mirrors struct memblock_type and the range arithmetic of mm/memblock.c (v6.1): one sorted table of regions.
import { RegionTree } from './region-tree.ts';
import { flagsOfTag, nidOfTag, tagOf } from './tree-node.ts';
import { ENOMEM, PHYS_ADDR_MAX } from './types.ts';
import type { MemblockRegion } from './types.ts';

/** Makes room in a full table, keeping clear of the range about to be added; false where it cannot. */
export type Grow = (type: MemblockType, newStart: number, newSize: number) => boolean;

/** Told after a table changed in [base, end), or (reshaped) anywhere. */
export interface TableListener {
  added(base: number, end: number): void;
  removed(base: number, end: number): void;
  retagged(base: number, end: number): void;
  reshaped(): void;
}

/**
 * A sorted table of disjoint regions. Neighbours of equal node and flags are merged. What can be observed (order,
 * counts, sizes, when the table grows) is the kernel's; the regions lie in a tree.
 */
export class MemblockType {
  readonly name: 'memory' | 'reserved';
  /** Entries that the table has room for. */
  max: number;
  /** Sum of sizes in bytes, as the kernel keeps it: trimming does not correct it. */
  totalSize = 0;
  /** Address of the table once it has grown, 0 for the built-in one. */
  tableAddr = 0;
  listener: TableListener | null = null;
  readonly tree: RegionTree;
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
    this.#mergeWholeTable = mergeWholeTable;
    this.tree = tree;
    this.name = name;
    this.max = max;
    this.#grow = grow;
  }

  /** Entries in use; 1 in an empty table too, which holds one entry of size 0. */
  get cnt(): number {
    return this.tree.count || 1;
  }

  /** The regions in ascending order; empty where there are none. */
  regions(): MemblockRegion[] {
    const all: MemblockRegion[] = [];
    for (let leaf = this.tree.first as typeof this.tree.first | null; leaf !== null; leaf = leaf.next) {
      for (let i = 0; i < leaf.n; i++) {
        const base = leaf.base[i]!;
        const tag = leaf.tag[i]!;
        all.push({ base, size: leaf.end[i]! - base, flags: flagsOfTag(tag), nid: nidOfTag(tag) });
      }
    }
    return all;
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
      const more = this.#gapsIn(base, end);
      if (more === 0) return 0;
      while (tree.count + more > this.max) if (!this.#grow(this, base, size)) return -ENOMEM;
    }
    if (!this.#fillGaps(base, end, tag)) return 0;
    if (this.#unmerged) this.#mergeTouching();
    this.listener?.added(base, end);
    return 0;
  }

  /** Parts of [base, end) that no region covers. */
  #gapsIn(base: number, end: number): number {
    const tree = this.tree;
    let gaps = 0;
    let from = base;
    if (tree.seek(base)) {
      do {
        const { leaf, at } = tree;
        if (leaf.base[at]! >= end) break;
        if (leaf.base[at]! > from) gaps += 1;
        from = leaf.end[at]!;
      } while (from < end && tree.forward());
    }
    return from < end ? gaps + 1 : gaps;
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
      this.#mergeFrom(0, PHYS_ADDR_MAX);
    } else this.#mergeFrom(this.#filledFrom, this.#filledTo);
    this.listener?.reshaped();
  }

  /** Joins touching neighbours of equal tag that lie in or touch [base, end]. */
  #mergeFrom(base: number, end: number): void {
    const tree = this.tree;
    if (!tree.seekBefore(base) && !tree.seek(base)) return;
    for (;;) {
      const { leaf, at } = tree;
      const thisEnd = leaf.end[at]!;
      if (!tree.forward() || thisEnd > end) return;
      const { leaf: nextLeaf, at: nextAt } = tree;
      if (nextLeaf.base[nextAt] !== thisEnd || nextLeaf.tag[nextAt] !== leaf.tag[at]) continue;
      const newEnd = nextLeaf.end[nextAt]!;
      tree.erase();
      tree.leaf = leaf;
      tree.at = at;
      tree.resize(leaf.base[at]!, newEnd);
    }
  }

  /** The room that memblock_isolate_range() wants, two entries, whether it splits or not. */
  #roomToSplit(base: number, size: number): boolean {
    while (this.cnt + 2 > this.max) if (!this.#grow(this, base, size)) return false;
    return true;
  }

  /** Splits the region around `addr`, if there is one. */
  #splitAt(addr: number): void {
    const tree = this.tree;
    if (!tree.seek(addr)) return;
    const { leaf, at } = tree;
    const base = leaf.base[at]!;
    if (base >= addr) return;
    const end = leaf.end[at]!;
    const tag = leaf.tag[at]!;
    tree.resize(base, addr);
    tree.seek(addr);
    tree.insert(addr, end, tag);
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
      this.#splitAt(base);
      this.#splitAt(end);
      for (let ok = tree.seek(base); ok && tree.leaf.base[tree.at]! < end; ok = tree.forward()) {
        tree.retag(apply(tree.leaf.tag[tree.at]!));
      }
      this.#mergeFrom(base, end);
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
      this.#splitAt(base);
      this.#splitAt(end);
    }
    this.#unmerged = true;
    let ok = tree.seek(0);
    while (ok) {
      const { leaf, at } = tree;
      const inside = leaf.base[at]! >= base && leaf.end[at]! <= end;
      if (inside || flagsOfTag(leaf.tag[at]!) & keep) ok = tree.forward();
      else ok = this.#eraseHere();
    }
    this.listener?.reshaped();
    return 0;
  }

  #eraseHere(): boolean {
    const { leaf, at } = this.tree;
    this.totalSize -= leaf.end[at]! - leaf.base[at]!;
    this.tree.erase();
    return this.tree.at < this.tree.leaf.n;
  }

  /** memblock_trim_memory(): rounds each region inwards; totalSize follows only where a region vanishes. */
  trim(align: number): void {
    const tree = this.tree;
    let ok = tree.seek(0);
    while (ok) {
      const { leaf, at } = tree;
      const start = Math.ceil(leaf.base[at]! / align) * align;
      const end = Math.floor(leaf.end[at]! / align) * align;
      if (start < end) {
        tree.resize(start, end);
        ok = tree.forward();
      } else ok = this.#eraseHere();
    }
    this.listener?.reshaped();
  }

  /** memblock_search(): the region that holds `addr`. */
  find(addr: number): MemblockRegion | undefined {
    if (!this.holds(addr)) return undefined;
    const { leaf, at } = this.tree;
    const base = leaf.base[at]!;
    const tag = leaf.tag[at]!;
    return { base, size: leaf.end[at]! - base, flags: flagsOfTag(tag), nid: nidOfTag(tag) };
  }

  /** Whether a region holds `addr`. */
  holds(addr: number): boolean {
    const tree = this.tree;
    return tree.seek(addr) && tree.leaf.base[tree.at]! <= addr;
  }

  /** memblock_overlaps_region(): whether any region meets the range. */
  overlaps(base: number, wanted: number): boolean {
    const tree = this.tree;
    return tree.seek(base) && tree.leaf.base[tree.at]! < base + Math.min(wanted, PHYS_ADDR_MAX - base);
  }

  /** __find_max_addr(): the address below which `limit` bytes of this table lie; PHYS_ADDR_MAX where it has fewer. */
  addrOfByte(limit: number): number {
    let rest = limit;
    for (const r of this.regions()) {
      if (rest <= r.size) return r.base + rest;
      rest -= r.size;
    }
    return PHYS_ADDR_MAX;
  }
}
