// Which call of which function each call-site id of the model is.

export const KINDS = {
  reserve: /^(__)?memblock_reserve/,
  add: /^memblock_add/,
  free: /^memblock_(phys_)?free(_late)?$/,
  alloc: /^_*memblock_alloc(?!_range|_internal)/,
  phys: /^memblock_phys_alloc/,
} as const;
type Kind = keyof typeof KINDS;

/** One of the calls in a function: `functions` are names it has had; `via` the function in between, '' for a direct call. */
export interface Rule {
  readonly functions: readonly string[];
  readonly kinds: readonly Kind[];
  readonly nth: number;
  readonly via?: string;
  readonly mark?: string;
  /** Where there are fewer, the last one. */
  readonly orLast?: boolean;
}

export const ANY_KIND: readonly Kind[] = ['alloc', 'phys', 'add', 'reserve', 'free'];
const rule = (
  functions: string,
  kind: Kind,
  nth = 0,
  more: Pick<Rule, 'via' | 'mark' | 'orLast'> = {},
): Rule => ({
  functions: functions.split(' '),
  kinds: [kind],
  nth,
  ...more,
});

const FIRST_CHUNK = ['group-offsets', 'group-sizes', 'unit-map', 'unit-offsets', 'chunk-lists'] as const;
const CHUNK = ['chunk', 'alloc-map', 'bound-map', 'md-blocks'] as const;

/** Ids that the first call of the function of their name does not answer. */
export const RULES: Readonly<Record<string, Rule | readonly Rule[]>> = {
  'memblock_alloc_range_nid#fallback': rule('memblock_alloc_range_nid', 'reserve', 1),
  memblock_double_array: rule('memblock_double_array', 'reserve'),
  'smp_scan_config#mpf': rule('smp_scan_config', 'reserve'),
  'smp_scan_config#mpc': rule('smp_scan_config', 'reserve', 1),
  'setup_arch#brk': rule('setup_arch', 'reserve', 0, { mark: 'brk' }),
  // its own call, or the jump that leaves its caller's return address
  'setup_arch#first-megabyte': [
    rule('reserve_real_mode', 'reserve', 0, { via: '' }),
    rule('setup_arch', 'reserve', 0, { mark: 'hook' }),
    rule('setup_arch', 'reserve', 0, { via: 'trim_low_memory_range' }),
  ],
  'setup_arch#initrd-to': rule('setup_arch reserve_initrd', 'phys'),
  'setup_arch#initrd-moved': rule('setup_arch reserve_initrd', 'free', 0, { via: '' }),
  'setup_arch#crash-low': [rule('reserve_crashkernel_generic', 'phys'), rule('setup_arch', 'phys', 2)],
  e820__memblock_setup: rule('e820__memblock_setup', 'add'),
  'init_mem_mapping#probe': rule('init_mem_mapping', 'phys'),
  'init_mem_mapping#probed': rule('init_mem_mapping', 'free'),
  'setup_log_buf#text': rule('setup_log_buf', 'alloc'),
  'setup_log_buf#descs': rule('setup_log_buf', 'alloc', 1),
  'setup_log_buf#infos': rule('setup_log_buf', 'alloc', 2),
  memmap_alloc: rule('memmap_alloc', 'alloc', 1),
  'sparse_init_nid#usage': rule('sparse_init_nid', 'alloc'),
  'sparse_init_nid#memmap': rule('sparse_init_nid', 'alloc', 1),
  vmemmap_alloc_block_buf: rule('vmemmap_populate vmemmap_populate_hugepages', 'alloc'),
  'start_kernel#saved-command-line': rule('start_kernel', 'alloc'),
  'start_kernel#static-command-line': rule('start_kernel', 'alloc', 1),
  'start_kernel#unknown-options': rule('start_kernel', 'alloc', 2),
  'start_kernel#unknown-options-free': rule('start_kernel', 'free'),
  pcpu_fc_alloc: [rule('pcpu_fc_alloc', 'alloc', 1), rule('pcpu_embed_first_chunk', 'alloc', 1)],
  'pcpu_embed_first_chunk#areas': rule('pcpu_embed_first_chunk', 'alloc'),
  'pcpu_embed_first_chunk#unused-unit': rule('pcpu_embed_first_chunk', 'free', 0, { via: '' }),
  'pcpu_embed_first_chunk#unused-part': rule('pcpu_embed_first_chunk', 'free', 1, { via: '' }),
  'pcpu_embed_first_chunk#free-info': rule('pcpu_embed_first_chunk', 'free', 1, {
    via: 'pcpu_free_alloc_info',
    orLast: true,
  }),
  'pcpu_embed_first_chunk#free-areas': rule('pcpu_embed_first_chunk', 'free', 3, { via: '' }),
  'pcpu_page_first_chunk#pages': rule('pcpu_page_first_chunk', 'alloc'),
  'pcpu_page_first_chunk#free-pages': rule('pcpu_page_first_chunk', 'free', 1, { via: '' }),
  'pcpu_page_first_chunk#free-info': rule('pcpu_page_first_chunk', 'free', 1, {
    via: 'pcpu_free_alloc_info',
    orLast: true,
  }),
  ...Object.fromEntries(
    FIRST_CHUNK.map((name, nth) => [
      `pcpu_setup_first_chunk#${name}`,
      rule('pcpu_setup_first_chunk', 'alloc', nth),
    ]),
  ),
  ...Object.fromEntries(
    CHUNK.map((name, nth) => [
      `pcpu_alloc_first_chunk#${name}`,
      rule('pcpu_alloc_first_chunk', 'alloc', nth),
    ]),
  ),
  free_area_init: rule('free_area_init alloc_offline_node_data', 'alloc'),
  // the last thing that it does, a jump where nothing comes after it
  'numa_emulation#copy-free': [
    rule('numa_emulation', 'free'),
    rule('numa_init', 'free', 0, { via: 'numa_emulation' }),
  ],
  reserve_bios_regions: [
    rule('reserve_bios_regions', 'reserve'),
    rule('setup_arch', 'reserve', 0, { via: 'reserve_bios_regions' }),
  ],
  pcpu_build_alloc_info: rule('pcpu_build_alloc_info pcpu_alloc_alloc_info', 'alloc'),
  __alloc_bootmem_huge_page: rule('__alloc_bootmem_huge_page alloc_bootmem_huge_page alloc_bootmem', 'alloc'),
  'swiotlb_init_remap#tlb': rule('swiotlb_init_remap swiotlb_init', 'alloc'),
  'swiotlb_init_remap#slots': [
    rule('swiotlb_init_remap', 'alloc', 1),
    rule('swiotlb_init_with_tbl', 'alloc'),
  ],
  'swiotlb_init_remap#areas': rule('swiotlb_init_remap', 'alloc', 2),
};

/** Functions whose first call answers the id that is their name. */
export const PLAIN: readonly string[] = [
  'memblock_alloc_range_nid',
  'reserve_real_mode',
  'crash_reserve_low_1M',
  'efi_memattr_init',
  'efi_memblock_x86_reserve_range',
  'efi_reserve_boot_services',
  'alloc_low_pages',
  'acpi_reserve_initial_tables',
  'numa_alloc_distance',
  'numa_emulation',
  'sparse_init',
  'sparse_index_alloc',
  'vmemmap_alloc_block_zero',
  'acpi_parse_hpet',
  'io_apic_init_mappings',
  'e820__reserve_resources',
  'firmware_map_add_early',
  'register_nosave_region',
  'alloc_bootmem_cpumask_var',
  'alloc_large_system_hash',
  'spp_getpage',
  'memblock_discard',
  'setup_usemap',
];
