// Mirrors struct memblock_type of mm/memblock.c (v6.1): one sorted table of regions, and questions about it.
import type { RegionTree } from './region-tree.ts';
import { flagsOfTag, nidOfTag } from './tree-node.ts';
import type { TreeNode } from './tree-node.ts';
import { PHYS_ADDR_MAX } from './types.ts';
import type { MemblockRegion } from './types.ts';

/** Told after a table changed in [base, end), or (reshaped) anywhere. */
export interface TableListener {
  added(base: number, end: number): void;
  removed(base: number, end: number): void;
  retagged(base: number, end: number): void;
  reshaped(): void;
}

/** A sorted table of disjoint regions: questions, and changes that need no room. MemblockType adds those that do. */
export class RegionTable {
  readonly name: 'memory' | 'reserved';
  /** Entries that the table has room for. */
  max: number;
  /** Sum of sizes in bytes, as the kernel keeps it: trimming does not correct it. */
  totalSize = 0;
  /** Address of the table once it has grown, 0 for the built-in one. */
  tableAddr = 0;
  listener: TableListener | null = null;
  readonly tree: RegionTree;

  constructor(name: 'memory' | 'reserved', max: number, tree: RegionTree) {
    this.name = name;
    this.max = max;
    this.tree = tree;
  }

  /** Entries in use; 1 in an empty table too, which holds one entry of size 0. */
  get cnt(): number {
    return this.tree.count || 1;
  }

  /** The regions in ascending order; empty where there are none. */
  regions(): MemblockRegion[] {
    const all: MemblockRegion[] = [];
    for (let leaf: TreeNode | null = this.tree.first; leaf !== null; leaf = leaf.next) {
      for (let i = 0; i < leaf.n; i++) {
        const base = leaf.base[i]!;
        const tag = leaf.tag[i]!;
        all.push({ base, size: leaf.end[i]! - base, flags: flagsOfTag(tag), nid: nidOfTag(tag) });
      }
    }
    return all;
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

  /** Parts of [base, end) that no region covers. */
  protected gapsIn(base: number, end: number): number {
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

  /** Takes the region at the tree's position away; false where none comes after it. */
  protected eraseHere(): boolean {
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
      } else ok = this.eraseHere();
    }
    this.listener?.reshaped();
  }

  /** Splits the region around `addr`, if there is one. */
  protected splitAt(addr: number): void {
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

  /** Joins touching neighbours of equal tag that lie in or touch [base, end]. */
  protected mergeFrom(base: number, end: number): void {
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
}
