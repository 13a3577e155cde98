// Windows of devices: where the map leaves none below 4 GiB, and where it puts memory into one.
import { findTable, u32, u8 } from '../../../arch/x86/acpi_tables.ts';
import { GiB, hex, MiB, PAGE_SIZE } from '../../../lib/units.ts';
import { without } from '../../../lib/spans.ts';
import { common, mapPath, overlaps, rangeText, usable, type Range } from '../ranges.ts';
import type { LintMachine, Rule } from '../types.ts';

/** Registers that no board puts elsewhere (ACPI 6.5, 5.2.12; Intel SDM 3A, 11.4.1): IO-APIC, HPET, local APIC. */
const DEVICES: readonly (Range & { readonly what: string })[] = [
  { start: 0xfec00000, end: 0xfec01000, what: 'the IO-APIC' },
  { start: 0xfed00000, end: 0xfed00400, what: 'the HPET' },
  { start: 0xfee00000, end: 0xfee00000 + PAGE_SIZE, what: 'the local APICs' },
];
/** Below it the kernel looks for no gap (e820_search_gap). */
const LEAST_GAP = 4 * MiB;
/** Offset of the first entry of an MCFG, its size, and what one bus takes. */
const MCFG_ENTRIES = 44;
const MCFG_ENTRY_SIZE = 16;
const BUS_SIZE = MiB;

export const WINDOW_RULES: readonly Rule[] = [
  {
    id: 'no-pci-window',
    severity: 'error',
    why: 'Devices without an address get one in a gap of the map below 4 GiB.',
    source: 'arch/x86/kernel/e820.c (v6.1), e820__setup_pci_gap',
    linux: 'prints "Cannot find an available gap in the 32-bit address range", and 32-bit BARs find no room',
    since: '2.6.12',
    *check(machine) {
      const taken = [...machine.entries].sort((a, b) => a.start - b.start);
      const gaps = without(0, 4 * GiB, taken);
      const largest = gaps.reduce((most, { start, end }) => Math.max(most, end - start), 0);
      if (largest < LEAST_GAP)
        yield {
          message: `no gap of ${LEAST_GAP / MiB} MiB below 4 GiB: the largest has ${hex(largest)} bytes`,
          path: ['map'],
        };
    },
  },
  {
    id: 'ram-over-device',
    severity: 'error',
    why: 'Memory and the registers of a device cannot have one address.',
    source: 'ACPI 6.5, section 15.4; Intel SDM volume 3A, section 11.4.1',
    linux: 'hands the pages out, and reads a device where it wrote memory',
    since: '2.6.12',
    *check(machine) {
      for (const entry of usable(machine))
        for (const { what, ...range } of DEVICES)
          if (overlaps(entry, range))
            yield {
              ...common(entry, range),
              message: `usable ${rangeText(entry)} covers ${what} at ${hex(range.start)}`,
              path: mapPath(entry),
            };
    },
  },
  {
    id: 'ram-over-pci-config',
    severity: 'error',
    why: 'The window for PCI configuration (MCFG) is no memory.',
    source: 'PCI Firmware 3.3, section 4.1.2; arch/x86/pci/mmconfig-shared.c (v6.1)',
    linux: 'does not use the window, or overwrites configuration registers',
    since: '2.6.14',
    *check(machine) {
      for (const window of configWindows(machine))
        for (const entry of usable(machine))
          if (overlaps(entry, window))
            yield {
              ...common(entry, window),
              message: `usable ${rangeText(entry)} covers the PCI configuration window ${rangeText(window)}`,
              path: mapPath(entry),
            };
    },
  },
  {
    id: 'entry-across-4g',
    severity: 'warning',
    why: 'An entry that crosses 4 GiB covers every window below it.',
    source: 'arch/x86/kernel/e820.c (v6.1), e820_end_pfn; ACPI 6.5, section 15.4',
    linux: 'takes it as it is',
    since: '2.6.12',
    *check({ entries }) {
      for (const entry of entries)
        if (entry.start < 4 * GiB && entry.end > 4 * GiB)
          yield {
            start: entry.start,
            end: entry.end,
            message: `entry ${entry.index} (${rangeText(entry)}) crosses 4 GiB`,
            path: mapPath(entry),
          };
    },
  },
];

/** The windows that the MCFG tells of; none where its contents are not known. */
function configWindows({ found, tablesAreReal }: LintMachine): Range[] {
  const mcfg = found?.acpi && tablesAreReal ? findTable(found.acpi, 'MCFG') : null;
  const windows: Range[] = [];
  if (mcfg === null) return windows;
  for (let at = MCFG_ENTRIES; at + MCFG_ENTRY_SIZE <= mcfg.length; at += MCFG_ENTRY_SIZE) {
    const base = u32(mcfg, at) + u32(mcfg, at + 4) * 2 ** 32;
    const [first, last] = [u8(mcfg, at + 10), u8(mcfg, at + 11)];
    if (base > 0 && last >= first)
      windows.push({ start: base + first * BUS_SIZE, end: base + (last + 1) * BUS_SIZE });
  }
  return windows;
}
