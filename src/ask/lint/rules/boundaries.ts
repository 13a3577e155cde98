// Where usable memory begins and ends: the first megabyte, pages, sections, memory blocks, pmem.
import {
  E820_TYPE_PMEM,
  E820_TYPE_PRAM,
  E820_TYPE_RAM,
  E820_TYPE_SOFT_RESERVED,
} from '../../../arch/x86/e820_table.ts';
import { GiB, KiB, MiB, PAGE_SIZE, SECTION_SIZE } from '../../../lib/units.ts';
import { common, mapPath, overlaps, ramRanges, rangeText, usable } from '../ranges.ts';
import type { Hit, LintEntry, LintMachine, Rule } from '../types.ts';

const BIOS_AREA = { start: 640 * KiB, end: MiB };
/** The last KiB below 640 KiB, where a BIOS keeps its extended data area at least. */
const EBDA = { start: 639 * KiB, end: 640 * KiB };
const STRUCT_PAGE_SIZE = 64;
/** Smaller tails are not worth a word: 4 MiB of holes cost 64 KiB of struct pages. */
const LEAST_TAIL = 4 * MiB;
const SUBSECTION_SIZE = 2 * MiB;
const PMEM_TYPES = [E820_TYPE_PMEM, E820_TYPE_PRAM];

export const BOUNDARY_RULES: readonly Rule[] = [
  {
    id: 'ram-in-bios-area',
    severity: 'warning',
    why: 'Between 640 KiB and 1 MiB a PC has video memory and its BIOS.',
    source: 'arch/x86/kernel/setup.c (v6.1), trim_bios_range; ACPI 6.5, section 15.4',
    linux: 'takes it out of the map',
    since: '2.6.34',
    *check(machine) {
      for (const entry of usable(machine))
        if (overlaps(entry, BIOS_AREA))
          yield {
            ...common(entry, BIOS_AREA),
            message: `usable memory in the BIOS area: ${rangeText(common(entry, BIOS_AREA))}`,
            path: mapPath(entry),
          };
    },
  },
  {
    id: 'ebda-usable',
    severity: 'warning',
    why: 'The last KiB below 640 KiB is the BIOS’s extended data area, and its SMI code may write to it.',
    source: 'arch/x86/kernel/ebda.c (v6.1), reserve_bios_regions; ACPI 6.5, section 15.4',
    linux: 'reserves what the word at 0x40E says, and from 5.13 on all of the first megabyte',
    since: '2.6.25',
    *check(machine) {
      if (machine.spec.efi !== null) return;
      for (const entry of usable(machine))
        if (overlaps(entry, EBDA))
          yield {
            ...common(entry, EBDA),
            message: 'the map has the last KiB below 640 KiB as usable',
            path: mapPath(entry),
          };
    },
  },
  {
    id: 'ram-off-page',
    severity: 'note',
    why: 'Memory comes in pages of 4 KiB.',
    source: 'mm/memblock.c (v6.1), memblock_trim_memory',
    linux: 'does not use the part of a page',
    since: '3.7',
    *check(machine) {
      for (const entry of usable(machine)) {
        if (entry.end <= MiB) continue;
        const lost = (entry.end % PAGE_SIZE) + ((PAGE_SIZE - (entry.start % PAGE_SIZE)) % PAGE_SIZE);
        if (lost > 0)
          yield {
            start: entry.start,
            end: entry.end,
            message: `usable ${rangeText(entry)} loses ${lost} bytes: it does not begin and end on a page`,
            path: mapPath(entry),
          };
      }
    },
  },
  {
    id: 'section-tail',
    severity: 'note',
    why: 'Struct pages come for whole sections of 128 MiB: holes in them have some, too.',
    source: 'mm/sparse.c (v6.1), sparse_init_nid; arch/x86/include/asm/sparsemem.h',
    linux: 'allocates 2 MiB of struct pages for each section with memory in it',
    since: '2.6.24',
    check: sectionTails,
  },
  {
    id: 'block-tail',
    severity: 'note',
    why: 'A memory block with a hole in it can never be taken offline.',
    source: 'arch/x86/mm/init_64.c (v6.1), probe_memory_block_size; mm/memory_hotplug.c, offline_pages',
    linux: 'refuses to take such a block offline',
    since: '5.5',
    check: blockTails,
  },
  {
    id: 'pmem-align',
    severity: 'warning',
    why: 'Persistent memory is mapped in units of 2 MiB (a subsection of struct pages).',
    source: 'mm/memremap.c and drivers/nvdimm/pfn_devs.c (v6.1); SUBSECTION_SIZE in include/linux/mmzone.h',
    linux: 'pads and loses the ends, or refuses the namespace',
    since: '5.3',
    *check({ entries }) {
      for (const entry of entries)
        if (PMEM_TYPES.includes(entry.type) && isOff(entry))
          yield {
            start: entry.start,
            end: entry.end,
            message: `persistent memory ${rangeText(entry)} is not aligned to 2 MiB`,
            path: mapPath(entry),
          };
    },
  },
  {
    id: 'pmem-shared-section',
    severity: 'warning',
    why: 'Two devices, or a device and RAM, in one section of 128 MiB have one set of struct pages.',
    source: 'mm/sparse.c before v5.3, sparse_add_one_section (-EEXIST); v5.3 brought subsections',
    linux: 'before 5.3 the second device does not come up; from then on units of 2 MiB may share a section',
    since: '5.3',
    check: sharedSections,
  },
  {
    id: 'soft-reserved-align',
    severity: 'warning',
    why: 'Soft reserved memory becomes a dax device, which maps units of 2 MiB.',
    source: 'drivers/dax/hmem/device.c and drivers/dax/bus.c (v6.1), memremap_compat_align',
    linux: 'cuts the ends off, or makes no device of it',
    since: '5.5',
    *check({ entries }) {
      for (const entry of entries)
        if (entry.type === E820_TYPE_SOFT_RESERVED && isOff(entry))
          yield {
            start: entry.start,
            end: entry.end,
            message: `soft reserved memory ${rangeText(entry)} is not aligned to 2 MiB`,
            path: mapPath(entry),
          };
    },
  },
];

