// Mirrors the types and words of arch/x86/kernel/e820.c (v6.1, and v7.0 where a rule says so).
import type { KernelRules } from '../../kernel/rules.ts';

/** Types as firmware reports them (ACPI specification, section 15.2); 128 and above are the kernel's own. */
export const E820_TYPE_RAM = 1;
export const E820_TYPE_RESERVED = 2;
export const E820_TYPE_ACPI = 3;
export const E820_TYPE_NVS = 4;
export const E820_TYPE_UNUSABLE = 5;
export const E820_TYPE_PMEM = 7;
export const E820_TYPE_PRAM = 12;
export const E820_TYPE_SOFT_RESERVED = 0xefffffff;
export const E820_TYPE_RESERVED_KERN = 128;

/** What stands before lines about the map: `e820: ` from 3.5 to 4.14. */
export function e820Prefix(lines: KernelRules['e820Lines']): string {
  return lines === 'mem-e820' ? 'e820: ' : '';
}

/** How messages about the map read. */
export interface E820Texts {
  readonly ram: string;
  readonly reserved: string;
  readonly persistent: string;
  /** Between a range and its type where a table is printed. */
  readonly beforeType: string;
  /** Whether a printed table has its gaps, and says where it is out of order. */
  readonly gaps: boolean;
  /** Ranges as `start - end (type)`, with their end behind the last byte, to 3.4. */
  readonly oldRanges: boolean;
  /** Begins the message that there is no room for an entry. */
  readonly full: string;
  readonly ramBuffer: string;
}

const TEXTS: Readonly<Record<KernelRules['e820Texts'], E820Texts>> = {
  usable: {
    ram: 'usable',
    reserved: 'reserved',
    persistent: 'persistent',
    beforeType: ' ',
    gaps: false,
    oldRanges: false,
    full: 'e820: too many entries; ignoring',
    ramBuffer: 'e820: reserve RAM buffer',
  },
  'system-ram': {
    ram: 'System RAM',
    reserved: 'device reserved',
    persistent: 'persistent RAM',
    beforeType: '  ',
    gaps: true,
    oldRanges: false,
    full: 'E820 table full; ignoring',
    ramBuffer: 'e820: register RAM buffer resource',
  },
};

/** The texts that a version's rules name. */
export function e820Texts(
  rule: KernelRules['e820Texts'],
  lines: KernelRules['e820Lines'] = 'mem',
): E820Texts {
  if (lines !== 'start-end') return TEXTS[rule];
  return { ...TEXTS[rule], oldRanges: true, ramBuffer: 'reserve RAM buffer:' };
}

/** The words for a type in the log (e820_print_type). */
export function e820TypeText(type: number, texts: E820Texts = TEXTS.usable): string {
  switch (type) {
    case E820_TYPE_RAM:
    case E820_TYPE_RESERVED_KERN:
      return texts.ram;
    case E820_TYPE_RESERVED:
      return texts.reserved;
    case E820_TYPE_SOFT_RESERVED:
      return 'soft reserved';
    case E820_TYPE_ACPI:
      return 'ACPI data';
    case E820_TYPE_NVS:
      return 'ACPI NVS';
    case E820_TYPE_UNUSABLE:
      return 'unusable';
    case E820_TYPE_PMEM:
    case E820_TYPE_PRAM:
      return `${texts.persistent} (type ${type})`;
    default:
      return `type ${type}`;
  }
}

/** Types that may mark distinct ranges and are never merged with a neighbour (e820_nomerge). */
export function nomerge(type: number): boolean {
  return type === E820_TYPE_PRAM || type === E820_TYPE_SOFT_RESERVED;
}
