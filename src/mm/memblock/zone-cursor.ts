// Mirrors __next_mem_pfn_range_in_zone() of mm/memblock.c (v6.1): the whole free pages of a zone.
import { pfnDown, pfnUp } from '../../lib/units.ts';
import type { RangeCursor } from './cursor.ts';

/** The part of struct zone (mmzone.ts) that walking its free memory needs. */
export interface ZoneSpan {
  readonly node: number;
  readonly zoneStartPfn: number;
  readonly spannedPages: number;
}

/**
 * __next_mem_pfn_range_in_zone(): the whole free pages of a zone from `firstPfn` on, in ascending order. After next()
 * returned true, spfn and epfn hold the range; after false, `done` is true and they are 0.
 */
export class ZoneCursor {
  spfn = 0;
  epfn = 0;
  done = false;
  readonly #ranges: RangeCursor;
  readonly #startPfn: number;
  readonly #endPfn: number;

  constructor(ranges: RangeCursor, zone: ZoneSpan, firstPfn: number) {
    this.#ranges = ranges;
    this.#startPfn = Math.max(zone.zoneStartPfn, firstPfn);
    this.#endPfn = zone.zoneStartPfn + zone.spannedPages;
  }

  next(): boolean {
    while (!this.done && this.#ranges.next()) {
      const spfn = pfnUp(this.#ranges.start);
      const epfn = pfnDown(this.#ranges.end);
      if (this.#startPfn >= epfn || spfn >= epfn) continue;
      if (this.#endPfn <= spfn) break;
      this.spfn = Math.max(this.#startPfn, spfn);
      this.epfn = Math.min(this.#endPfn, epfn);
      return true;
    }
    this.done = true;
    this.spfn = 0;
    this.epfn = 0;
    return false;
  }
}
