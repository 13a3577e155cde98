// The shape of a region tree: how its nodes hang together, split when full, and vanish when empty.
import { TreeNode, markStale } from './tree-node.ts';

/** Ranges in a leaf, and children of an inner node, at most. */
const LEAF = 64;
const FAN = 32;

/** Nodes and their links; RegionTree adds the ranges. */
export class TreeShape {
  root: TreeNode;
  /** Levels of inner nodes above the leaves. */
  height = 0;
  first: TreeNode;
  last: TreeNode;
  protected readonly leafRoom: number;
  readonly #fan: number;

  constructor(leafRoom = LEAF, fan = FAN) {
    this.leafRoom = leafRoom;
    this.#fan = fan;
    this.root = new TreeNode(leafRoom, true);
    this.first = this.root;
    this.last = this.root;
  }

  /** The node whose key in its parent is the lower bound of this node's bases; null where there is none. */
  #keyed(node: TreeNode): TreeNode | null {
    let n = node;
    while (n.parent !== null && n.slot === 0) n = n.parent;
    return n.parent === null ? null : n;
  }

  /** The lower bound of a node's bases that its tree keeps. */
  protected key(node: TreeNode): number {
    const keyed = this.#keyed(node);
    return keyed === null ? -Infinity : keyed.parent!.base[keyed.slot]!;
  }

  protected setKey(node: TreeNode, key: number): void {
    const keyed = this.#keyed(node);
    if (keyed !== null) keyed.parent!.base[keyed.slot] = key;
  }

  /** Moves a part of a full leaf into a new one after it: half, or nothing where a range comes at the end. */
  protected splitLeaf(leaf: TreeNode, at: number): TreeNode {
    const right = new TreeNode(this.leafRoom, true);
    // Ranges that arrive in ascending order leave full leaves behind.
    const room = this.leafRoom;
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

  /** Enters `right` after its left sibling, with the lower bound of its bases. */
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

  /** Takes the ranges of the leaf's right sibling in, where both together are sparse. */
  protected absorb(leaf: TreeNode): void {
    const right = leaf.next;
    if (right === null || right.parent !== leaf.parent || leaf.n + right.n > this.leafRoom / 2) return;
    leaf.base.set(right.base.subarray(0, right.n), leaf.n);
    leaf.end.set(right.end.subarray(0, right.n), leaf.n);
    leaf.tag.set(right.tag.subarray(0, right.n), leaf.n);
    leaf.n += right.n;
    leaf.maxSize = Math.max(leaf.maxSize, right.maxSize);
    leaf.nids |= right.nids;
    leaf.kinds |= right.kinds;
    leaf.stale = true;
    this.drop(right);
  }

  /** Takes an empty or copied leaf out of the tree, with the inner nodes that held nothing else. */
  protected drop(leaf: TreeNode): void {
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
