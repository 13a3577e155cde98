// Mirrors the table operations of arch/x86/kernel/e820.c (v6.1): add, sanitise, update, remove, search, print.
import { hex, type PhysAddr } from '../../lib/units.ts';
import {
  E820_TYPE_PRAM,
  E820_TYPE_SOFT_RESERVED,
  e820Texts,
  e820TypeText,
  type E820Texts,
} from './e820_texts.ts';

export * from './e820_texts.ts';

/** `size` bytes from `addr`; a size of 0 is legal and holds nothing. */
export interface E820Entry {
  addr: PhysAddr;
  size: number;
  type: number;
}

/** ULLONG_MAX as this model holds it: an end that no address reaches. Printed as the kernel prints 2^64 - 1. */
export const ADDRESS_SPACE_END = Number.POSITIVE_INFINITY;

/** A bound as %#010Lx prints it; `ADDRESS_SPACE_END` is 2^64 - 1. */
function hexBound(value: number): string {
  return value === ADDRESS_SPACE_END ? '0xffffffffffffffff' : hex(value, 8);
}

/** `[mem a-b]` with the last address, as e820's messages print a range. */
function rangeText(start: PhysAddr, end: PhysAddr): string {
  const last = end === ADDRESS_SPACE_END ? '0xfffffffffffffffe' : hexBound(end - 1);
  return `[mem ${hexBound(start)}-${last}]`;
}

/** Types that may mark distinct ranges and are never merged with a neighbour (e820_nomerge). */
function nomerge(type: number): boolean {
  return type === E820_TYPE_PRAM || type === E820_TYPE_SOFT_RESERVED;
}

/** One boundary of an entry: where the set of types in force changes. */
interface ChangePoint {
  readonly addr: PhysAddr;
  readonly entry: E820Entry;
}

/** The kernel's memory map: entries in any order until `update()` sorts and separates them. */
export class E820Table {
  entries: E820Entry[] = [];
  /** E820_MAX_ENTRIES; what does not fit is ignored with a message. */
  readonly maxEntries: number;
  readonly texts: E820Texts;
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

  /** A copy that later changes do not reach (e820_table_firmware, e820_table_kexec). */
  copy(): E820Table {
    const table = new E820Table(this.maxEntries, this.#print, this.texts);
    table.entries = this.entries.map((entry) => ({ ...entry }));
    return table;
  }

  /** Appends without looking at what is there (e820__range_add). */
  rangeAdd(addr: PhysAddr, size: number, type: number): void {
    if (this.entries.length >= this.maxEntries) {
      this.#print(`${this.texts.full} ${rangeText(addr, addr + size)}`, 3);
      return;
    }
    this.entries.push({ addr, size, type });
  }

  /**
   * Sorts the map and removes overlaps; where entries overlap the highest type wins (e820__update_table).
   * Returns false and does nothing for a table of fewer than two entries.
   */
  update(): boolean {
    if (this.entries.length < 2) return false;
    const points: ChangePoint[] = [];
    for (const entry of this.entries) {
      if (entry.size === 0) continue;
      points.push({ addr: entry.addr, entry }, { addr: entry.addr + entry.size, entry });
    }
    const isEnd = (point: ChangePoint): number => (point.addr !== point.entry.addr ? 1 : 0);
    points.sort((a, b) => a.addr - b.addr || isEnd(a) - isEnd(b));
    this.entries = this.#sweep(points);
    return true;
  }

  /** Walks the change points from low to high and emits a new entry wherever the strongest type changes. */
  #sweep(points: readonly ChangePoint[]): E820Entry[] {
    const result: E820Entry[] = [];
    const active = new Set<E820Entry>();
    let lastType = 0;
    let lastAddr = 0;
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
  rangeUpdate(start: PhysAddr, size: number, oldType: number, newType: number): number {
    const end = start + size;
    const change = `${e820TypeText(oldType, this.texts)} ==> ${e820TypeText(newType, this.texts)}`;
    this.#print(`e820: update ${rangeText(start, end)} ${change}`, 7);
    return this.#carve(start, end, oldType, newType);
  }

  /** Takes a range out of the map; `oldType` null takes any type (e820__range_remove); returns the bytes removed. */
  rangeRemove(start: PhysAddr, end: PhysAddr, oldType: number | null): number {
    const what = oldType === null ? '' : e820TypeText(oldType, this.texts);
    this.#print(`e820: remove ${rangeText(start, end)} ${what}`, 7);
    return this.#carve(start, end, oldType, null);
  }

  /** The common walk of update and remove: pieces of matching entries within [start, end) get `newType`, or go. */
  #carve(start: PhysAddr, end: PhysAddr, oldType: number | null, newType: number | null): number {
    let changed = 0;
    // entries appended on the way are looked at too, as in the kernel: they lie outside the range or have the new type
    for (let i = 0; i < this.entries.length; i++) {
      const entry = this.entries[i] as E820Entry;
      if (oldType !== null && entry.type !== oldType) continue;
      const entryEnd = entry.addr + entry.size;
      if (entry.addr >= start && entryEnd <= end) {
        changed += entry.size;
        if (newType !== null) entry.type = newType;
        else Object.assign(entry, { addr: 0, size: 0, type: 0 });
        continue;
      }
      if (entry.addr < start && entryEnd > end) {
        if (newType !== null) this.rangeAdd(start, end - start, newType);
        this.rangeAdd(end, entryEnd - end, entry.type);
        entry.size = start - entry.addr;
        changed += end - start;
        continue;
      }
      const pieceStart = Math.max(start, entry.addr);
      const pieceEnd = Math.min(end, entryEnd);
      if (pieceStart >= pieceEnd) continue;
      if (newType !== null) this.rangeAdd(pieceStart, pieceEnd - pieceStart, newType);
      changed += pieceEnd - pieceStart;
      entry.size -= pieceEnd - pieceStart;
      if (entry.addr >= pieceStart) entry.addr = pieceEnd;
    }
    return changed;
  }

  /** Whether any byte of [start, end) has the type (e820__mapped_any). */
  mappedAny(start: PhysAddr, end: PhysAddr, type: number): boolean {
    return this.entries.some((e) => e.type === type && e.addr < end && e.addr + e.size > start);
  }

  /** Whether every byte of [start, end) has the type; needs a sorted table (e820__mapped_all). */
  mappedAll(start: PhysAddr, end: PhysAddr, type: number): boolean {
    for (const entry of this.entries) {
      if (entry.type !== type || entry.addr >= end || entry.addr + entry.size <= start) continue;
      if (entry.addr <= start) start = entry.addr + entry.size;
      if (start >= end) return true;
    }
    return false;
  }

  /** One line an entry, as `who: [mem …] type`, and one for each gap where the version has them (e820__print_table). */
  printTable(who: string): void {
    const { beforeType, gaps } = this.texts;
    let previousEnd = 0;
    for (const { addr, size, type } of this.entries) {
      if (gaps && addr < previousEnd) this.#print('[Firmware Bug]: out of order E820 entry!', 6);
      if (gaps && addr > previousEnd)
        this.#print(`${who}: [gap ${hex(previousEnd, 16)}-${hex(addr - 1, 16)}]`, 6);
      const range = `[mem ${hex(addr, 16)}-${hex(addr + size - 1, 16)}]`;
      this.#print(`${who}: ${range}${beforeType}${e820TypeText(type, this.texts)}`, 6);
      previousEnd = addr + size;
    }
  }
}
