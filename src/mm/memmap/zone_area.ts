// Mirrors struct zone's lock, counters and free_area (v6.1), in memory that all threads share.
import { Bug } from '../../lib/bug.ts';
import type { Pfn } from '../../lib/units.ts';
import { MAX_ORDER, MIGRATE_TYPES, freeListHeadAddress, initialPageFlags } from './layout.ts';
import { ZONE_BYTES, ZONE_FLOATS, ZONE_LOCK_BYTES } from './store.ts';
import type { MemmapShape, MemmapZone } from './store.ts';

/** Values of the lock word. */
const FREE = 0;
const HELD = 1;
const CONTENDED = 2;
/** Tries before a thread sleeps: the holder frees one page block, which takes well under a microsecond. */
const SPINS = 2000;

const MANAGED = 0;
const NR_FREE_PAGES = 1;
const NR_FREE = 2;
const HEADS = 16;
/** A list's end in `next` and `prev`: the head itself. */
export const LIST_HEAD = -1;

/** One zone's shared state, and what each thread computes for itself from the shape. */
export class ZoneArea {
  readonly zone: MemmapZone;
  readonly flagsLow: number;
  readonly flagsHigh: number;
  /** Kernel virtual address of free_area[0].free_list[0]. */
  readonly headsAddress: bigint;
  readonly #lock: Int32Array;
  readonly #floats: Float64Array;
  readonly #canSleep: boolean;
  readonly #headLow: readonly number[];
  readonly #headHigh: readonly number[];

  constructor(
    shape: MemmapShape,
    zone: MemmapZone,
    position: number,
    memory: SharedArrayBuffer | ArrayBuffer,
  ) {
    const at = position * ZONE_BYTES;
    this.zone = zone;
    this.#lock = new Int32Array(memory, at, ZONE_LOCK_BYTES / 4);
    this.#floats = new Float64Array(memory, at + ZONE_LOCK_BYTES, ZONE_FLOATS);
    this.#canSleep = memory instanceof ArrayBuffer === false;
    const flags = initialPageFlags(shape.layout, zone.index, zone.nid);
    this.flagsLow = Number(flags & 0xffffffffn);
    this.flagsHigh = Number(flags >> 32n);
    const addresses = Array.from({ length: MAX_ORDER * MIGRATE_TYPES }, (_, i) =>
      freeListHeadAddress(
        shape.layout,
        zone.pgdatAddress,
        zone.index,
        Math.floor(i / MIGRATE_TYPES),
        i % MIGRATE_TYPES,
      ),
    );
    this.headsAddress = addresses[0] ?? 0n;
    this.#headLow = addresses.map((a) => Number(a & 0xffffffffn));
    this.#headHigh = addresses.map((a) => Number(a >> 32n));
  }

  /** zone_init_free_lists(): all lists empty. Once, by the thread that allocated the memory. */
  initFreeLists(): void {
    this.#floats.fill(0);
    this.#floats.fill(LIST_HEAD, HEADS);
  }

  /** spin_lock(&zone->lock). A thread that finds it held for long sleeps until it is free. */
  lock(): void {
    for (let spin = 0; spin < SPINS; spin += 1) {
      if (Atomics.compareExchange(this.#lock, 0, FREE, HELD) === FREE) return;
    }
    if (!this.#canSleep) throw new Bug(`zone ${this.zone.name} is locked twice by its only thread`);
    while (Atomics.exchange(this.#lock, 0, CONTENDED) !== FREE) Atomics.wait(this.#lock, 0, CONTENDED);
  }

  /** spin_unlock(&zone->lock). */
  unlock(): void {
    if (Atomics.exchange(this.#lock, 0, FREE) === CONTENDED) Atomics.notify(this.#lock, 0);
  }

  /** zone_managed_pages(). The rest of this class is under the lock while several threads run. */
  get managedPages(): number {
    return this.#floats[MANAGED] ?? 0;
  }

  /** NR_FREE_PAGES of the zone. */
  get freePages(): number {
    return this.#floats[NR_FREE_PAGES] ?? 0;
  }

  /** free_area[order].nr_free. */
  nrFree(order: number): number {
    return this.#floats[NR_FREE + order] ?? 0;
  }

  /** Counts pages that went to the buddy allocator for the first time. */
  addManaged(pages: number): void {
    this.#floats[MANAGED] = this.managedPages + pages;
    this.#floats[NR_FREE_PAGES] = this.freePages + pages;
  }

  addNrFree(order: number, blocks: number): void {
    this.#floats[NR_FREE + order] = this.nrFree(order) + blocks;
  }

  /** The first and last block of a list (`list` is order * MIGRATE_TYPES + migratetype), LIST_HEAD where empty. */
  first(list: number): Pfn {
    return this.#floats[HEADS + 2 * list] ?? LIST_HEAD;
  }

  last(list: number): Pfn {
    return this.#floats[HEADS + 2 * list + 1] ?? LIST_HEAD;
  }

  setFirst(list: number, pfn: Pfn): void {
    this.#floats[HEADS + 2 * list] = pfn;
  }

  setLast(list: number, pfn: Pfn): void {
    this.#floats[HEADS + 2 * list + 1] = pfn;
  }

  /** Low and high word of a list head's kernel virtual address. */
  headLow(list: number): number {
    return this.#headLow[list] ?? 0;
  }

  headHigh(list: number): number {
    return this.#headHigh[list] ?? 0;
  }
}
