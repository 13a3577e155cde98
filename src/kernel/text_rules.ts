// The named choices of rules.ts that are about what is printed.

/** What is printed, where it changed before 5.12. */
export interface TextRules {
  /** ` BIOS-e820: 0… - 0… (usable)`; `[mem 0x…-0x…]`, with `e820: ` before what is said of the map; or without. */
  readonly e820Lines: 'start-end' | 'mem-e820' | 'mem';
  /** Whether the slab allocator counts its general caches. */
  readonly slubLine: 'with-caches' | 'plain';
  /** Whether the MP table's virtual address is printed: as a number, as a pointer that is hidden, or not. */
  readonly mpTableLine: 'address' | 'pointer' | 'place';
  /** The same of the per-CPU areas, with another beginning before 4.14. */
  readonly percpuLine: 'capital-address' | 'address' | 'pointer' | 'sizes';
  /** Whether memblock is told of ACPI tables. */
  readonly acpiTables: 'kept' | 'reserved';
  /** How holes between memory are counted. */
  readonly unavailableLine: 'none' | 'between-memory' | 'total' | 'by-zone' | 'by-range';
  /** What a per-CPU list of pages is filled with at most, in bytes. */
  readonly zoneBatchBytes: number;
  /** Whether a hash table's line says what memory it lies in. */
  readonly hashLine: 'order' | 'place';
  /** When large tables come from vmalloc: on any kernel that knows nodes, or where there is more than one. */
  readonly hashdist: 'always' | 'several-nodes';
  /** The table of mounts: one page, or two tables by memory. */
  readonly mountHash: 'one-page' | 'by-memory';
  /** Whether the order of zonelists is told. */
  readonly zonelistLine: 'with-order' | 'plain';
  /** That order where nothing is asked for: by zones where low memory is little, or by nodes. */
  readonly zonelistDefault: 'by-low-memory' | 'node';
  /** The `Memory:` line: with absent pages, with the image's parts, or with CMA's share too. */
  readonly memoryLine: 'absent-pages' | 'sizes' | 'cma';
  readonly autoInitLine: boolean;
  /** The line that counts CPUs: of the generic code without nodes, of x86, of the generic code. */
  readonly broughtUpLine: 'plain' | 'booted' | 'smp';
  readonly memoryBlockLine: boolean;
  readonly nosavePrefix: 'PM: ' | 'PM: hibernation: ';
  /** A node is announced where its data is placed, or where its zones are set up. */
  readonly nodeDataLine: 'in-setup' | 'allocated';
  /** Zones' and nodes' ranges with at least 8 digits, or with 16. */
  readonly nodeRanges: 'short' | 'wide';
  /** Whether there is a zone for memory of devices. */
  readonly deviceZone: boolean;
  /** Zones end at their limits, or where memory ends before. */
  readonly zoneEnds: 'fixed' | 'memory';
  readonly sratPrefix: 'SRAT: ' | 'ACPI: SRAT: ';
  readonly printkPrefix: '' | 'printk: ';
  readonly swiotlbLine: 'mapped-at' | 'mapped';
  /** What the kernel log takes beside its text. */
  readonly logRecords: 'text-only' | 'descriptors';
}
