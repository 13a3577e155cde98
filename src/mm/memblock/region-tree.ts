// A sorted list of disjoint ranges as a B+ tree: what mm/memblock.c keeps in one array, at a cost that grows with log n.
//
// Leaves hold up to LEAF ranges in typed arrays and are chained; inner nodes hold up to FAN children. Up to LEAF ranges
// the tree is a single leaf, a plain sorted array. Nodes are split when full and dropped when empty; a leaf that became
// sparse takes in its right sibling.

import { grew, markStale, shrank } from './tree-node.ts';
import type { TreeNode } from './tree-node.ts';
import { TreeShape } from './tree-shape.ts';

/** The last index whose value is at most `key`, or -1; `values` ascend up to `n`. */
export function lastAtMost(values: Float64Array, n: number, key: number): number {
  let low = 0;
  let high = n;
  while (low < high) {
    const mid = (low + high) >>> 1;
    if (values[mid]! <= key) low = mid + 1;
    else high = mid;
  }
  return low - 1;
}

/**
 * Sorted disjoint ranges [base, end), each with a tag. `leaf` and `at` are the position that the last call left: seek()
 * and erase() set them. A position past the last range has `at` equal to `leaf.n`.
 */
export class RegionTree extends TreeShape {
  /** Ranges in the tree. */
  count = 0;
  /** Counts changes, for cursors that must notice them. */
  version = 0;
  leaf: TreeNode = this.root;
  at = 0;

  #leafFor(addr: number): TreeNode {
    let node = this.root;
    for (let h = this.height; h > 0; h--) {
      node = node.kids[lastAtMost(node.base, node.n, addr)]!;
    }
    return node;
  }

  /** Moves to the first range that ends after `addr`; false where there is none. */
  seek(addr: number): boolean {
    let leaf = this.height === 0 ? this.root : this.#leafFor(addr);
    let at = lastAtMost(leaf.base, leaf.n, addr);
    if (at >= 0) {
      if (leaf.end[at]! <= addr) at += 1;
    } else {
      // A leaf's key may be lower than its first base: the range around addr can be the last one of the leaf before.
      const before = leaf.prev;
      if (before !== null && before.end[before.n - 1]! > addr) {
        leaf = before;
        at = before.n - 1;
      } else at = 0;
    }
    if (at === leaf.n && leaf.next !== null) {
      leaf = leaf.next;
      at = 0;
    }
    this.leaf = leaf;
    this.at = at;
    return at < leaf.n;
  }

  /** Moves to the last range that begins before `addr`; false where there is none. */
  seekBefore(addr: number): boolean {
    let leaf = this.height === 0 ? this.root : this.#leafFor(addr);
    let at = lastAtMost(leaf.base, leaf.n, addr);
    if (at >= 0 && leaf.base[at] === addr) at -= 1;
    if (at < 0 && leaf.prev !== null) {
      leaf = leaf.prev;
      at = leaf.n - 1;
    }
    this.leaf = leaf;
    this.at = at;
    return at >= 0;
  }

  /** Puts a range where it belongs: at the position, which seek() of its base found. Moves to it. */
  insert(base: number, end: number, tag: number): void {
    let leaf = this.leaf;
    let at = this.at;
    // A range before a leaf's first may belong to the leaf before, where its key leads.
    if (at === 0 && leaf.prev !== null && leaf.parent !== null && base < this.key(leaf)) {
      leaf = leaf.prev;
      at = leaf.n;
    }
    if (leaf.n === this.leafRoom) {
      const right = this.splitLeaf(leaf, at);
      if (at > leaf.n || right.n === 0) {
        at -= leaf.n;
        leaf = right;
      }
    }
    const { base: bases, end: ends, tag: tags } = leaf;
    for (let i = leaf.n; i > at; i--) {
      bases[i] = bases[i - 1]!;
      ends[i] = ends[i - 1]!;
      tags[i] = tags[i - 1]!;
    }
    bases[at] = base;
    ends[at] = end;
    tags[at] = tag;
    leaf.n += 1;
    this.count += 1;
    this.version += 1;
    this.leaf = leaf;
    this.at = at;
    grew(leaf, end - base, tag);
  }

  /** Takes the range at the position away. Moves to the range after it. */
  erase(): void {
    const leaf = this.leaf;
    const at = this.at;
    const { base: bases, end: ends, tag: tags } = leaf;
    shrank(leaf, ends[at]! - bases[at]!);
    const n = leaf.n - 1;
    for (let i = at; i < n; i++) {
      bases[i] = bases[i + 1]!;
      ends[i] = ends[i + 1]!;
      tags[i] = tags[i + 1]!;
    }
    leaf.n = n;
    this.count -= 1;
    this.version += 1;
    if (n <= this.leafRoom / 4 && leaf.parent !== null) this.#thin(leaf);
    if (this.at === this.leaf.n && this.leaf.next !== null) {
      this.leaf = this.leaf.next;
      this.at = 0;
    }
  }

  /** A leaf has become sparse: drops it if empty, else takes in its right sibling if there is room to spare. */
  #thin(leaf: TreeNode): void {
    if (leaf.n > 0) {
      this.absorb(leaf);
      return;
    }
    const next = leaf.next;
    this.drop(leaf);
    this.leaf = next ?? this.last;
    this.at = next === null ? this.last.n : 0;
  }

  /** Changes the bounds of the range at the position, which stays between its neighbours. */
  resize(base: number, end: number): void {
    const { leaf, at } = this;
    const oldSize = leaf.end[at]! - leaf.base[at]!;
    // Keys follow where a leaf's first base falls below its key, or its last base would reach the next leaf's.
    if (at === 0 && base < leaf.base[0]! && base < this.key(leaf)) this.setKey(leaf, base);
    if (at === leaf.n - 1 && leaf.next !== null && base >= this.key(leaf.next))
      this.setKey(leaf.next, leaf.next.base[0]!);
    leaf.base[at] = base;
    leaf.end[at] = end;
    this.version += 1;
    if (end - base < oldSize) shrank(leaf, oldSize);
    else grew(leaf, end - base, leaf.tag[at]!);
  }

  /** Changes the tag of the range at the position. */
  retag(tag: number): void {
    const { leaf, at } = this;
    leaf.tag[at] = tag;
    this.version += 1;
    grew(leaf, leaf.end[at]! - leaf.base[at]!, tag);
    markStale(leaf);
  }

  /** Moves to the range after the position; false at the end. */
  forward(): boolean {
    this.at += 1;
    if (this.at < this.leaf.n) return true;
    if (this.leaf.next === null) return false;
    this.leaf = this.leaf.next;
    this.at = 0;
    return true;
  }
}
