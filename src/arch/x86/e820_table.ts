// Mirrors the table operations of arch/x86/kernel/e820.c (v6.1): add, sanitise, update, remove, search, print.
import { u64 } from '../../lib/u64.ts';
import type { PhysAddr } from '../../lib/units.ts';
import { removeLine, tableLines, updateLine } from './e820_lines.ts';
import { clipped, rangeText, type E820Change, type U64 } from './e820_range.ts';
import { e820Texts, nomerge, type E820Texts } from './e820_texts.ts';

export * from './e820_texts.ts';

/** `size` bytes from `addr`, each below 2^64; a size of 0 is legal and holds nothing. */
interface Entry64 {
  addr: bigint;
  size: bigint;
  type: number;
}

/** An entry as numbers: exact below 2^53, which is more than x86 addresses; rounded above. */
export interface E820Entry {
  readonly addr: PhysAddr;
  readonly size: number;
  readonly type: number;
}

const endOf = ({ addr, size }: Entry64): bigint => u64(addr + size);

/** One boundary of an entry: where the set of types in force changes. */
interface ChangePoint {
  readonly addr: bigint;
  readonly entry: Entry64;
}

/** The kernel's memory map: entries in any order until `update()` sorts and separates them. */
export class E820Table {
  #list: Entry64[] = [];
  /** E820_MAX_ENTRIES; what does not fit is ignored with a message. */
  readonly maxEntries: number;
  readonly texts: E820Texts;
  /** Told of each change; copies have none. */
  onChange: ((change: E820Change) => void) | null = null;
  readonly #print: (text: string, level: number) => void;

  constructor(
    maxEntries: number,
    print: (text: string, level: number) => void,
    texts: E820Texts = e820Texts('usable'),
  ) {
    this.maxEntries = maxEntries;
    this.#print = print;
    this.texts = texts;
  }

  /** The entries as they stand now, and those with all 64 bits. */
  get entries(): readonly E820Entry[] {
    return this.#list.map(({ addr, size, type }) => ({ addr: Number(addr), size: Number(size), type }));
  }

  get entries64(): readonly Readonly<Entry64>[] {
    return this.#list;
  }

  clear(): void {
    this.#tell('clear', 0n, 2n ** 53n - 1n, null, null);
    this.#list = [];
  }

  /** A copy that later changes do not reach (e820_table_firmware, e820_table_kexec). */
  copy(): E820Table {
    const table = new E820Table(this.maxEntries, this.#print, this.texts);
    table.#list = this.#list.map((entry) => ({ ...entry }));
    return table;
  }

  /** Appends without looking at what is there (e820__range_add). */
  rangeAdd(addr: U64, size: U64, type: number): void {
    this.#tell('add', u64(addr), u64(u64(addr) + u64(size)), null, type);
    this.#append(addr, size, type);
  }

  #append(addr: U64, size: U64, type: number): void {
    const entry = { addr: u64(addr), size: u64(size), type };
    if (this.#list.length >= this.maxEntries) {
      this.#print(`${this.texts.full} ${rangeText(entry.addr, endOf(entry))}`, 3);
      return;
    }
    this.#list.push(entry);
  }

  /**
   * Sorts the map and removes overlaps; where entries overlap the highest type wins (e820__update_table).
   * Returns false and does nothing for a table of fewer than two entries, or with one that reaches 2^64.
   */
  update(): boolean {
    if (this.#list.length < 2 || this.#list.some((entry) => endOf(entry) < entry.addr)) return false;
    const points: ChangePoint[] = [];
    for (const entry of this.#list) {
      if (entry.size === 0n) continue;
      points.push({ addr: entry.addr, entry }, { addr: endOf(entry), entry });
    }
    const isEnd = (point: ChangePoint): number => (point.addr !== point.entry.addr ? 1 : 0);
    points.sort((a, b) => (a.addr < b.addr ? -1 : a.addr > b.addr ? 1 : isEnd(a) - isEnd(b)));
    this.#list = this.#sweep(points);
    return true;
  }

  /** Walks the change points from low to high and emits a new entry wherever the strongest type changes. */
  #sweep(points: readonly ChangePoint[]): Entry64[] {
    const result: Entry64[] = [];
    const active = new Set<Entry64>();
    let lastType = 0;
    let lastAddr = 0n;
    for (const point of points) {
      if (point.addr === point.entry.addr) active.add(point.entry);
      else active.delete(point.entry);
      let type = 0;
      for (const entry of active) type = Math.max(type, entry.type);
      if (type === lastType && !nomerge(type)) continue;
      if (lastType !== 0 && point.addr > lastAddr) {
        result.push({ addr: lastAddr, size: point.addr - lastAddr, type: lastType });
        if (result.length >= this.maxEntries) break;
      }
      if (type !== 0) lastAddr = point.addr;
      lastType = type;
    }
    return result;
  }

