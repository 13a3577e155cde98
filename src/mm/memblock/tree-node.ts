// A node of a region tree, and its summary of the ranges below: upper bounds by which a search passes over subtrees.

const NO_ENDS = new Float64Array(0);
const NO_TAGS = new Int32Array(0);

/** A range's node id and flags in one integer. */
export function tagOf(nid: number, flags: number): number {
  return nid * 256 + flags;
}
export function nidOfTag(tag: number): number {
  return tag >> 8;
}
export function flagsOfTag(tag: number): number {
  return tag & 0xff;
}

/** The bit that a range of this tag sets in a node's summary of node ids; equal bits need not be equal ids. */
export function nidBit(nid: number): number {
  return 1 << (nid & 31);
}

/**
 * A leaf: `n` ranges, ascending. Or an inner node: `n` kids, and in `base` a key of each: its ranges begin there or
 * later, those of the kid before begin earlier. The first kid's key is -Infinity; what counts is its parent's.
 */
export class TreeNode {
  n = 0;
  readonly base: Float64Array;
  readonly end: Float64Array;
  readonly tag: Int32Array;
  readonly kids: TreeNode[] = [];
  parent: TreeNode | null = null;
  /** Place among the parent's kids. */
  slot = 0;
  /** Neighbours in the chain of leaves. */
  prev: TreeNode | null = null;
  next: TreeNode | null = null;
  /** No range below this node is larger; exact unless `stale`. */
  maxSize = 0;
  /** Node ids (nidBit) and flags (1 << flags) of the ranges below; may have more. */
  nids = 0;
  kinds = 0;
  stale = false;

  constructor(room: number, isLeaf: boolean) {
    this.base = new Float64Array(room);
    this.end = isLeaf ? new Float64Array(room) : NO_ENDS;
    this.tag = isLeaf ? new Int32Array(room) : NO_TAGS;
  }
}

/** Makes the summaries above a leaf hold for a range of this size and tag. */
export function grew(leaf: TreeNode, size: number, tag: number): void {
  const nids = nidBit(nidOfTag(tag));
  const kinds = 1 << flagsOfTag(tag);
  for (let node: TreeNode | null = leaf; node !== null; node = node.parent) {
    if (node.maxSize >= size && (node.nids & nids) !== 0 && (node.kinds & kinds) !== 0) return;
    if (node.maxSize < size) node.maxSize = size;
    node.nids |= nids;
    node.kinds |= kinds;
  }
}

/** Notes that a range of this size is no longer in the leaf. */
export function shrank(leaf: TreeNode, size: number): void {
  for (let node: TreeNode | null = leaf; node !== null; node = node.parent) {
    if (size < node.maxSize) return;
    node.stale = true;
  }
}

/** Notes that summaries may no longer be exact, from this node up. */
export function markStale(node: TreeNode): void {
  for (let n: TreeNode | null = node; n !== null; n = n.parent) n.stale = true;
}

/** Renews the summaries below a node that ranges have left. */
function renew(node: TreeNode): void {
  let maxSize = 0;
  let nids = 0;
  let kinds = 0;
  for (let i = 0; i < node.n; i++) {
    const kid = node.kids[i];
    if (kid === undefined) {
      const size = node.end[i]! - node.base[i]!;
      if (size > maxSize) maxSize = size;
      const tag = node.tag[i]!;
      nids |= nidBit(nidOfTag(tag));
      kinds |= 1 << flagsOfTag(tag);
      continue;
    }
    if (kid.stale) renew(kid);
    if (kid.maxSize > maxSize) maxSize = kid.maxSize;
    nids |= kid.nids;
    kinds |= kid.kinds;
  }
  node.maxSize = maxSize;
  node.nids = nids;
  node.kinds = kinds;
  node.stale = false;
}

/** Whether something below the node may fit. */
export function promises(node: TreeNode, size: number, nids: number, kinds: number): boolean {
  if (node.maxSize < size || (node.nids & nids) === 0 || (node.kinds & kinds) === 0) return false;
  if (!node.stale) return true;
  renew(node);
  return node.maxSize >= size && (node.nids & nids) !== 0 && (node.kinds & kinds) !== 0;
}
