// An index of free memory (memory less reserved) for large tables: finds room in a time that grows with log n.
//
// The kernel walks both tables from one end for every allocation. Here the free ranges are kept in a tree of their own,
// in step with the tables; the tree's summaries (largest range, node ids, flags) let a search pass over subtrees in
// which nothing can fit.
import type { Wanted } from './find.ts';
import { RegionTree } from './region-tree.ts';
import { acceptedKinds, accepts } from './selection.ts';
import { nidBit, promises } from './tree-node.ts';
import type { TreeNode } from './tree-node.ts';
import { PHYS_ADDR_MAX } from './types.ts';

/** Not found, and nothing further on can be. */
const STOP = -1;

/** The free ranges of a pair of tables. Each lies in one memory region and has its tag. */
export class FreeIndex {
  readonly #free: RegionTree;
  readonly #memory: RegionTree;
  readonly #reserved: RegionTree;

  constructor(memory: RegionTree, reserved: RegionTree, free = new RegionTree()) {
    this.#free = free;
    this.#memory = memory;
    this.#reserved = reserved;
    this.#fill(0, PHYS_ADDR_MAX);
  }

  /** [base, end) has become reserved. */
  take(base: number, end: number): void {
    const free = this.#free;
    for (let ok = free.seek(base); ok; ok = free.at < free.leaf.n) {
      const { leaf, at } = free;
      const fBase = leaf.base[at]!;
      const fEnd = leaf.end[at]!;
      if (fBase >= end) return;
      if (fBase >= base && fEnd <= end) free.erase();
      else if (fBase >= base) free.resize(end, fEnd);
      else {
        const tag = leaf.tag[at]!;
        free.resize(fBase, base);
        free.seek(base);
        if (fEnd > end) free.insert(end, fEnd, tag);
      }
    }
  }

  /** [base, end) is no longer reserved. */
  give(base: number, end: number): void {
    this.take(base, end);
    const memory = this.#memory;
    for (let ok = memory.seek(base); ok && memory.leaf.base[memory.at]! < end; ok = memory.forward()) {
      const { leaf, at } = memory;
      this.#giveInRegion(base, end, leaf.base[at]!, leaf.end[at]!, leaf.tag[at]!);
    }
  }

  #giveInRegion(base: number, end: number, mBase: number, mEnd: number, tag: number): void {
    const free = this.#free;
    let from = base > mBase ? base : mBase;
    let to = end < mEnd ? end : mEnd;
    if (to < mEnd && free.seek(to) && free.leaf.base[free.at] === to) {
      to = free.leaf.end[free.at]!;
      free.erase();
    }
    if (from > mBase && free.seekBefore(from) && free.leaf.end[free.at] === from) {
      from = free.leaf.base[free.at]!;
      free.resize(from, to);
      return;
    }
    free.seek(from);
    free.insert(from, to, tag);
  }

  /** Memory has changed in [base, end): regions there, their nodes or flags. */
  refresh(base: number, end: number): void {
    const free = this.#free;
    let low = base;
    let high = end;
    if (base > 0 && free.seek(base - 1) && free.leaf.base[free.at]! < base) low = free.leaf.base[free.at]!;
    if (free.seekBefore(end + 1) && free.leaf.end[free.at]! > end) high = free.leaf.end[free.at]!;
    let ok = free.seek(low);
    while (ok && free.leaf.base[free.at]! < high) {
      free.erase();
      ok = free.at < free.leaf.n;
    }
    this.#fill(low, high);
  }

  /** Enters what is free in [low, high), where the index has nothing yet. */
  #fill(low: number, high: number): void {
    const memory = this.#memory;
    for (let ok = memory.seek(low); ok; ok = memory.forward()) {
      const { leaf, at } = memory;
      if (leaf.base[at]! >= high) return;
      const from = Math.max(leaf.base[at]!, low);
      this.#fillRegion(from, Math.min(leaf.end[at]!, high), leaf.tag[at]!);
    }
  }

  #fillRegion(low: number, high: number, tag: number): void {
    const reserved = this.#reserved;
    let from = low;
    for (let ok = reserved.seek(low); ok && from < high; ok = reserved.forward()) {
      const rBase = reserved.leaf.base[reserved.at]!;
      if (rBase >= high) break;
      if (rBase > from) this.#enter(from, rBase, tag);
      from = reserved.leaf.end[reserved.at]!;
    }
    if (from < high) this.#enter(from, high, tag);
  }

  #enter(base: number, end: number, tag: number): void {
    this.#free.seek(base);
    this.#free.insert(base, end, tag);
  }

  /** The highest address that fits, or 0. */
  findTopDown(wanted: Wanted): number {
    const nids = wanted.sel.nid === -1 ? -1 : nidBit(wanted.sel.nid);
    const found = topDown(this.#free.root, this.#free.height, wanted, nids, acceptedKinds(wanted.sel));
    return found === STOP ? 0 : found;
  }

  /** The lowest address that fits, or 0. */
  findBottomUp(wanted: Wanted): number {
    const nids = wanted.sel.nid === -1 ? -1 : nidBit(wanted.sel.nid);
    const found = bottomUp(this.#free.root, this.#free.height, wanted, nids, acceptedKinds(wanted.sel));
    return found === STOP ? 0 : found;
  }
}

/** The last kid whose key is at most `addr`. */
function kidFor(node: TreeNode, addr: number): number {
  let k = node.n - 1;
  while (k > 0 && node.base[k]! > addr) k -= 1;
  return k;
}

function topDown(node: TreeNode, height: number, wanted: Wanted, nids: number, kinds: number): number {
  const { size, low, high } = wanted;
  if (height > 0) {
    for (let k = kidFor(node, high); k >= 0; k--) {
      const kid = node.kids[k]!;
      if (!promises(kid, size, nids, kinds)) continue;
      const found = topDown(kid, height - 1, wanted, nids, kinds);
      if (found !== 0) return found;
    }
    return 0;
  }
  const { base: bases, end: ends } = node;
  for (let i = node.n - 1; i >= 0; i--) {
    let end = ends[i]!;
    if (end <= low) return STOP;
    if (end > high) end = high;
    const start = bases[i]! > low ? bases[i]! : low;
    if (end - start < size || !accepts(wanted.sel, node.tag[i]!)) continue;
    const at = Math.floor((end - size) / wanted.align) * wanted.align;
    if (at >= start) return at;
  }
  return 0;
}

function bottomUp(node: TreeNode, height: number, wanted: Wanted, nids: number, kinds: number): number {
  const { size, low, high } = wanted;
  if (height > 0) {
    // The range around `low` can lie in the subtree before the one that the keys lead to.
    for (let k = Math.max(0, kidFor(node, low) - 1); k < node.n; k++) {
      const kid = node.kids[k]!;
      if (!promises(kid, size, nids, kinds)) continue;
      const found = bottomUp(kid, height - 1, wanted, nids, kinds);
      if (found !== 0) return found;
    }
    return 0;
  }
  const { base: bases, end: ends } = node;
  for (let i = 0; i < node.n; i++) {
    const start = bases[i]! > low ? bases[i]! : low;
    if (bases[i]! >= high) return STOP;
    const end = ends[i]! < high ? ends[i]! : high;
    if (end - start < size || !accepts(wanted.sel, node.tag[i]!)) continue;
    const at = Math.ceil(start / wanted.align) * wanted.align;
    if (at < end && end - at >= size) return at;
  }
  return 0;
}