  /** Turns `oldType` into `newType` within a range (e820__range_update); returns the bytes changed. */
  rangeUpdate(from: U64, size: U64, oldType: number, newType: number): number {
    const [start, end] = clipped(from, size);
    this.#print(updateLine(start, end, oldType, newType, this.texts), 7);
    this.#tell('update', start, end, oldType, newType);
    return this.#carve(start, end, oldType, newType);
  }

  /** Takes a range out of the map; `oldType` null takes any type (e820__range_remove); returns the bytes removed. */
  rangeRemove(from: U64, size: U64, oldType: number | null): number {
    const [start, end] = clipped(from, size);
    this.#print(removeLine(start, end, oldType, this.texts), 7);
    this.#tell('remove', start, end, oldType, null);
    return this.#carve(start, end, oldType, null);
  }

  #tell(op: E820Change['op'], start: bigint, end: bigint, from: number | null, to: number | null): void {
    this.onChange?.({ op, start: Number(start), end: Number(end), from, to });
  }

  /** The common walk of update and remove: pieces of matching entries within [start, end) get `newType`, or go. */
  #carve(start: bigint, end: bigint, oldType: number | null, newType: number | null): number {
    let changed = 0n;
    // entries appended on the way are looked at too, as in the kernel: they lie outside the range or have the new type
    for (let i = 0; i < this.#list.length; i++) {
      const entry = this.#list[i] as Entry64;
      if (oldType !== null && entry.type !== oldType) continue;
      const entryEnd = endOf(entry);
      if (entry.addr >= start && entryEnd <= end) {
        changed += entry.size;
        if (newType !== null) entry.type = newType;
        else Object.assign(entry, { addr: 0n, size: 0n, type: 0 });
        continue;
      }
      if (entry.addr < start && entryEnd > end) {
        if (newType !== null) this.#append(start, end - start, newType);
        this.#append(end, entryEnd - end, entry.type);
        entry.size = start - entry.addr;
        changed += end - start;
        continue;
      }
      const pieceStart = start > entry.addr ? start : entry.addr;
      const pieceEnd = end < entryEnd ? end : entryEnd;
      if (pieceStart >= pieceEnd) continue;
      if (newType !== null) this.#append(pieceStart, pieceEnd - pieceStart, newType);
      changed += pieceEnd - pieceStart;
      entry.size -= pieceEnd - pieceStart;
      if (entry.addr >= pieceStart) entry.addr = pieceEnd;
    }
    return Number(changed);
  }

  /** Whether any byte of [start, end) has the type (e820__mapped_any). */
  mappedAny(start: U64, end: U64, type: number): boolean {
    return this.#list.some((e) => e.type === type && e.addr < end && endOf(e) > start);
  }

  /** Whether every byte of [start, end) has the type; needs a sorted table (e820__mapped_all). */
  mappedAll(start: U64, end: U64, type: number): boolean {
    for (const entry of this.#list) {
      if (entry.type !== type || entry.addr >= end || endOf(entry) <= start) continue;
      if (entry.addr <= start) start = endOf(entry);
      if (start >= end) return true;
    }
    return false;
  }

  /** One line an entry, as `who: [mem …] type`, and one for each gap where the version has them (e820__print_table). */
  printTable(who: string): void {
    for (const line of tableLines(who, this.#list, this.texts)) this.#print(line, 6);
  }
}