const isOff = ({ start, end }: LintEntry): boolean =>
  start % SUBSECTION_SIZE !== 0 || end % SUBSECTION_SIZE !== 0;

/** Sections that have memory and holes, run by run of RAM. */
function* sectionTails(machine: LintMachine): Generator<Hit> {
  const ram = ramRanges(machine);
  for (const [i, { start, end }] of ram.entries()) {
    const last = Math.ceil(end / SECTION_SIZE) * SECTION_SIZE;
    const next = ram[i + 1]?.start ?? Infinity;
    const hole = Math.min(last, next) - end;
    if (hole < LEAST_TAIL || end < MiB) continue;
    const cost = (hole / PAGE_SIZE) * STRUCT_PAGE_SIZE;
    yield {
      start,
      end,
      message: `usable ${rangeText({ start, end })} ends ${hole / KiB} KiB before a section does: ${Math.floor(cost / KiB)} KiB of struct pages for nothing`,
    };
  }
}

/** The last block above 4 GiB, where memory does not fill it. */
function* blockTails(machine: LintMachine): Generator<Hit> {
  const size = machine.boot?.blockSize ?? SECTION_SIZE;
  if (size <= SECTION_SIZE) return;
  for (const { start, end } of ramRanges(machine))
    if (start >= 4 * GiB && end % size !== 0)
      yield {
        start,
        end,
        message: `usable ${rangeText({ start, end })} ends amid a memory block of ${size / MiB} MiB`,
      };
}

function* sharedSections({ entries }: LintMachine): Generator<Hit> {
  const pmem = entries.filter(({ type }) => PMEM_TYPES.includes(type));
  const section = (address: number): number => Math.floor(address / SECTION_SIZE);
  for (const [i, a] of pmem.entries())
    for (const b of [...pmem.slice(i + 1), ...entries.filter(({ type }) => type === E820_TYPE_RAM)]) {
      if (overlaps(a, b) || section(a.end - 1) < section(b.start) || section(b.end - 1) < section(a.start))
        continue;
      const what = b.type === E820_TYPE_RAM ? 'usable memory' : 'persistent memory';
      yield {
        start: a.start,
        end: a.end,
        message: `persistent memory ${rangeText(a)} shares a section of 128 MiB with ${what} ${rangeText(b)}`,
        path: mapPath(a),
      };
    }
}
