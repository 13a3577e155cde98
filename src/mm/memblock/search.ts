// Mirrors memblock_find_in_range_node() and its callers in mm/memblock.c (v6.1): the search for free memory.
import { MemblockCore } from './core.ts';
import { RangeCursor } from './cursor.ts';
import { findBottomUp, findTopDown } from './find.ts';
import { FreeIndex } from './free-index.ts';
import { pa } from './log.ts';
import type { Selection } from './selection.ts';
import {
  MEMBLOCK_ALLOC_ACCESSIBLE,
  MEMBLOCK_ALLOC_NOLEAKTRACE,
  MEMBLOCK_KHO_SCRATCH,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NONE,
} from './types.ts';

/** Regions in both tables together from which an index of free ranges pays. */
const INDEX_FROM = 256;

/** Finds free memory; nothing is taken. */
export abstract class MemblockSearch extends MemblockCore {
  protected systemHasSomeMirror = false;
  #index: FreeIndex | null = null;

  #khoScratchOnly = false;

  /** memblock_set_kho_scratch_only() and its opposite (6.16): until memblock_free_all() a kernel that was handed over to takes no other. */
  setKhoScratchOnly(only: boolean): void {
    this.#khoScratchOnly = only;
  }

  /** choose_memblock_flags(): scratch memory of KHO where nothing else may be used, else mirrored memory where there is some. */
  protected chooseFlags(): number {
    if (this.#khoScratchOnly) return MEMBLOCK_KHO_SCRATCH;
    return this.systemHasSomeMirror ? MEMBLOCK_MIRROR : MEMBLOCK_NONE;
  }

  protected warnMirror(size: number): void {
    this.say(`Could not allocate ${pa(size)} bytes of mirrored memory`);
  }

  /** memblock_find_in_range(): free memory of any node, mirrored first. Returns an address, or 0. */
  findInRange(start: number, end: number, size: number, align: number): number {
    let flags = this.chooseFlags();
    for (;;) {
      const found = this.findInRangeNode(size, align, start, end, -1, flags);
      if (found || !(flags & MEMBLOCK_MIRROR)) return found;
      this.warnMirror(size);
      flags &= ~MEMBLOCK_MIRROR;
    }
  }

  /** memblock_find_in_range_node(): never in the first page. `align` is a power of two. */
  findInRangeNode(
    size: number,
    align: number,
    start: number,
    end: number,
    nid: number,
    flags: number,
  ): number {
    let high = end;
    if (end === MEMBLOCK_ALLOC_ACCESSIBLE || end === MEMBLOCK_ALLOC_NOLEAKTRACE) high = this.currentLimit;
    const low = Math.max(start, this.pageSize);
    high = Math.max(low, high);
    const sel = { nid, flags: flags | this.alsoFlags, movableNode: this.movableNode };
    if (size <= 0) return this.#findNothing(align, low, high, sel);
    const wanted = { size, align, low, high, sel };
    const index = this.#freeIndex();
    if (index !== null && !(flags & MEMBLOCK_KHO_SCRATCH))
      return this.bottomUp ? index.findBottomUp(wanted) : index.findTopDown(wanted);
    const find = this.bottomUp ? findBottomUp : findTopDown;
    return find(this.memory.tree, this.reserved.tree, wanted);
  }

  /** Where 0 bytes fit: the kernel then looks at bounds of free ranges, clamped. */
  #findNothing(align: number, low: number, high: number, sel: Selection): number {
    const free = new RangeCursor(this.memory.tree, this.reserved.tree, sel, !this.bottomUp);
    while (free.next()) {
      const from = Math.min(Math.max(free.start, low), high);
      const to = Math.min(Math.max(free.end, low), high);
      const at = (this.bottomUp ? Math.ceil(from / align) : Math.floor(to / align)) * align;
      if (this.bottomUp ? at < to : at >= from) return at;
    }
    return 0;
  }

  /** The index of free ranges where the tables are large enough to need one, else null. */
  #freeIndex(): FreeIndex | null {
    const regions = this.memory.tree.count + this.reserved.tree.count;
    if (this.#index === null && regions > INDEX_FROM)
      this.#setIndex(new FreeIndex(this.memory.tree, this.reserved.tree));
    else if (this.#index !== null && regions < INDEX_FROM / 2) this.#setIndex(null);
    return this.#index;
  }

  /** Keeps `index` in step with the tables from now on. */
  #setIndex(index: FreeIndex | null): void {
    this.#index = index;
    const reshaped = (): void => this.#setIndex(null);
    const changed = (base: number, end: number): void => index?.refresh(base, end);
    const taken = (base: number, end: number): void => index?.take(base, end);
    const given = (base: number, end: number): void => index?.give(base, end);
    this.memory.listener = index && { added: changed, removed: changed, retagged: changed, reshaped };
    this.reserved.listener = index && { added: taken, removed: given, retagged: () => undefined, reshaped };
  }
}
