// Mirrors e820__setup_pci_gap and e820_search_gap of arch/x86/kernel/e820.c (v6.1, and v7.0 where a rule says so).
import { GiB, hex, MiB, PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { e820Prefix } from './e820_texts.ts';
import type { X86State } from './state.ts';

/** The biggest gap below 4 GiB, for PCI devices without an address (e820__setup_pci_gap). */
export function e820SetupPciGap(x86: X86State): void {
  const { printk, profile } = x86.ctx;
  const upwards = profile.rules.pciGap === 'upwards';
  const gap = upwards ? searchGapUpwards(x86) : searchGapDownwards(x86);
  const size = gap?.size ?? LEAST_GAP;
  const start = gap?.start ?? x86.ctx.maxPfn * PAGE_SIZE + MiB;
  if (gap === null) {
    printk.print('Cannot find an available gap in the 32-bit address range', 3);
    printk.print('PCI devices with unassigned 32-bit BARs may not work!', 3);
  }
  const what = upwards ? 'gap' : 'mem';
  const { e820Lines } = profile.rules;
  printk.info(
    e820Lines === 'start-end'
      ? `Allocating PCI resources starting at ${bare(start)} (gap: ${bare(start)}:${bare(size)})`
      : `${e820Prefix(e820Lines)}[${what} ${hex(start, 8)}-${hex(start + size - 1, 8)}] available for PCI devices`,
  );
}

const bare = (value: number): string => value.toString(16).padStart(8, '0');

/** Smaller holes are not looked at. */
const LEAST_GAP = 4 * MiB;

interface Gap {
  readonly start: PhysAddr;
  readonly size: number;
}

/** Of the holes before, between and after the entries, in their order, the last of the largest. */
function searchGapUpwards({ e820 }: X86State): Gap | null {
  let best: Gap | null = null;
  const consider = (start: PhysAddr, end: PhysAddr): void => {
    const size = Math.min(end, 4 * GiB) - start;
    if (end > start && start < 4 * GiB && size >= (best?.size ?? LEAST_GAP)) best = { start, size };
  };
  let previousEnd = 0;
  for (const { addr, size } of e820.entries) {
    consider(previousEnd, addr);
    previousEnd = addr + size;
  }
  consider(previousEnd, 4 * GiB);
  return best;
}

/** From the last entry down, the lowest of the largest; what lies below the first entry is none. */
function searchGapDownwards(x86: X86State): Gap | null {
  let gapSize = LEAST_GAP;
  let gapStart = 0;
  let found = false;
  let last = 4 * GiB;
  for (let i = x86.e820.entries.length - 1; i >= 0; i--) {
    const { addr, size } = x86.e820.entries[i] as { addr: number; size: number };
    const end = addr + size;
    if (last > end && last - end >= gapSize) {
      gapSize = last - end;
      gapStart = end;
      found = true;
    }
    last = Math.min(last, addr);
  }
  return found ? { start: gapStart, size: gapSize } : null;
}
