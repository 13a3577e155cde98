// Mirrors memmap_init, init_unavailable_range and defer_init of mm/page_alloc.c (v6.1): which struct pages are initialised at once.
import { alignUp } from '../lib/align.ts';
import { clamp } from '../lib/ranges.ts';
import { GiB, PAGE_SIZE, PAGES_PER_SECTION, pfnUp, type Nid, type Pfn } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { zoneNames } from './zone_size.ts';
import { pgdatEndPfn, zoneEndPfn, type Pgdat, type Zone } from './mmzone.ts';

/** A zone that begins below this holds what is before all memory, too. */
const FIRST_ZONE_END: Pfn = 256;

/** The struct pages that are initialised at once, and the holes between them (memmap_init). */
export function memmapInit(ctx: BootContext): void {
  const defer = new DeferInit(ctx);
  const zonesOf = new Map(ctx.pgdats.map((pgdat) => [pgdat.nodeId, pgdat]));
  const byRange = ctx.profile.rules.unavailableLine === 'by-range';
  const unavailable = (start: Pfn, end: Pfn, zone: string, nid: Nid): void => {
    const count = byRange ? pagesInSections(ctx, start, end) : 0;
    if (count > 0) ctx.printk.info(`On node ${nid}, zone ${zone}: ${count} pages in unavailable ranges`);
  };
  let holePfn = 0;
  let zoneOfHole: Zone | undefined;
  let lastEnd = 0;
  let lastNid = 0;
  for (const { startPfn, endPfn, nid } of ctx.memblock.forEachMemPfnRange()) {
    const pgdat = zonesOf.get(nid);
    lastEnd = endPfn;
    lastNid = nid;
    for (const zone of pgdat?.zones ?? []) {
      if (zone.presentPages === 0) continue;
      zoneOfHole = zone;
      const start = clamp(startPfn, zone.zoneStartPfn, zoneEndPfn(zone));
      const end = clamp(endPfn, zone.zoneStartPfn, zoneEndPfn(zone));
      if (start >= end) continue;
      if (pgdat) defer.initRange(pgdat, zone, start, end);
      if (holePfn < start) unavailable(holePfn, start, zone.name, nid);
      holePfn = end;
    }
  }
  if (ctx.profile.image.i386) return; // flat memory has struct pages up to its end only
  const sectionEnd = alignUp(lastEnd, PAGES_PER_SECTION);
  if (holePfn < sectionEnd)
    unavailable(holePfn, sectionEnd, zoneOfHole?.name ?? zoneNames(ctx)[0] ?? 'DMA', lastNid);
}

/** Pages of [start, end) that lie in present sections: holes among them get reserved struct pages (init_unavailable_range). */
function pagesInSections(ctx: BootContext, start: Pfn, end: Pfn): number {
  let count = ctx.profile.image.i386 ? end - start : 0;
  for (const sections of ctx.presentSections) {
    const from = Math.max(start, sections.start * PAGES_PER_SECTION);
    count += Math.max(0, Math.min(end, sections.end * PAGES_PER_SECTION) - from);
  }
  return count;
}

/** The holes of all memory in one number (init_unavailable_mem, 5.0 to 5.11). */
export function printUnavailableTotal(ctx: BootContext, withSectionEnd: boolean): void {
  const end = pfnUp(ctx.memblock.endOfDRAM());
  const count = holesWithin(ctx, 0, withSectionEnd ? alignUp(ctx.maxPfn, PAGES_PER_SECTION) : end);
  if (count > 0) ctx.printk.info(`Zeroed struct page in unavailable ranges: ${count} pages`);
}

/** The holes of one zone, up to the end of its last section (memmap_init_zone of stable 5.4). */
export function printUnavailableOf(ctx: BootContext, zone: Zone): void {
  const first = zone.zoneStartPfn <= FIRST_ZONE_END ? 0 : zone.zoneStartPfn;
  const end = zoneEndPfn(zone);
  // what the next zone has in the last section counts as a hole here
  const behind = pagesInSections(ctx, end, alignUp(end, PAGES_PER_SECTION));
  const count = holesWithin(ctx, first, end) + behind;
  if (count > 0) ctx.printk.info(`  ${zone.name} zone: ${count} pages in unavailable ranges`);
}

function holesWithin(ctx: BootContext, start: Pfn, end: Pfn): number {
  let count = pagesInSections(ctx, start, end);
  for (const range of ctx.memblock.forEachMemPfnRange())
    count -= Math.max(0, Math.min(range.endPfn, end) - Math.max(range.startPfn, start));
  return count;
}

const STATIC_PAGES = (2 * GiB) / PAGE_SIZE;

/** defer_init: where a node's struct pages stop being initialised early. */
class DeferInit {
  readonly #disabled: boolean;
  readonly #lastZoneOnly: boolean;
  readonly #static: boolean;
  #prevEndPfn: Pfn = 0;
  #nrInitialised = 0;

  constructor(ctx: BootContext) {
    const { deferredStructPageInit } = ctx.profile.config;
    this.#disabled = deferredStructPageInit === false || ctx.params.has('early_page_ext');
    this.#static = ctx.profile.rules.deferAfter === 'static';
    this.#lastZoneOnly = ctx.profile.rules.deferCounter === 'last-zone';
  }

  /** How many pages of a node are initialised early (static_init_pgcnt, to 4.16; a section's after). */
  #early(pgdat: Pgdat): number {
    return this.#static
      ? Math.max(STATIC_PAGES, Math.floor(pgdat.nodeSpannedPages / 256))
      : PAGES_PER_SECTION;
  }

  /** Counts the pages of [start, end), and sets the node's firstDeferredPfn where the count stops. */
  initRange(pgdat: Pgdat, zone: Zone, start: Pfn, end: Pfn): void {
    const zoneEnd = zoneEndPfn(zone);
    if (this.#disabled) return;
    const early = zoneEnd < pgdatEndPfn(pgdat) || pgdat.firstDeferredPfn !== null;
    if (this.#lastZoneOnly && early) return;
    if (this.#prevEndPfn !== zoneEnd) {
      this.#prevEndPfn = zoneEnd;
      this.#nrInitialised = 0;
    }
    if (early) return;
    // the first section boundary at which more than one section's pages have been counted, itself included
    const first = alignUp(start + Math.max(this.#early(pgdat) - this.#nrInitialised, 0), PAGES_PER_SECTION);
    if (first < end) pgdat.firstDeferredPfn = first;
    else this.#nrInitialised += end - start;
  }
}
