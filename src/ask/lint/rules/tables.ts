// Firmware tables: where they stand, whether Linux can read them early.
import type { AcpiTableImage } from '../../../arch/x86/boot/params.ts';
import { hex, KiB, PAGE_SIZE } from '../../../lib/units.ts';
import { overlaps, rangeText, ramRanges, type Range } from '../ranges.ts';
import type { Hit, LintMachine, Rule } from '../types.ts';

/** NR_FIX_BTMAPS pages: what one early mapping holds (arch/x86/include/asm/fixmap.h). */
const EARLY_MAP = 64 * PAGE_SIZE;
/** Tables that are read before there is any other mapping. */
const READ_EARLY = ['APIC', 'SRAT', 'SLIT', 'HPET', 'FACP'];

export const TABLE_RULES: readonly Rule[] = [
  {
    id: 'rsdp-not-found',
    severity: 'error',
    why: 'The RSDP must be where the scan looks, or the loader must hand its address over.',
    source: 'ACPI 6.5, section 5.2.5.1; drivers/acpi/acpica/tbxfroot.c (v6.1), acpi_find_root_pointer',
    linux: 'finds no ACPI: one node, one CPU, unless an MP table tells more',
    since: '2.6.12',
    *check({ spec, found }) {
      if (spec.acpi !== null && found !== null && found.acpi === null)
        yield { message: `no RSDP found: the tables say ${hex(spec.acpi.rsdpAddress)}`, path: ['acpi'] };
    },
  },
  {
    id: 'acpi-broken',
    severity: 'error',
    why: 'A table whose length or sum is wrong cannot be trusted.',
    source: 'ACPI 6.5, sections 5.2.5 and 5.2.6; drivers/acpi/acpica/tbutils.c (v6.1)',
    linux: 'does not use it',
    since: '2.6.12',
    *check({ found }) {
      for (const message of found?.acpiProblems ?? []) yield { message, path: ['acpi'] };
    },
  },
  {
    id: 'acpi-in-ram',
    severity: 'warning',
    why: 'Tables belong into ACPI data (type 3), NVS or reserved memory: usable memory is anybody’s.',
    source: 'ACPI 6.5, section 15.4; drivers/acpi/tables.c (v6.1), acpi_reserve_initial_tables',
    linux: 'reserves them from 5.13 on; before, it might overwrite them',
    since: '5.13',
    *check(machine) {
      for (const table of tables(machine))
        yield* inRam(machine, spanOf(table), `the ACPI table ${table.signature}`);
    },
  },
  {
    id: 'rsdp-in-ram',
    severity: 'warning',
    why: 'The pointer to all ACPI tables must not be in memory that is handed out.',
    source: 'ACPI 6.5, section 5.2.5.1',
    linux: 'finds it early enough; a kernel that kexec starts need not',
    since: '2.6.12',
    *check(machine) {
      const acpi = machine.found?.acpi;
      if (acpi)
        yield* inRam(machine, { start: acpi.rsdpAddr, end: acpi.rsdpAddr + acpi.rsdp.length }, 'the RSDP');
    },
  },
  {
    id: 'mp-table-in-ram',
    severity: 'warning',
    why: 'The MP table must be in memory that the firmware keeps.',
    source: 'MultiProcessor Specification 1.4, chapter 4; arch/x86/kernel/mpparse.c (v6.1), smp_scan_config',
    linux: 'reserves it',
    since: '2.6.12',
    *check(machine) {
      const mp = machine.found?.mp;
      if (!mp) return;
      yield* inRam(
        machine,
        { start: mp.mpfAddress, end: mp.mpfAddress + mp.mpf.length },
        'the MP floating pointer',
        'mpTable',
      );
      if (mp.mpc)
        yield* inRam(
          machine,
          { start: mp.mpc.address, end: mp.mpc.address + mp.mpc.bytes.length },
          'the MP table',
          'mpTable',
        );
    },
  },
  {
    id: 'acpi-too-large-early',
    severity: 'error',
    why: 'What Linux reads before it has page tables of its own it maps in pieces of at most 256 KiB.',
    source: 'mm/early_ioremap.c (v6.1), __early_ioremap; NR_FIX_BTMAPS in arch/x86/include/asm/fixmap.h',
    linux: 'warns and does without the table',
    since: '2.6.29',
    *check(machine) {
      for (const table of tables(machine)) {
        const pages = Math.ceil(((table.address % PAGE_SIZE) + table.bytes.length) / PAGE_SIZE);
        if (READ_EARLY.includes(table.signature) && pages * PAGE_SIZE > EARLY_MAP)
          yield {
            ...spanOf(table),
            message: `${table.signature} at ${rangeText(spanOf(table))}: more than ${EARLY_MAP / KiB} KiB in whole pages`,
          };
      }
    },
  },
  {
    id: 'acpi-beyond-cpu',
    severity: 'error',
    why: 'A table above the CPU’s address bits cannot be read.',
    source: 'Intel SDM volume 3A, section 4.1.4; CPUID 0x80000008',
    linux: 'faults, or reads ones',
    since: '2.6.12',
    *check(machine) {
      const limit = 2 ** machine.spec.cpu.physBits;
      for (const table of tables(machine))
        if (spanOf(table).end > limit)
          yield {
            ...spanOf(table),
            message: `${table.signature} at ${hex(table.address)}, beyond ${machine.spec.cpu.physBits} address bits`,
          };
    },
  },
];

const tables = ({ found }: LintMachine): readonly AcpiTableImage[] => found?.acpi?.tables ?? [];

const spanOf = ({ address, bytes }: AcpiTableImage): Range => ({
  start: address,
  end: address + bytes.length,
});

function* inRam(machine: LintMachine, range: Range, what: string, key = 'acpi'): Generator<Hit> {
  if (ramRanges(machine).some((ram) => overlaps(ram, range)))
    yield { ...range, message: `${what} at ${rangeText(range)} stands in usable memory`, path: [key] };
}
