// A kernel configuration as text: its options, and the facts of them that early boot depends on.
import type { KernelConfig } from '../../kernel/profile.ts';
import { badImage } from './bytes.ts';
import { initStackOf } from './init_stack.ts';

/** A configuration's options without `CONFIG_`: `y`, `m`, a number, a text; what `is not set` is `n`. */
export type Options = ReadonlyMap<string, string>;

/**
 * Reads a configuration's text.
 * @throws InputError 'image' where it has no options
 */
export function parseConfig(text: string, what: string): Options {
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const set = /^CONFIG_([A-Z0-9_]+)=(.*)$/i.exec(line);
    const unset = /^# CONFIG_([A-Z0-9_]+) is not set$/i.exec(line);
    if (set) options.set(set[1] as string, (set[2] as string).replace(/^"|"$/g, ''));
    else if (unset) options.set(unset[1] as string, 'n');
  }
  if (!options.has('X86_64') && !options.has('64BIT'))
    throw badImage(`${what}: ${options.size} options: expected a kernel configuration for x86-64`);
  return options;
}

/** What a configuration says of what early boot depends on; an option that it does not name is off. */
export function factsOfOptions(options: Options): Partial<KernelConfig> {
  const on = (option: string): boolean => options.get(option) === 'y';
  const number = (option: string): number | undefined => {
    const value = Number(options.get(option) ?? NaN);
    return Number.isSafeInteger(value) ? value : undefined;
  };
  const shift = number('NODES_SHIFT');
  const said = {
    initStack: initStackOf(options),
    hz: number('HZ'),
    // later kernels have it always
    x86FiveLevel: options.has('X86_5LEVEL') ? on('X86_5LEVEL') : undefined,
    nrCpus: number('NR_CPUS'),
    maxNumnodes: shift === undefined ? undefined : 2 ** shift,
    logBufShift: number('LOG_BUF_SHIFT'),
    logCpuMaxBufShift: number('LOG_CPU_MAX_BUF_SHIFT'),
    initOnAlloc: on('INIT_ON_ALLOC_DEFAULT_ON'),
    initOnFree: on('INIT_ON_FREE_DEFAULT_ON'),
    deferredStructPageInit: on('DEFERRED_STRUCT_PAGE_INIT'),
    zoneDma: on('ZONE_DMA'),
    numaEmu: on('NUMA_EMU'),
    x86Mpparse: on('X86_MPPARSE'),
    cma: on('CMA'),
    cmaSizeMbytes: number('CMA_SIZE_MBYTES'),
    pageExtension: on('PAGE_EXTENSION'),
    shufflePageAllocator: on('SHUFFLE_PAGE_ALLOCATOR'),
    kfence: on('KFENCE'),
    unacceptedMemory: on('UNACCEPTED_MEMORY'),
    hugetlbVmemmap: on('HUGETLB_PAGE_OPTIMIZE_VMEMMAP'),
    swiotlbDynamic: on('SWIOTLB_DYNAMIC'),
    kexecHandover: on('KEXEC_HANDOVER'),
    randomizeBase: on('RANDOMIZE_BASE'),
    numa: on('NUMA'),
    cpumaskOffstack: on('CPUMASK_OFFSTACK'),
    zoneDevice: on('ZONE_DEVICE'),
    hibernation: on('HIBERNATION'),
    memoryHotplug: on('MEMORY_HOTPLUG'),
    pci: on('PCI'),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
