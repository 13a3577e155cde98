// Which log lines tell what early boot did with memory, and what of them may differ between two boots of one machine.

/** A line is a memory line where one of these matches its text after the timestamp. */
export const MEMORY_LINE_PATTERNS: readonly RegExp[] = [
  /^ ?BIOS-e820: /,
  /^user: \[mem /,
  /^e820: /,
  /^last_pfn = /,
  /^found SMP MP-table at /,
  /^(__)?memblock_(add|remove|reserve|phys_free|free|alloc|phys_alloc|mark|set|clear|cap|double)/,
  /^MEMBLOCK configuration:/,
  /^ memory size = /,
  /^ (memory|reserved)\.cnt /,
  /^ (memory|reserved)\[0x/,
  /^Using GB pages for direct mapping/,
  /^(Move|Allocated new) RAMDISK/,
  /^ACPI: Reserving /,
  /^SRAT: PXM/,
  /^ACPI: SRAT: Node /,
  /^NUMA: /,
  /^No NUMA configuration found/,
  /^Faking (a )?node /,
  /^NODE_DATA\(/,
  /^Reserving \d+MB of (low )?memory at /,
  /^crashkernel /,
  /^cma: Reserved /,
  /^Zone ranges:/,
  /^  (DMA|DMA32|Normal|Movable|Device|HighMem) +(\[mem |empty)/,
  /^Movable zone start for each node/,
  /^  Node \d+: 0x/,
  /^Early memory node ranges/,
  /^  node +\d+: \[mem /,
  /^Initmem setup node /,
  /^Initializing node \d+ as memoryless/,
  /^Could not find start_pfn for node /,
  /^On node \d+, zone /,
  /^PM: hibernation: Registered nosave memory/,
  /^\[(mem|gap) 0x[0-9a-f]+-0x[0-9a-f]+\] available for PCI devices/,
  /^(smpboot: |CPU topo: )?Allowing \d+ (present )?CPUs/,
  /^smpboot: Allowing /,
  /^setup_percpu: /,
  /^percpu: /,
  /^pcpu-alloc: /,
  /^Fallback order for Node /,
  /^Built \d+ zonelists/,
  /^Policy zone: /,
  /^Dentry cache hash table entries/,
  /^Inode-cache hash table entries/,
  /^Mount-cache hash table entries/,
  /^Mountpoint-cache hash table entries/,
  /^mem auto-init: /,
  /^software IO TLB: /,
  /^printk: log_buf_len /,
  /^printk: log buffer/,
  /^Memory: \d+K\//,
  /^SLUB: HWalign=/,
  /^smp: Brought up /,
  /^node \d+ (initialised|deferred pages initialised)/,
  /^x86\/mm: Memory block size/,
  // i386
  /^initial memory mapped: /,
  /^\d+MB (HIGH|LOW)MEM available/,
  /^  (mapped low ram|low ram): /,
  /^Initializing (HighMem|Movable) for node /,
  // before 6.1
  /^On node \d+ totalpages: /,
  /^  (DMA|DMA32|Normal|Movable|Device) zone: \d+ pages/,
  /^Zeroed struct page in unavailable ranges: /,
  /^PM: Registered nosave memory/,
];

const NODE_DONE = /^node \d+ .*initialised/;

/**
 * A memory line without what varies between boots of one machine: offsets and compiler suffixes of symbols (one image
 * differs from the next) and durations. The only place where lines are normalised.
 */
export function normaliseLine(text: string): string {
  return text
    .replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/g, '')
    .replace(/(\w)\.(?:constprop|isra|part|cold)(?:\.\d+)*/g, '$1')
    .replace(/initialised in \d+ms/, 'initialised in Nms')
    .replace(/(, \d+ pages in )\d+ms/, '$1Nms')
    .trimEnd();
}

/** Whether a log line's text (without timestamp) is a memory line. */
export function isMemoryLine(text: string): boolean {
  return MEMORY_LINE_PATTERNS.some((pattern) => pattern.test(text));
}

/** One memory line, and where it stands in the log it came from. */
export interface MemoryLine {
  readonly text: string;
  readonly index: number;
}

/** The memory lines of a log given as texts without timestamps; nodes may finish in any order, so their lines are sorted. */
export function memoryLines(texts: readonly string[]): MemoryLine[] {
  const lines: MemoryLine[] = [];
  texts.forEach((text, index) => {
    if (isMemoryLine(text)) lines.push({ text: normaliseLine(text), index });
  });
  const nodes = lines.filter((line) => NODE_DONE.test(line.text)).sort((a, b) => (a.text < b.text ? -1 : 1));
  return lines.map((line) => (NODE_DONE.test(line.text) ? (nodes.shift() ?? line) : line));
}

/** The text after `[    0.000000] ` or `<6>[    0.000000][    T0] `; the line itself where it has no timestamp. */
export function withoutTimestamp(raw: string): string {
  const match = /^(?:<\d+>)?\[\s*\d+\.\d+\](?:\[[^\]]*\])? ?(.*)$/.exec(raw.replace(/\r/g, ''));
  return match ? (match[1] as string) : raw;
}
