// Which configuration a log proves: by a line that only an option prints, or by the lack of one that it always prints where the
// log has what stands before and behind it.
import type { KernelFacts } from '../kernel-facts.ts';
import type { LogText } from './lines.ts';

type Config = {
  -readonly [Name in keyof NonNullable<KernelFacts['config']>]: NonNullable<KernelFacts['config']>[Name];
};
type Option = {
  readonly [Name in keyof Config]-?: Exclude<Config[Name], undefined> extends boolean ? Name : never;
}[keyof Config];

/** An option, the line that it prints on every machine, and what stands around that line in any log. */
interface Shown {
  readonly option: Option;
  readonly line: RegExp;
  readonly before: RegExp;
  readonly behind: RegExp;
}

const ZONES = /^Zone (?:PFN )?ranges:/;
/** A row that every kernel prints. */
const ZONE_ROW = /^  (?:DMA32|Normal) {1,12}(?:\[mem |empty|0x)/;
const EARLY_NODES = /^(?:Early memory node ranges|early_node_map\[)/;
const BROUGHT_UP = /(?:Brought up|Booted up) .{0,40}CPUs?/;
/** Any of what comes between memory's hand-over and the CPUs' bring-up. */
const MEMORY_UP = /^(?:Memory: \d|SLUB: |Mount-cache hash|(?:smp: |x86: )?(?:Brought|Booted) up )/;
/** Any of what comes after memory_dev_init: a log that was cut before it proves nothing. */
const DEVICES = /^(?:devtmpfs: initialized|NET: Registered |PCI: Using configuration|clocksource: )/;
/** Any of what comes after pci_iommu_init. */
const ROOTFS =
  /^(?:workingset: |Initialise system trusted keyrings|Key type asymmetric registered|io scheduler |Freeing unused kernel|Run \/\S{1,80} as init process)/;

const SHOWN: readonly Shown[] = [
  {
    option: 'deferredStructPageInit',
    line: /^node \d{1,5} (?:deferred pages )?initialised/,
    before: MEMORY_UP,
    behind: DEVICES,
  },
  {
    option: 'zoneDma',
    line: /^  DMA {1,12}(?:\[mem |empty|0x)/,
    before: ZONE_ROW,
    behind: EARLY_NODES,
  },
  {
    option: 'zoneDevice',
    line: /^  Device {1,12}(?:\[mem |empty|0x)/,
    before: ZONE_ROW,
    behind: EARLY_NODES,
  },
  {
    option: 'numa',
    line: /^(?:No NUMA configuration found|NUMA turned off|NODE_DATA\(\d|  NODE_DATA \[|(?:ACPI: )?SRAT: |Faking a node at)/,
    before: /^BIOS-e820: |^ BIOS-e820: /,
    behind: ZONES,
  },
  {
    option: 'hibernation',
    line: /^PM: (?:hibernation: )?Registered nosave memory: /,
    before: EARLY_NODES,
    behind: /^setup_percpu: /,
  },
  {
    option: 'slub',
    line: /^SLUB: /,
    before: /^Memory: \d/,
    behind: /^(?:rcu: |\tRCU |NR_IRQS|Console: )/,
  },
  {
    option: 'memoryHotplug',
    line: /^x86\/mm: Memory block size: /,
    before: MEMORY_UP,
    behind: DEVICES,
  },
];

/** What of the configuration the lines prove. */
export function configFromLines(lines: readonly LogText[]): Config {
  const config: Config = {};
  for (const shown of SHOWN) {
    const found = provenBy(lines, shown);
    if (found !== null) config[shown.option] = found;
  }
  for (const { text } of lines) countsOf(config, text);
  if (lines.some(({ text }) => /^PCI: System does not support PCI/.test(text))) config.pci = false;
  overruledInit(config, lines);
  const iommu = iommuDriver(lines);
  if (iommu !== null) config.iommuDriver = iommu;
  return config;
}

/** true by the line, false by a log that goes on where it should be; null where neither is to be seen. */
function provenBy(lines: readonly LogText[], { line, before, behind }: Shown): boolean | null {
  if (lines.some(({ text }) => line.test(text))) return true;
  const from = lines.findIndex(({ text }) => before.test(text));
  return from >= 0 && lines.slice(from + 1).some(({ text }) => behind.test(text)) ? false : null;
}

/** What the command line says of clearing is not what the kernel was built with; slub_debug tells whether that is on. */
function overruledInit(config: Config, lines: readonly LogText[]): void {
  const cmdline = lines.find(({ text }) => /^(?:Kernel c|C)ommand line: /.test(text))?.text ?? '';
  if (!/ init_on_(?:alloc|free)=/.test(cmdline)) return;
  delete config.initOnAlloc;
  delete config.initOnFree;
  if (!/ slub_debug=\S{0,8}P/.test(cmdline)) return;
  const told = lines.some(({ text }) => text.startsWith('mem auto-init: SLAB_POISON'));
  if (told) return;
  config.initOnAlloc = false;
  config.initOnFree = false;
}

/** The bounce buffer's last line, or a log that goes on without it though there was one: then an IOMMU does its work. */
function iommuDriver(lines: readonly LogText[]): boolean | null {
  if (lines.some(({ text }) => /^PCI-DMA: Using software bounce|^software IO TLB: mapped /.test(text)))
    return false;
  const up = lines.findIndex(({ text }) => BROUGHT_UP.test(text));
  return up >= 0 && lines.slice(up).some(({ text }) => ROOTFS.test(text)) ? true : null;
}

/** 52 bits of physical address in pages: what five-level page tables reach. */
const LA57_PFN = 2 ** 40;
const LEAST_SHIFT = 12;
const MOST_SHIFT = 25;

/** Numbers and switches that a line states by itself. */
function countsOf(config: Config, text: string): void {
  const percpu = /^setup_percpu: NR_CPUS:(\d{1,5}) nr_cpumask_bits:(\d{1,5}) nr_cpu_ids:(\d{1,5})/.exec(text);
  if (percpu) {
    const [nrCpus = 0, bits = 0, ids = 0] = percpu.slice(1).map(Number);
    if (nrCpus > 0) config.nrCpus = nrCpus;
    if (ids < nrCpus) config.cpumaskOffstack = bits !== nrCpus;
  }
  const init = /^mem auto-init: stack:(.{1,40}), heap alloc:(on|off), heap free:(on|off)/.exec(text);
  if (init) {
    config.initStack = init[1] ?? '';
    config.initOnAlloc = init[2] === 'on';
    config.initOnFree = init[3] === 'on';
  }
  const pfn = /^(?:e820: )?last_pfn = 0x[0-9a-f]{1,16} max_arch_pfn = 0x([0-9a-f]{1,16})/.exec(text);
  if (pfn && Number.parseInt(pfn[1] ?? '', 16) >= LA57_PFN) config.x86FiveLevel = true;
  const least = /log_buf_len min size: (\d{1,10}) bytes/.exec(text);
  if (least) shift(config, 'logBufShift', Number(least[1]));
  const perCpu = /log_buf_len individual max cpu contribution: (\d{1,10}) bytes/.exec(text);
  if (perCpu) shift(config, 'logCpuMaxBufShift', Number(perCpu[1]));
}

/** A power of two that a configuration may have. */
function shift(config: Config, name: 'logBufShift' | 'logCpuMaxBufShift', bytes: number): void {
  const bits = Math.log2(bytes);
  if (Number.isInteger(bits) && bits >= LEAST_SHIFT && bits <= MOST_SHIFT) config[name] = bits;
}
