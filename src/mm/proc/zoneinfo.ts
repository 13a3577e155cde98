// Mirrors zoneinfo_show_print() in mm/vmstat.c (v6.1): /proc/zoneinfo as far as the end of deferred init decides it.
// Watermarks and protection are still 0 then: init_per_zone_wmark_min() is a later initcall. Event counters and per-CPU
// pagesets, which depend on what runs afterwards, are left out.
import type { Memmap } from '../memmap.ts';
import { MAX_NR_ZONES } from '../memmap/nodes.ts';
import { ZONE_NAMES } from '../mmzone.ts';
import type { ZoneArea } from '../memmap/zone_area.ts';

/** A block for each zone of each node that has any, empty zones included, as the kernel prints them. */
export function zoneinfo(memmap: Memmap): string {
  const { firstZone } = memmap.shape.layout;
  const nids = [...new Set(memmap.areas.map((area) => area.zone.nid))];
  return nids
    .flatMap((nid) =>
      ZONE_NAMES.slice(firstZone).map((name, position) => {
        const index = position + firstZone;
        const area = memmap.areas.find((a) => a.zone.nid === nid && a.zone.index === index);
        return `Node ${nid}, zone ${name.padStart(8)}\n${zoneBlock(area, MAX_NR_ZONES - firstZone)}`;
      }),
    )
    .join('');
}

function zoneBlock(area: ZoneArea | undefined, zones: number): string {
  const figures: [string, number][] = [
    ['boost', 0],
    ['min', 0],
    ['low', 0],
    ['high', 0],
    ['spanned', area?.zone.spannedPages ?? 0],
    ['present', area?.zone.presentPages ?? 0],
    ['managed', area?.managedPages ?? 0],
    ['cma', 0],
  ];
  const protection = Array<number>(zones).fill(0).join(', ');
  const head = [
    `  pages free     ${area?.freePages ?? 0}`,
    ...figures.map(([name, pages]) => `        ${name.padEnd(8)} ${pages}`),
    `        protection: (${protection})`,
  ];
  if (area !== undefined && area.zone.presentPages > 0) {
    head.push(
      `      nr_free_pages ${area.freePages}`,
      '  node_unreclaimable:  0',
      `  start_pfn:           ${area.zone.startPfn}`,
    );
  }
  return head.map((line) => line + '\n').join('');
}
