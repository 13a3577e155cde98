// What each reservation of early boot is for, in words for people who never read mm/memblock.c.

/** What a reservation is for; each has its own pattern and letter in pictures. */
export type OwnerKind =
  | 'kernel'
  | 'firmware'
  | 'initrd'
  | 'pagetables'
  | 'memmap'
  | 'percpu'
  | 'crash'
  | 'hash'
  | 'swiotlb'
  | 'log'
  | 'data';

export interface OwnerKindWords {
  readonly kind: OwnerKind;
  /** One letter for pictures without colour. */
  readonly letter: string;
  readonly name: string;
  readonly about: string;
}

/** In the order of legends. */
export const OWNER_KINDS: readonly OwnerKindWords[] = [
  { kind: 'kernel', letter: 'K', name: 'the kernel', about: "the kernel's own code and data" },
  {
    kind: 'firmware',
    letter: 'F',
    name: 'firmware',
    about: 'what the BIOS, ACPI or the first megabyte keeps',
  },
  { kind: 'initrd', letter: 'I', name: 'initrd', about: 'the initial RAM disk that the boot loader placed' },
  { kind: 'pagetables', letter: 'T', name: 'page tables', about: "tables of the kernel's own address space" },
  {
    kind: 'memmap',
    letter: 'M',
    name: 'struct pages',
    about: 'the memmap: 64 bytes for each page of memory, the records that deferred init fills in',
  },
  { kind: 'percpu', letter: 'P', name: 'per-CPU areas', about: "each CPU's own copy of per-CPU variables" },
  { kind: 'crash', letter: 'C', name: 'crash kernel', about: 'kept free for a kernel that records a crash' },
  { kind: 'hash', letter: 'H', name: 'hash tables', about: 'large tables of the file system and network' },
  {
    kind: 'swiotlb',
    letter: 'B',
    name: 'bounce buffers',
    about: 'swiotlb: low memory through which devices that reach no further exchange data',
  },
  {
    kind: 'log',
    letter: 'L',
    name: 'log buffer',
    about: 'room for the kernel log of a machine with many CPUs',
  },
  { kind: 'data', letter: 'D', name: 'other boot data', about: 'small records that early boot allocates' },
];

const KIND_OF: readonly (readonly [RegExp, OwnerKind])[] = [
  [/^setup_arch#(image|brk)$/, 'kernel'],
  [/#crash|^reserve_crashkernel/, 'crash'],
  [/initrd|relocate_initrd/i, 'initrd'],
  [
    /^setup_arch#(low64k|first-megabyte)$|^reserve_bios|^smp_scan|^efi_|^reserve_real_mode|^crash_reserve_low_1M/,
    'firmware',
  ],
  [/^acpi_(reserve|rsdp)/, 'firmware'],
  [/^alloc_low_pages|^init_mem_mapping|^spp_getpage/, 'pagetables'],
  [/^sparse_|^vmemmap_|^memory_present|^memmap_|^alloc_node_mem_map/, 'memmap'],
  [/^pcpu_|^setup_per_?cpu/, 'percpu'],
  [/^alloc_large_system_hash|_hash$/, 'hash'],
  [/^swiotlb/, 'swiotlb'],
  [/^setup_log_buf/, 'log'],
];

/** What the reservation of a call site (`function` or `function#tag`) is for. */
export function ownerKind(caller: string): OwnerKind {
  return KIND_OF.find(([pattern]) => pattern.test(caller))?.[1] ?? 'data';
}

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'setup_arch#image': 'the kernel image',
    'setup_arch#brk': "the kernel's brk area: its first page tables and early data",
    'setup_arch#low64k': 'the first 64 KiB, which many BIOSes write to',
    'setup_arch#first-megabyte': 'the rest of the first megabyte',
    'setup_arch#initrd': 'the initial RAM disk',
    'setup_arch#initrd-to': 'the initial RAM disk, moved to mapped memory',
    reserve_bios_regions: 'the BIOS data area and video memory',
    'smp_scan_config#mpf': 'the MP floating pointer',
    'smp_scan_config#mpc': 'the MP configuration table',
    reserve_real_mode: 'the trampoline that other CPUs start at',
    crash_reserve_low_1M: 'the first megabyte, for a crash kernel',
    acpi_reserve_initial_tables: 'ACPI tables',
    alloc_low_pages: 'page tables of the direct mapping',
    init_mem_mapping: 'page tables of the direct mapping',
    alloc_node_data: 'the record of a NUMA node (pg_data_t)',
    numa_alloc_distance: 'distances between NUMA nodes',
    sparse_init: 'the list of memory sections',
    sparse_index_alloc: 'the list of memory sections',
    'sparse_init_nid#memmap': 'the struct pages of a node',
    'sparse_init_nid#usage': 'usage bitmaps of memory sections',
    vmemmap_alloc_block_zero: 'page tables of the struct pages',
    vmemmap_alloc_block_buf: 'page tables of the struct pages',
    register_nosave_region: 'a range that hibernation skips',
    firmware_map_add_early: 'a copy of a firmware map entry for /sys/firmware/memmap',
    e820__reserve_resources: 'the list of /proc/iomem',
    io_apic_init_mappings: 'names of IO-APICs',
    acpi_parse_hpet: 'the name of the timer (HPET)',
    pcpu_fc_alloc: 'per-CPU areas',
    pcpu_embed_first_chunk: 'per-CPU areas',
    pcpu_alloc_first_chunk: 'books of the per-CPU allocator',
    pcpu_setup_first_chunk: 'books of the per-CPU allocator',
    pcpu_build_alloc_info: 'books of the per-CPU allocator',
    alloc_bootmem_cpumask_var: 'a CPU mask',
    alloc_large_system_hash: 'a hash table of the file system or network',
    swiotlb_init: 'bounce buffers for devices that reach only low memory',
    swiotlb_init_remap: 'bounce buffers for devices that reach only low memory',
    setup_log_buf: 'a larger buffer for the kernel log',
    spp_getpage: 'page tables of the CPU entry areas',
    efi_memattr_init: 'the EFI memory attributes table',
    start_kernel: 'copies of the command line',
    memblock_double_array: "a larger table of memblock's own",
    efi_reserve_boot_services: 'what the EFI firmware still needs',
    efi_memblock_x86_reserve_range: 'the EFI memory map',
    reserve_mem: 'memory under a name of its own (reserve_mem=)',
    __alloc_bootmem_huge_page: 'huge pages asked for on the command line',
  }),
);

/** A call site in plain words; its function's name where nothing better is known. */
export function ownerWords(caller: string): string {
  const [name = caller] = caller.split('#');
  const known = WORDS.get(caller) ?? WORDS.get(name);
  if (known !== undefined) return known;
  if (ownerKind(caller) === 'crash') return 'room for a crash kernel';
  return `data of ${name}`;
}

export function kindWords(kind: OwnerKind): OwnerKindWords {
  const words = OWNER_KINDS.find((k) => k.kind === kind);
  return words ?? { kind, letter: '?', name: kind, about: kind };
}
