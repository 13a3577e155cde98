// Mirrors zone_spanned_pages_in_node and zone_absent_pages_in_node of mm/page_alloc.c (v6.1).
import { clamp } from '../lib/ranges.ts';
import { pfnDown, pfnUp, type Pfn } from '../lib/units.ts';
import type { BootContext } from './context.ts';
import { MEMBLOCK_MIRROR } from './memblock.ts';
import { ZONE_NAMES, ZONE_NAMES_32, type Zone, type ZoneName } from './mmzone.ts';
import { absentPagesInRange } from './pfn_ranges.ts';

/** The same index with 32 bits; Normal's is HighMem's there. */
export const MOVABLE = ZONE_NAMES.indexOf('Movable');
const NORMAL = ZONE_NAMES.indexOf('Normal');

/** All zones by index. */
export function zonesByIndex({ profile }: BootContext): readonly ZoneName[] {
  return profile.image.i386 ? ZONE_NAMES_32 : ZONE_NAMES;
}

/** The zones that the kernel was built with, in the order of their indices: DMA and Device are choices. */
export function zoneNames(ctx: BootContext): readonly ZoneName[] {
  const { config, rules } = ctx.profile;
  const device = rules.deviceZone && config.zoneDevice !== false;
  return zonesByIndex(ctx).filter(
    (name) => !(name === 'DMA' && config.zoneDma === false) && !(name === 'Device' && !device),
  );
}

/** Page frames [low, high) that a zone may hold on any node. */
export interface ZoneLimits {
  readonly low: Pfn[];
  readonly high: Pfn[];
}

/** The highest zone below Movable that has any page frames (find_usable_zone_for_movable). */
export function movableZoneIndex({ low, high }: ZoneLimits): number {
  for (let zone = NORMAL; zone > 0; zone--) if ((high[zone] as Pfn) > (low[zone] as Pfn)) return zone;
  return 0;
}

/** zone_spanned_pages_in_node and zone_absent_pages_in_node. */
export function sizeZone(
  ctx: BootContext,
  zone: Zone,
  index: number,
  node: { readonly startPfn: Pfn; readonly endPfn: Pfn },
  limits: ZoneLimits,
  movablePfn: Pfn | undefined,
  mirror: boolean,
): void {
  const low = limits.low[index] as Pfn;
  const high = limits.high[index] as Pfn;
  let start = clamp(node.startPfn, low, high);
  let end = clamp(node.endPfn, low, high);
  if (movablePfn !== undefined) {
    if (index === MOVABLE) {
      start = movablePfn;
      end = Math.min(node.endPfn, limits.high[movableZoneIndex(limits)] as Pfn);
    } else if (!mirror && start < movablePfn && end > movablePfn) end = movablePfn;
    else if (start >= movablePfn) start = end;
  }
  if (end < node.startPfn || start > node.endPfn) return;
  let absent = absentPagesInRange(ctx.memblock, zone.node, start, end);
  if (mirror && movablePfn !== undefined) absent += mirrorAbsent(ctx, index, start, end);
  const spanStart = Math.max(start, node.startPfn);
  const spanned = Math.min(end, node.endPfn) - spanStart;
  if (spanned <= 0) return;
  zone.zoneStartPfn = spanStart;
  zone.spannedPages = spanned;
  zone.presentPages = spanned - absent;
}

/** With kernelcore=mirror, mirrored pages are absent from Movable, and all others from Normal. */
function mirrorAbsent(ctx: BootContext, index: number, start: Pfn, end: Pfn): number {
  let absent = 0;
  for (const { base, size, flags } of ctx.memblock.memory.regions()) {
    const pages = clamp(pfnDown(base + size), start, end) - clamp(pfnUp(base), start, end);
    const mirrored = (flags & MEMBLOCK_MIRROR) !== 0;
    if ((index === MOVABLE && mirrored) || (index === NORMAL && !mirrored)) absent += pages;
  }
  return absent;
}
