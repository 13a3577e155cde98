// The build configuration: out of the image (IKCONFIG), a /boot/config file, or what symbols, types and initial values prove.
import { initStackOf } from './init_stack.ts';
import { badImage, Bytes, latin1 } from './bytes.ts';
import type { Btf } from './btf.ts';
import type { Elf } from './elf.ts';
import { gunzip } from './payload.ts';
import type { Symbols } from './symbols.ts';
import type { KernelConfig } from '../../kernel/profile.ts';

/** A configuration's options without `CONFIG_`: `y`, `m`, a number, a text; what `is not set` is `n`. */
export type Options = ReadonlyMap<string, string>;

/** No configuration is larger. */
const MAX_CONFIG_SIZE = 4 * 1024 * 1024;

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

/** The configuration that CONFIG_IKCONFIG puts into the image; null where it has none. */
export async function embeddedConfig(elf: Elf, symbols: Symbols): Promise<Options | null> {
  const start = symbols.find('kernel_config_data');
  const memory = start === undefined ? null : elf.memory(start);
  const end = symbols.find('kernel_config_data_end') ?? (start ?? 0) + 1024 * 1024;
  if (!memory || start === undefined) return null;
  const data = memory.data.subarray(0, Math.min(end - start, memory.length));
  // the gzip trailer's size stands last; without a symbol for the end it is not known
  const from = latin1(data.subarray(0, 8)) === 'IKCFG_ST' ? 8 : 0;
  const marker = latin1(data).indexOf('IKCFG_ED');
  const packed = new Bytes(data.subarray(from, marker === -1 ? undefined : marker), 'embedded configuration');
  const size = packed.u32(packed.length - 4);
  if (size > MAX_CONFIG_SIZE) throw badImage(`embedded configuration: ${size} bytes: expected a text`);
  return parseConfig(latin1(await gunzip(packed.data, size)), 'embedded configuration');
}

/** Where one option of the configuration is known from; `value` undefined where nothing is known. */
interface Known<T> {
  readonly value: T | undefined;
  readonly from: string;
}

/** What is known of a configuration, option by option, and where from. */
export interface KnownConfig {
  readonly config: KernelConfig;
  readonly sources: Readonly<Record<string, string>>;
}

/** What Debian's kernels are built with, where neither a configuration nor the image says. */
const USUAL = {
  hz: 250,
  x86FiveLevel: true,
  nrCpus: 8192,
  maxNumnodes: 1024,
  logBufShift: 17,
  logCpuMaxBufShift: 12,
  initOnAlloc: true,
  initOnFree: false,
  initStack: 'all(zero)',
} as const;

