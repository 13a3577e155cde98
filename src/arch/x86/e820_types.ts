// Mirrors enum e820_type of arch/x86/include/asm/e820/types.h and its words in arch/x86/kernel/e820.c (v6.1).

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

/** The words for a type in the log (e820_print_type). */
export function e820TypeText(type: number): string {
  switch (type) {
    case E820_TYPE_RAM:
    case E820_TYPE_RESERVED_KERN:
      return 'usable';
    case E820_TYPE_RESERVED:
      return 'reserved';
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
      return `persistent (type ${type})`;
    default:
      return `type ${type}`;
  }
}

/** Types that may mark distinct ranges and are never merged with a neighbour (e820_nomerge). */
export function nomerge(type: number): boolean {
  return type === E820_TYPE_PRAM || type === E820_TYPE_SOFT_RESERVED;
}
