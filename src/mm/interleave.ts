// Mirrors numa_policy_init, interleave_nodes and alloc_pages_bulk_interleave of mm/mempolicy.c (v6.12): while the kernel starts,
// memory comes from one node after the other.
import { MiB, PAGE_SIZE, type Nid } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { memoryNodes } from './zonelist.ts';

/** Nodes smaller than this do not take part (numa_policy_init). */
const MIN_PAGES = (16 * MiB) / PAGE_SIZE;
/** vm_area_alloc_pages() asks for no more single pages in one go. */
const BULK_PAGES = 100;

/** Whose turn it is. */
export class Interleave {
  readonly #nodes: readonly Nid[];
  #next = 0;

  constructor(ctx: BootContext) {
    const nodes = memoryNodes(ctx);
    const large = nodes.filter((pgdat) => pgdat.nodePresentPages >= MIN_PAGES);
    const largest = nodes.reduce((a, b) => (b.nodePresentPages > a.nodePresentPages ? b : a));
    this.#nodes = (large.length > 0 ? large : [largest]).map((pgdat) => pgdat.nodeId);
  }

  /** The node whose turn it is; then it is the next one's. */
  next(): Nid {
    const node = this.#nodes[this.#next] as Nid;
    this.#next = (this.#next + 1) % this.#nodes.length;
    return node;
  }

  /** Single pages that one function asks for: how many of each request come from which node. Whose turn it is stays. */
  *bulk(pages: number): Generator<readonly [node: Nid, pages: number]> {
    const count = this.#nodes.length;
    for (let left = pages; left > 0; left -= BULK_PAGES) {
      const request = Math.min(left, BULK_PAGES);
      for (let i = 0; i < count; i++)
        yield [this.next(), Math.floor(request / count) + (i < request % count ? 1 : 0)];
    }
  }
}