/** Reads option by option; `of` is where `options` are from. */
export function kernelConfig(
  image: { readonly elf: Elf; readonly symbols: Symbols; readonly btf: Btf | null },
  options: Options | null,
  of: string,
): KnownConfig {
  const { elf, symbols, btf } = image;
  const sources: Record<string, string> = {};
  const pick = <T>(name: string, ...known: Known<T>[]): T | undefined => {
    const found = known.find(({ value }) => value !== undefined);
    if (found && found.from !== 'image') sources[`config.${name}`] = found.from;
    return found?.value;
  };
  const given = (option: string): string | undefined => options?.get(option);
  const number = (option: string): Known<number> => {
    const value = Number(given(option) ?? NaN);
    return { value: Number.isSafeInteger(value) ? value : undefined, from: of };
  };
  const flag = (option: string): Known<boolean> => {
    // a configuration names no option whose conditions do not hold
    const value = options === null ? undefined : given(option) === 'y';
    return { value, from: of };
  };
  const proven = <T>(value: T | undefined): Known<T> => ({ value, from: 'image' });
  const usual = <K extends keyof typeof USUAL>(name: K): Known<(typeof USUAL)[K]> => ({
    value: USUAL[name],
    from: 'assumed: as in Debian’s kernels',
  });
  const int = (name: string): number | undefined => {
    const at = symbols.find(name);
    return at === undefined ? undefined : elf.memory(at)?.i32(0);
  };
  const size = (name: string): number | undefined => {
    const found = symbols.extent(name);
    return found && found.end - found.start;
  };
  const positive = (value: number | undefined): boolean | undefined =>
    value === undefined ? undefined : value > 0;
  const bits = (type: string): number | undefined => {
    const bytes = btf?.sizeof(type);
    return bytes === undefined ? undefined : bytes * 8;
  };
  /** An option that nearly all kernels have: told only where it is off. */
  const whereOff = (name: string, ...known: Known<boolean>[]): boolean | undefined => {
    const isOff = known.find(({ value }) => value !== undefined)?.value === false;
    return isOff ? pick(name, ...known) : undefined;
  };
  const timeslice = int('sched_rr_timeslice');
  const shift = number('NODES_SHIFT').value;
  const has = (...names: string[]): Known<boolean> => proven(names.some((name) => symbols.has(name)));
  const zones = btf?.enumValues('zone_type');
  const config: KernelConfig = {
    initStack:
      pick<string>('initStack', { value: initStackOf(options), from: of }, usual('initStack')) ??
      USUAL.initStack,
    hz: pick<number>('hz', number('HZ'), proven(timeslice && timeslice * 10), usual('hz')) ?? USUAL.hz,
    x86FiveLevel: has('__pgtable_l5_enabled', 'pgdir_shift').value ?? USUAL.x86FiveLevel,
    nrCpus:
      pick<number>('nrCpus', number('NR_CPUS'), proven(bits('cpumask')), usual('nrCpus')) ?? USUAL.nrCpus,
    maxNumnodes:
      pick<number>(
        'maxNumnodes',
        { value: shift === undefined ? undefined : 2 ** shift, from: of },
        proven(bits('nodemask_t')),
        usual('maxNumnodes'),
      ) ?? USUAL.maxNumnodes,
    logBufShift:
      pick<number>(
        'logBufShift',
        number('LOG_BUF_SHIFT'),
        proven(powerOfTwo(size('__log_buf'))),
        usual('logBufShift'),
      ) ?? USUAL.logBufShift,
    logCpuMaxBufShift:
      pick<number>('logCpuMaxBufShift', number('LOG_CPU_MAX_BUF_SHIFT'), usual('logCpuMaxBufShift')) ??
      USUAL.logCpuMaxBufShift,
    initOnAlloc:
      pick<boolean>(
        'initOnAlloc',
        flag('INIT_ON_ALLOC_DEFAULT_ON'),
        proven(positive(int('init_on_alloc'))),
        usual('initOnAlloc'),
      ) ?? USUAL.initOnAlloc,
    initOnFree:
      pick<boolean>(
        'initOnFree',
        flag('INIT_ON_FREE_DEFAULT_ON'),
        proven(positive(int('init_on_free'))),
        usual('initOnFree'),
      ) ?? USUAL.initOnFree,
    deferredStructPageInit: pick(
      'deferredStructPageInit',
      flag('DEFERRED_STRUCT_PAGE_INIT'),
      has('deferred_init_memmap', 'deferred_grow_zone', 'deferred_pages'),
    ),
    zoneDma: pick('zoneDma', flag('ZONE_DMA'), proven(zones?.has('ZONE_DMA'))),
    numa: whereOff('numa', flag('NUMA'), has('numa_add_memblk')),
    cpumaskOffstack: whereOff('cpumaskOffstack', flag('CPUMASK_OFFSTACK'), has('alloc_bootmem_cpumask_var')),
    numaEmu: pick('numaEmu', flag('NUMA_EMU'), has('numa_emulation')),
    x86Mpparse: pick('x86Mpparse', flag('X86_MPPARSE'), has('smp_scan_config')),
    cma: pick('cma', flag('CMA'), has('cma_init_reserved_mem')),
    cmaSizeMbytes: pick('cmaSizeMbytes', number('CMA_SIZE_MBYTES')),
    pageExtension: pick('pageExtension', flag('PAGE_EXTENSION'), has('page_ext_init')),
    shufflePageAllocator: pick(
      'shufflePageAllocator',
      flag('SHUFFLE_PAGE_ALLOCATOR'),
      has('page_alloc_shuffle_key'),
    ),
    kfence: pick('kfence', flag('KFENCE'), has('kfence_init')),
    unacceptedMemory: pick('unacceptedMemory', flag('UNACCEPTED_MEMORY'), has('accept_memory')),
    hugetlbVmemmap: pick(
      'hugetlbVmemmap',
      flag('HUGETLB_PAGE_OPTIMIZE_VMEMMAP'),
      has('hugetlb_vmemmap_init'),
    ),
    swiotlbDynamic: pick('swiotlbDynamic', flag('SWIOTLB_DYNAMIC'), has('swiotlb_dyn_alloc')),
    kexecHandover: pick('kexecHandover', flag('KEXEC_HANDOVER'), has('kho_memory_init')),
    randomizeBase: pick('randomizeBase', flag('RANDOMIZE_BASE'), has('kernel_randomize_memory')),
  };
  return { config, sources };
}

/** The logarithm of a buffer's size; what follows it may be a little away. */
function powerOfTwo(size: number | undefined): number | undefined {
  if (size === undefined || size < 4096) return undefined;
  return Math.floor(Math.log2(size));
}
