// Mirrors memmap_init, init_unavailable_range and defer_init of mm/page_alloc.c (v6.1): which struct pages are initialised at once.
import { alignUp } from '../lib/align.ts';
import { clamp } from '../lib/ranges.ts';
import { PAGES_PER_SECTION, type Nid, type Pfn } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { zoneNames } from './zone_size.ts';
import { pgdatEndPfn, zoneEndPfn, type Pgdat, type Zone } from './mmzone.ts';

/** The struct pages that are initialised at once, and the holes between them (memmap_init). */
export function memmapInit(ctx: BootContext): void {
  const defer = new DeferInit(ctx);
  const zonesOf = new Map(ctx.pgdats.map((pgdat) => [pgdat.nodeId, pgdat]));
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
      if (holePfn < start) initUnavailableRange(ctx, holePfn, start, zone.name, nid);
      holePfn = end;
    }
  }
  if (ctx.profile.image.i386) return; // flat memory has struct pages up to its end only
  const sectionEnd = alignUp(lastEnd, PAGES_PER_SECTION);
  if (holePfn < sectionEnd)
    initUnavailableRange(ctx, holePfn, sectionEnd, zoneOfHole?.name ?? zoneNames(ctx)[0] ?? 'DMA', lastNid);
}

/** Holes within present sections get reserved struct pages, and a line that counts them. */
function initUnavailableRange(ctx: BootContext, start: Pfn, end: Pfn, zone: string, nid: Nid): void {
  let count = ctx.profile.image.i386 ? end - start : 0;
  for (const sections of ctx.presentSections) {
    const from = Math.max(start, sections.start * PAGES_PER_SECTION);
    count += Math.max(0, Math.min(end, sections.end * PAGES_PER_SECTION) - from);
  }
  if (count > 0) ctx.printk.info(`On node ${nid}, zone ${zone}: ${count} pages in unavailable ranges`);
}

/** defer_init: where a node's struct pages stop being initialised early. */
class DeferInit {
  readonly #disabled: boolean;
  readonly #lastZoneOnly: boolean;
  #prevEndPfn: Pfn = 0;
  #nrInitialised = 0;

  constructor(ctx: BootContext) {
    const { deferredStructPageInit } = ctx.profile.config;
    this.#disabled = deferredStructPageInit === false || ctx.params.has('early_page_ext');
    this.#lastZoneOnly = ctx.profile.rules.deferCounter === 'last-zone';
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
    const first = alignUp(start + Math.max(PAGES_PER_SECTION - this.#nrInitialised, 0), PAGES_PER_SECTION);
    if (first < end) pgdat.firstDeferredPfn = first;
    else this.#nrInitialised += end - start;
  }
}
