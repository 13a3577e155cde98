// What a boot may use without having been told it. Every such fact is declared here once: what it is, what would tell it, and the
// memory lines that show it. docs/machine-description.md, "Assumed", says which side a fact lies on.

interface Assumable {
  /** The fact in words. */
  readonly what: string;
  /** What would tell it. */
  readonly toldBy: string;
  /** Predicted memory lines in which the fact stands, or from which it is counted. */
  readonly lines: readonly RegExp[];
}

const IMAGE = '--kernel VMLINUZ, or a log with memblock=debug';
const CONFIG = 'config-RELEASE beside the log, or --kernel VMLINUZ';
const CPU = 'cpuinfo.txt beside the log, or --cpu';

/** By name: `cpu.` and `machine.` are the machine's, `kernel.` and `config.` the kernel's, in the order in which they are listed. */
const ASSUMABLE = {
  'cpu.la57': {
    what: 'five-level page tables',
    toldBy: `${CPU} la57=off`,
    lines: [/ max_arch_pfn = /],
  },
  'cpu.pdpe1gb': {
    what: '1 GiB pages',
    toldBy: `${CPU} pdpe1gb=off`,
    lines: [/^Using GB pages /],
  },
  'cpu.vendor': {
    what: "the CPU's maker",
    toldBy: `${CPU} vendor=GenuineIntel`,
    lines: [/^Memory: /],
  },
  'machine.cpus': {
    what: 'number of CPUs',
    toldBy: '--cpu-count, or the MADT in acpi/',
    lines: [/ Allowing \d/, /^setup_percpu: /, /^percpu: /, /^pcpu-alloc: /, /^SLUB: /, /^smp: Brought up /],
  },
  'machine.tables': {
    what: 'contents of ACPI tables',
    toldBy: 'acpi/ beside the log',
    // the order of CPUs is the MADT's
    lines: [/^pcpu-alloc: \[/],
  },
  'machine.distances': {
    what: 'distances between nodes (SLIT)',
    toldBy: 'acpi/ beside the log',
    lines: [/^Fallback order for Node /],
  },
  'machine.mpTable': {
    what: 'length of the MP table',
    toldBy: 'acpi/ and machine.json beside the log',
    lines: [/ (?:smp_scan_config|smp_get_mptable|e820__memblock_alloc_reserved_mpc_new|mpparse_\w+)\b/],
  },
  'machine.initrd': {
    what: "the initrd's exact bytes",
    toldBy: '--initrd-size',
    lines: [/^(?:Allocated new|Move) RAMDISK/],
  },
  'machine.efiMemmap': {
    what: "EFI's memory map",
    toldBy: 'a log with efi=debug',
    lines: [/^Memory: /, / efi_\w+\+/],
  },
  'machine.cmdline': {
    what: 'command line',
    toldBy: 'cmdline.txt beside the log, or --cmdline',
    lines: [/^Memory: /],
  },
  'kernel.version': {
    what: 'which kernel',
    toldBy: '--kernel',
    lines: [/^/],
  },
  'kernel.rules': {
    what: "the version's rules",
    toldBy: '--kernel with another version',
    lines: [/^/],
  },
  'kernel.place': {
    what: 'where KASLR put the kernel',
    toldBy: '--kernel-at, or iomem.txt (as root) beside the log',
    lines: [/^(?:__)?memblock_reserve: .* setup_arch\+/, /^ reserved\[0x/],
  },
  'kernel.layout': {
    what: 'addresses of the image',
    toldBy: IMAGE,
    lines: [/^(?:__)?memblock_reserve: .* (?:setup_arch|reserve_real_mode)\+/, /^ reserved\[0x/],
  },
  'kernel.sizes': {
    what: 'sizes of code and data',
    toldBy: `${IMAGE}, or its Memory: line`,
    lines: [/^Memory: /],
  },
  'kernel.percpu': {
    what: 'per-CPU sizes',
    toldBy: `${IMAGE}, or its percpu: line`,
    lines: [/^percpu: /, /^pcpu-alloc: /],
  },
  'kernel.structs': {
    what: 'sizes of structs',
    toldBy: IMAGE,
    lines: [/^NODE_DATA\(/, /^memblock_alloc\w*: .* (?:sparse_|free_area_init|pcpu_|setup_log_buf)/],
  },
  'kernel.parameters': {
    what: 'known parameters',
    toldBy: '--kernel VMLINUZ',
    lines: [],
  },
  'kernel.callSites': {
    what: 'who calls memblock',
    toldBy: IMAGE,
    lines: [/^(?:__)?memblock_\w+: .*\+0x/],
  },
  'kernel.earlyPages': {
    what: 'pages taken before deferred initialisation',
    toldBy: 'a measurement: no image and no log shows it',
    lines: [/^Memory: /],
  },
  'config.limits': {
    what: 'NR_CPUS and NODES_SHIFT',
    toldBy: CONFIG,
    lines: [/^setup_percpu: /],
  },
  'config.logBuffer': {
    what: "size of the log's buffer",
    toldBy: CONFIG,
    lines: [/^printk: log.buf/],
  },
  'config.initMemory': {
    what: 'whether memory is cleared',
    toldBy: CONFIG,
    lines: [/^mem auto-init: /],
  },
  'config.deferred': {
    what: 'DEFERRED_STRUCT_PAGE_INIT',
    toldBy: CONFIG,
    lines: [/^node \d+ .*initialised/],
  },
  'config.zoneDma': {
    what: 'ZONE_DMA',
    toldBy: CONFIG,
    lines: [/^  DMA +(?:\[mem |empty)/, /^  DMA zone: /],
  },
  'config.other': {
    what: 'other options',
    toldBy: CONFIG,
    lines: [],
  },
} as const satisfies Readonly<Record<string, Assumable>>;

export type AssumableName = keyof typeof ASSUMABLE;

const isName = (name: string): name is AssumableName => name in ASSUMABLE;
/** Every fact that may be assumed. */
export const ASSUMABLE_NAMES: readonly AssumableName[] = Object.keys(ASSUMABLE).filter(isName);

/** One fact that a boot used and that nobody told it. */
export interface Assumed {
  readonly fact: AssumableName;
  /** What was taken for it, in a few words: `as in Debian's 6.1.0-56`. */
  readonly taken: string;
}

/** Each fact once, in the order in which they are declared. */
export function sortedFacts(all: readonly Assumed[]): readonly Assumed[] {
  return all
    .filter(({ fact }, at) => all.findIndex((other) => other.fact === fact) === at)
    .sort((a, b) => ASSUMABLE_NAMES.indexOf(a.fact) - ASSUMABLE_NAMES.indexOf(b.fact));
}

/** `kernel.sizes: sizes of code and data: as in Debian's 6.1.0-56 (told by …)`. */
export function assumedSentence({ fact, taken }: Assumed): string {
  const { what, toldBy } = ASSUMABLE[fact];
  return `${fact}: ${what}: ${taken} (told by ${toldBy})`;
}

/** Whether a predicted memory line depends on the fact. */
export function dependsOn(text: string, fact: AssumableName): boolean {
  return ASSUMABLE[fact].lines.some((pattern) => pattern.test(text));
}
