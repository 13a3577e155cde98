// Which changes of the kernel's history a log's own texts prove or rule out: distributions take changes back into old releases.
import type { LogText } from './lines.ts';

/** A line that only kernels with the change print, or only those without it; and what stands around it in any log. */
interface Proof {
  /** The change's id in src/kernels/history. */
  readonly change: string;
  readonly line: RegExp;
  readonly means: 'has' | 'lacks';
  /** Where both are to be seen and the line is not, the opposite is proven. */
  readonly between?: readonly [RegExp, RegExp];
}

const ACPI_TABLE = /^ACPI: [A-Z_]{4} (?:0x)?[0-9a-f]{8,16} (?:v\d|[0-9a-f]{5,6}\b)/i;
const ZONES = /^Zone (?:PFN )?ranges:/;
const CPUS = /^(?:smpboot: Allowing|SMP: Allowing|CPU topo: Allowing|setup_percpu: )/;
const ZONELISTS = /^Built \d{1,5} zonelists/;
const MEMORY = /^Memory: \d/;
const RANGE = /^On node \d{1,5}, zone \S{1,8}: \d{1,16} pages in unavailable ranges/;
const ZONE = /^  \S{1,8} zone: \d{1,16} pages in unavailable ranges/;
const TOTAL = /^Zeroed struct page in unavailable ranges: /;

