// Changes of setup_arch and the firmware's map, oldest first.
import type { Change } from './change.ts';

export const SETUP_CHANGES: readonly Change[] = [
  {
    id: 'first-megabyte-whole',
    what: 'The first MiB is reserved whole once the trampoline is placed, BIOS areas and initrd before any RAM is known.',
    since: '5.13',
    patch: 'x86/setup: always reserve the first 1M of RAM (Mike Rapoport)',
    sees: 'one reserved region for the first MiB; less memory in zone DMA',
    sets: { firstMegabyte: 'whole' },
  },
  {
    id: 'unknown-options-told',
    what: 'Options that the kernel does not know and gives to init are printed.',
    since: '5.14',
    patch: 'init: print out unknown kernel parameters (Andrew Halaney)',
    sees: '`Unknown kernel command line parameters`',
    sets: { unknownOptions: 'told' },
  },
  {
    id: 'early-page-tables',
    what: 'Brk has room for page tables of four ranges instead of three.',
    since: '6.1',
    notIn: '5.10',
    patch: null,
    sees: 'a larger brk behind the kernel',
    sets: { earlyPageTables: 16 },
  },
  {
    id: 'efi-mmio-removed',
    what: 'Ranges that EFI calls mapped I/O leave the e820 map where they have at least 256 KiB.',
    since: '6.2',
    patch: 'efi/x86: Remove EfiMemoryMappedIO from E820 map (Bjorn Helgaas)',
    sees: '`efi: Remove memNN: MMIO range=[…]`, and another hole for PCI devices',
    sets: { efiMmio: 'removed' },
  },
  {
    id: 'cpu-local-masks',
    what: 'Bringing up CPUs needs one mask of its own instead of four.',
    since: '6.5',
    patch: 'x86/smpboot: Remove cpu_callin_mask, of the series for parallel CPU bring-up (Thomas Gleixner)',
    sees: 'three allocations less after the per-CPU areas',
    sets: { cpuLocalMasks: 1 },
  },
  {
    id: 'crashkernel-generic',
    what: 'crashkernel= is handled by code that all architectures share: it looks below 4 GiB from 0 on, then above.',
    since: '6.7',
    patch: 'x86: kdump: use generic interface to simplify crashkernel reservation code (Baoquan He)',
    sees: '`crashkernel reserved: 0x… - 0x… (N MB)`',
    sets: { crashkernel: 'generic' },
  },
  {
    id: 'cpu-topology',
    what: 'CPUs are counted by the new topology code.',
    since: '6.9',
    patch: 'x86/cpu/topology: Rework possible CPU management (Thomas Gleixner)',
    sees: '`CPU topo: Allowing N present CPUs plus M hotplug CPUs`',
    sets: { cpuLine: 'cpu-topo' },
  },
  {
    id: 'last-pfn-acpi',
    what: 'Memory ends after the last ACPI table too, so that the direct mapping covers it.',
    since: '6.12',
    notIn: '6.1',
    patch: null,
    sees: 'a higher `last_pfn` where ACPI tables lie above all RAM',
    sets: { lastPfn: 'ram-and-acpi' },
  },
  {
    id: 'nosave-by-gap',
    what: 'One nosave region for each gap between RAM, instead of one for each map entry.',
    since: '6.16',
    // the first release of each series in which it was seen
    stable: ['6.1.170', '6.12.43'],
    patch:
      'x86/e820: Fix handling of subpage regions when calculating nosave ranges in e820__register_nosave_regions() (Myrrh Periwinkle)',
    sees: 'fewer `Registered nosave memory` lines and allocations',
    sets: { nosaveRegions: 'by-gap' },
  },
  {
    id: 'efi-boot-services-at-the-end',
    what: "EFI's boot services memory comes back after deferred initialisation, when all struct pages are there.",
    since: '7.0',
    notIn: '6.18',
    // the first release of each series in which it was seen
    stable: ['6.1.176', '6.12.117', '6.19.14'],
    patch: 'x86/efi: defer freeing of boot services memory (Mike Rapoport)',
    sees: 'no `memblock_free_late: … efi_free_boot_services`; `Memory:` counts it as reserved',
    sets: { efiBootServices: 'freed-at-the-end' },
  },
  {
    id: 'e820-texts',
    what: 'The map is printed in other words, with its gaps.',
    since: '7.0',
    patch:
      'x86/boot/e820: Print gaps in the E820 table; Improve the e820_print_type() messages (Ingo Molnar)',
    sees: '`System RAM`, `device reserved`, `[gap a-b]`, `register RAM buffer resource`',
    sets: { e820Texts: 'system-ram' },
  },
  {
    id: 'e820-pci-gap',
    what: 'The hole for PCI devices is looked for upwards, and the one before the first entry counts.',
    since: '7.0',
    patch: 'x86/boot/e820: Change e820_search_gap() to search for the highest-address PCI gap (Ingo Molnar)',
    sees: '`[gap a-b] available for PCI devices`; of equal holes the highest',
    sets: { pciGap: 'upwards' },
  },
  {
    id: 'e820-single-entry',
    what: 'A map of one entry is taken; only an empty one makes the kernel ask older BIOS calls.',
    since: '7.0',
    patch:
      'x86/boot/e820: Simplify append_e820_table() and remove restriction on single-entry tables (Ingo Molnar)',
    sees: '`BIOS-e820` for tiny maps where it was `BIOS-88`',
    sets: { e820Least: 1 },
  },
];
