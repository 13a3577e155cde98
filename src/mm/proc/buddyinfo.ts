// Mirrors frag_show() in mm/vmstat.c (v6.1): /proc/buddyinfo, at whatever moment the memmap is in.
import type { Memmap } from '../memmap.ts';
import { MAX_ORDER } from '../memmap/layout.ts';

/** A line for each populated zone: its free blocks by order. */
export function buddyinfo(memmap: Memmap): string {
  const orders = Array.from({ length: MAX_ORDER }, (_, order) => order);
  return memmap.areas
    .filter((area) => area.zone.presentPages > 0)
    .map((area) => {
      const free = orders.map((order) => `${String(area.nrFree(order)).padStart(6)} `).join('');
      return `Node ${area.zone.nid}, zone ${area.zone.name.padStart(8)} ${free}\n`;
    })
    .join('');
}