export const PROOFS: readonly Proof[] = [
  { change: 'acpi-tables-reserved', line: /^ACPI: Reserving /, means: 'has', between: [ACPI_TABLE, ZONES] },
  {
    change: 'zone-lines-gone',
    line: /^On node \d{1,5} totalpages: /,
    means: 'lacks',
    between: [/^Initmem setup node /, CPUS],
  },
  { change: 'unavailable-by-range', line: RANGE, means: 'has' },
  { change: 'unavailable-by-range', line: ZONE, means: 'lacks' },
  { change: 'unavailable-by-range', line: TOTAL, means: 'lacks' },
  { change: 'unavailable-by-zone', line: ZONE, means: 'has' },
  { change: 'unavailable-by-zone', line: TOTAL, means: 'lacks' },
  { change: 'unavailable-total', line: TOTAL, means: 'has' },
  {
    change: 'fallback-lines',
    line: /^Fallback order for Node /,
    means: 'has',
    between: [/^NODE_DATA\(\d/, MEMORY],
  },
  { change: 'auto-init-line', line: /^mem auto-init: stack/, means: 'has', between: [ZONELISTS, MEMORY] },
  { change: 'cpu-topology', line: /^CPU topo: Allowing /, means: 'has' },
  { change: 'cpu-topology', line: /^smpboot: Allowing /, means: 'lacks' },
  { change: 'smpboot-prefix', line: /^smpboot: Allowing /, means: 'has' },
  { change: 'smpboot-prefix', line: /^SMP: Allowing /, means: 'lacks' },
  { change: 'slub-line-plain', line: /^SLUB: HWalign=/, means: 'has' },
  { change: 'slub-line-plain', line: /^SLUB: Genslabs=/, means: 'lacks' },
  { change: 'crashkernel-generic', line: /^crashkernel reserved: 0x/, means: 'has' },
  { change: 'crashkernel-generic', line: /^Reserving \d{1,9}MB of (?:low )?memory at /, means: 'lacks' },
  { change: 'swiotlb-areas', line: /^software IO TLB: area num /, means: 'has' },
  { change: 'efi-mmio-removed', line: /^efi: (?:Remove|Not removing) mem\d{1,5}: MMIO /, means: 'has' },
  { change: 'vmalloc-huge', line: /, vmalloc hugepage\)/, means: 'has' },
  { change: 'unknown-options-told', line: /^Unknown kernel command line parameters/, means: 'has' },
  { change: 'log-buffer-line', line: /^printk: log buffer data \+ meta data: /, means: 'has' },
  { change: 'log-buffer-line', line: /log_buf_len: \d{1,10} bytes$/, means: 'lacks' },
  { change: 'printk-prefix', line: /^printk: log_buf_len/, means: 'has' },
  { change: 'hibernation-prefix', line: /^PM: hibernation: Registered nosave /, means: 'has' },
  { change: 'hibernation-prefix', line: /^PM: Registered nosave /, means: 'lacks' },
  { change: 'e820-mem-ranges', line: /^ ?BIOS-e820: \[mem /, means: 'has' },
  { change: 'e820-mem-ranges', line: /^ ?BIOS-e820: [0-9a-f]{16} - /, means: 'lacks' },
  { change: 'e820-prefix-gone', line: /^e820: last_pfn = /, means: 'lacks' },
  {
    change: 'mp-table-pointer-hashed',
    line: /^found SMP MP-table at \[mem \S{1,40}\] mapped at \[\(/,
    means: 'has',
  },
  {
    change: 'mp-table-place-only',
    line: /^found SMP MP-table at \[mem [^\]]{1,40}\] mapped at /,
    means: 'lacks',
  },
  { change: 'mp-table-place-only', line: /^found SMP MP-table at \[mem [^\]]{1,40}\]$/, means: 'has' },
  { change: 'percpu-sizes-only', line: /^percpu: Embedded \d{1,6} pages\/cpu s\d/, means: 'has' },
  { change: 'percpu-sizes-only', line: /^(?:percpu|PERCPU): Embedded \d{1,6} pages\/cpu @/, means: 'lacks' },
  { change: 'percpu-prefix', line: /^percpu: Embedded /, means: 'has' },
  { change: 'percpu-prefix', line: /^PERCPU: Embedded /, means: 'lacks' },
  {
    change: 'hash-table-place',
    line: /hash table entries: \d{1,12} \(order: -?\d{1,2}, \d{1,12} bytes, /,
    means: 'has',
  },
  {
    change: 'hash-table-place',
    line: /hash table entries: \d{1,12} \(order: -?\d{1,2}, \d{1,12} bytes\)/,
    means: 'lacks',
  },
  { change: 'mount-hash-by-memory', line: /^Mountpoint-cache hash table entries: /, means: 'has' },
  { change: 'mount-hash-by-memory', line: /^Mount-cache hash table entries: \d{1,9}$/, means: 'lacks' },
  { change: 'zonelist-order-gone', line: /^Built \d{1,5} zonelists in /, means: 'lacks' },
  { change: 'zonelist-order-gone', line: /^Built \d{1,5} zonelists, /, means: 'has' },
  { change: 'memory-line-sizes', line: /^Memory: \d{1,16}k\/\d{1,16}k available/, means: 'lacks' },
  { change: 'memory-line-cma', line: /^Memory: .{1,200}cma-reserved\)/, means: 'has' },
  { change: 'memory-line-cma', line: /^Memory: .{1,200}K bss, \d{1,16}K reserved\)/, means: 'lacks' },
  { change: 'smp-brought-up', line: /^smp: Brought up /, means: 'has' },
  { change: 'smp-brought-up', line: /^(?:x86: Booted up|Brought up) /, means: 'lacks' },
  { change: 'x86-booted-up', line: /^x86: Booted up /, means: 'has' },
  { change: 'x86-booted-up', line: /^Brought up \d/, means: 'lacks' },
  { change: 'memory-block-line', line: /^x86\/mm: Memory block size: /, means: 'has' },
  { change: 'node-data-allocated', line: /^NODE_DATA\(\d{1,5}\) allocated /, means: 'has' },
  { change: 'node-data-allocated', line: /^  NODE_DATA \[/, means: 'lacks' },
  { change: 'node-ranges-wide', line: /^  node {1,3}\d{1,5}: \[mem 0x[0-9a-f]{16}-/, means: 'has' },
  { change: 'node-ranges-wide', line: /^  node {1,3}\d{1,5}: \[mem 0x[0-9a-f]{8,13}-/, means: 'lacks' },
  {
    change: 'zone-batch-larger',
    line: /^  (?:DMA32|Normal) zone: \d{1,16} pages, LIFO batch:63/,
    means: 'has',
  },
  {
    change: 'zone-batch-larger',
    line: /^  (?:DMA32|Normal) zone: \d{1,16} pages, LIFO batch:31/,
    means: 'lacks',
  },
  { change: 'srat-acpi-prefix', line: /^ACPI: SRAT: Node /, means: 'has' },
  { change: 'srat-acpi-prefix', line: /^SRAT: Node \d/, means: 'lacks' },
];

/** Ids of changes. One whose proofs contradict each other, as in a log of two kernels, is in neither list. */
export function changesFromLines(lines: readonly LogText[]): {
  readonly has: string[];
  readonly lacks: string[];
} {
  const has = new Set<string>();
  const lacks = new Set<string>();
  for (const proof of PROOFS) {
    const found = meaning(lines, proof);
    if (found !== null) (found === 'has' ? has : lacks).add(proof.change);
  }
  const order = orderProofs(lines);
  for (const change of order.has) has.add(change);
  for (const change of order.lacks) lacks.add(change);
  return { has: [...has].filter((id) => !lacks.has(id)), lacks: [...lacks].filter((id) => !has.has(id)) };
}

function meaning(lines: readonly LogText[], { line, means, between }: Proof): Proof['means'] | null {
  if (lines.some(({ text }) => line.test(text))) return means;
  if (between === undefined) return null;
  const from = lines.findIndex(({ text }) => between[0].test(text));
  if (from < 0 || !lines.slice(from + 1).some(({ text }) => between[1].test(text))) return null;
  return means === 'has' ? 'lacks' : 'has';
}

const SETUP_DATA = /^e820: update \[mem [^\]]{1,40}\] (?:usable ==> usable|System RAM ==> System RAM)/;

/** What the order of lines proves, and how often they stand. */
function orderProofs(lines: readonly LogText[]): { readonly has: string[]; readonly lacks: string[] } {
  const at = (pattern: RegExp): number => lines.findIndex(({ text }) => pattern.test(text));
  const memory = at(MEMORY);
  const brought = at(/^(?:smp: Brought up|x86: Booted up|Brought up) /);
  const has: string[] = [];
  const lacks: string[] = [];
  const built = at(ZONELISTS);
  const cmdline = at(/^Kernel command line: /);
  if (built >= 0 && cmdline >= 0) (built > cmdline ? has : lacks).push('zonelists-in-mm-core');
  const dentry = at(/^Dentry cache hash table entries: /);
  const marks = lines.filter(({ text }) => SETUP_DATA.test(text)).map(({ text }) => text);
  if (marks.length > 0) {
    const twice = marks.some((text, i) => text === marks[i + 1]);
    (twice ? has : lacks).push('kexec-map-setup-data');
    (twice ? lacks : has).push('kexec-map-without-setup-data');
  }
  if (memory >= 0 && brought >= 0) (memory > brought ? has : lacks).push('memory-line-late');
  // on several nodes the tables come late either way
  const nodes = Number(
    /nr_node_ids:(\d{1,5})/.exec(
      lines.find(({ text }) => text.startsWith('setup_percpu: '))?.text ?? '',
    )?.[1],
  );
  if (nodes === 1 && dentry >= 0 && memory >= 0 && (brought < 0 || memory < brought))
    (dentry < memory ? has : lacks).push('hashdist-by-nodes');
  return { has, lacks };
}
