// The named choices of rules.ts that are about the order of steps.

/** The order of steps. */
export interface OrderRules {
  /** Sections and zones are set up within setup_arch, or by mm_core_init_early after it. */
  readonly zonesAt: 'setup_arch' | 'mm_core_init_early';
  /** The memmap's memory is taken before the zones are printed, or after the nodes. */
  readonly sparseAt: 'before-zones' | 'after-nodes';
  /** Gigantic pages are taken as each parameter is parsed, or for all parameters at once at one of these steps. */
  readonly hugetlbAt: 'parse_args' | 'setup_arch' | 'before-zones' | 'after-nodes';
  /** Nodes get an area of CMA only where one is asked for, or each as much as there is for all (CONFIG_CMA_SIZE_PERNUMA). */
  readonly numaCma: 'as-asked' | 'like-default';
  /** hugetlb_cma= in bytes, or in percent of memory as well. */
  readonly hugetlbCma: 'bytes' | 'bytes-or-percent';
  readonly zonelistsAt: 'start_kernel' | 'mm_core_init';
  /** The bounce buffer is taken right before memory is freed, or before the zonelists. */
  readonly swiotlbAt: 'mem_init' | 'arch_mm_preinit';
  /** Whether options that go to init are told of. */
  readonly unknownOptions: 'silent' | 'told';
  /** What setup_log_buf says: the new length, or data and meta data each time. */
  readonly logBufferLine: 'length' | 'data-and-meta';
  readonly memoryLineAt: 'mem_init' | 'page_alloc_init_late';
  /** Whether the lock prefixes that one CPU does not need are given back before a late `Memory:` line counts. */
  readonly alternativesFreed: 'before-memory-line' | 'after-memory-line';
}
