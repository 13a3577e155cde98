// A sorted list of disjoint ranges as a B+ tree: what mm/memblock.c keeps in one array, at a cost that grows with log n.
//
// Leaves hold up to LEAF ranges in typed arrays and are chained; inner nodes hold up to FAN children. Up to LEAF ranges
// the tree is a single leaf, a plain sorted array. Nodes are split when full and dropped when empty; a leaf that became
// sparse takes in its right sibling.

import { TreeNode, grew, markStale, shrank } from './tree-node.ts';

/** Ranges in a leaf, and children of an inner node, at most. */
const LEAF = 64;
const FAN = 32;

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
export class RegionTree {
  /** Ranges in the tree. */
  count = 0;
  /** Counts changes, for cursors that must notice them. */
  version = 0;
  root: TreeNode;
  /** Levels of inner nodes above the leaves. */
  height = 0;
  first: TreeNode;
  last: TreeNode;
  leaf: TreeNode;
  at = 0;
  readonly #leafRoom: number;
  readonly #fan: number;

  constructor(leafRoom = LEAF, fan = FAN) {
    this.#leafRoom = leafRoom;
    this.#fan = fan;
    this.root = new TreeNode(leafRoom, true);
    this.first = this.root;
    this.last = this.root;
    this.leaf = this.root;
  }

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
    if (at === 0 && leaf.prev !== null && leaf.parent !== null && base < this.#key(leaf)) {
      leaf = leaf.prev;
      at = leaf.n;
    }
    if (leaf.n === this.#leafRoom) {
      const right = this.#splitLeaf(leaf, at);
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
    if (n <= this.#leafRoom / 4 && leaf.parent !== null) this.#thin(leaf);
    if (this.at === this.leaf.n && this.leaf.next !== null) {
      this.leaf = this.leaf.next;
      this.at = 0;
    }
  }

  /** Changes the bounds of the range at the position, which stays between its neighbours. */
  resize(base: number, end: number): void {
    const { leaf, at } = this;
    const oldSize = leaf.end[at]! - leaf.base[at]!;
    // Keys follow where a leaf's first base falls below its key, or its last base would reach the next leaf's.
    if (at === 0 && base < leaf.base[0]! && base < this.#key(leaf)) this.#setKey(leaf, base);
    if (at === leaf.n - 1 && leaf.next !== null && base >= this.#key(leaf.next))
      this.#setKey(leaf.next, leaf.next.base[0]!);
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

  /** The node whose key in its parent is the lower bound of this node's bases; null where there is none. */
  #keyed(node: TreeNode): TreeNode | null {
    let n = node;
    while (n.parent !== null && n.slot === 0) n = n.parent;
    return n.parent === null ? null : n;
  }

  #key(node: TreeNode): number {
    const keyed = this.#keyed(node);
    return keyed === null ? -Infinity : keyed.parent!.base[keyed.slot]!;
  }

  #setKey(node: TreeNode, key: number): void {
    const keyed = this.#keyed(node);
    if (keyed !== null) keyed.parent!.base[keyed.slot] = key;
  }

  #splitLeaf(leaf: TreeNode, at: number): TreeNode {
    const right = new TreeNode(this.#leafRoom, true);
    // Ranges that arrive in ascending or descending order leave full leaves behind.
    const room = this.#leafRoom;
    const keep = at === room ? room : room / 2;
    right.base.set(leaf.base.subarray(keep));
    right.end.set(leaf.end.subarray(keep));
    right.tag.set(leaf.tag.subarray(keep));
    right.n = room - keep;
    leaf.n = keep;
    right.prev = leaf;
    right.next = leaf.next;
    if (leaf.next === null) this.last = right;
    else leaf.next.prev = right;
    leaf.next = right;
    this.#inherit(leaf, right);
    this.#addKid(leaf, right, right.n > 0 ? right.base[0]! : leaf.end[room - 1]!);
    return right;
  }

  /** Both halves of a split have the whole's summary, until it is renewed. */
  #inherit(from: TreeNode, to: TreeNode): void {
    to.maxSize = from.maxSize;
    to.nids = from.nids;
    to.kinds = from.kinds;
    to.stale = true;
    markStale(from);
  }

  #addKid(left: TreeNode, right: TreeNode, key: number): void {
    let parent = left.parent;
    if (parent === null) {
      parent = new TreeNode(this.#fan, false);
      parent.kids.push(left);
      parent.n = 1;
      parent.base[0] = -Infinity;
      parent.maxSize = left.maxSize;
      parent.nids = left.nids;
      parent.kinds = left.kinds;
      parent.stale = true;
      left.parent = parent;
      left.slot = 0;
      this.root = parent;
      this.height += 1;
    }
    if (parent.n === this.#fan) {
      this.#splitInner(parent);
      parent = left.parent!;
    }
    const slot = left.slot + 1;
    parent.base.copyWithin(slot + 1, slot, parent.n);
    parent.base[slot] = key;
    parent.kids.splice(slot, 0, right);
    parent.n += 1;
    right.parent = parent;
    for (let i = slot; i < parent.n; i++) parent.kids[i]!.slot = i;
  }

  #splitInner(node: TreeNode): void {
    const right = new TreeNode(this.#fan, false);
    const keep = this.#fan / 2;
    right.base.set(node.base.subarray(keep));
    right.n = node.n - keep;
    node.n = keep;
    for (const kid of node.kids.splice(keep)) {
      kid.parent = right;
      kid.slot = right.kids.length;
      right.kids.push(kid);
    }
    const key = right.base[0]!;
    right.base[0] = -Infinity;
    this.#inherit(node, right);
    this.#addKid(node, right, key);
  }

  /** A leaf has become sparse: drops it if empty, else takes in its right sibling if there is room to spare. */
  #thin(leaf: TreeNode): void {
    if (leaf.n === 0) {
      const next = leaf.next;
      this.#drop(leaf);
      if (next !== null) {
        this.leaf = next;
        this.at = 0;
      } else {
        this.leaf = this.last;
        this.at = this.last.n;
      }
      return;
    }
    const right = leaf.next;
    if (right === null || right.parent !== leaf.parent || leaf.n + right.n > this.#leafRoom / 2) return;
    leaf.base.set(right.base.subarray(0, right.n), leaf.n);
    leaf.end.set(right.end.subarray(0, right.n), leaf.n);
    leaf.tag.set(right.tag.subarray(0, right.n), leaf.n);
    leaf.n += right.n;
    leaf.maxSize = Math.max(leaf.maxSize, right.maxSize);
    leaf.nids |= right.nids;
    leaf.kinds |= right.kinds;
    leaf.stale = true;
    this.#drop(right);
  }

  #drop(leaf: TreeNode): void {
    if (leaf.prev === null) this.first = leaf.next!;
    else leaf.prev.next = leaf.next;
    if (leaf.next === null) this.last = leaf.prev!;
    else leaf.next.prev = leaf.prev;
    let node = leaf;
    let parent = node.parent!;
    while (parent.n === 1) {
      node = parent;
      parent = node.parent!;
    }
    const slot = node.slot;
    markStale(parent);
    parent.kids.splice(slot, 1);
    parent.base.copyWithin(slot, slot + 1, parent.n);
    parent.base[0] = -Infinity;
    parent.n -= 1;
    for (let i = slot; i < parent.n; i++) parent.kids[i]!.slot = i;
    while (this.height > 0 && this.root.n === 1) {
      this.root = this.root.kids[0]!;
      this.root.parent = null;
      this.root.slot = 0;
      this.height -= 1;
    }
  }
}
