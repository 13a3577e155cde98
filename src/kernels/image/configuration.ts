// The build configuration: out of the image (IKCONFIG), a /boot/config file, or what symbols, types and initial values prove.
import { compilerCannotInit } from './init_stack.ts';
import { factsOfOptions, parseConfig, type Options } from './options.ts';
import { badImage, Bytes, latin1 } from './bytes.ts';
import type { Btf } from './btf.ts';
import type { Elf } from './elf.ts';
import { gunzip } from './payload.ts';
import type { Symbols } from './symbols.ts';
import { USUAL, USUAL_NR_CPUS_32 } from './usual.ts';
import type { KernelConfig } from '../../kernel/profile.ts';

/** No configuration is larger. */
const MAX_CONFIG_SIZE = 4 * 1024 * 1024;

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

/** Reads option by option; `of` is where `options` are from. */
export function kernelConfig(
  image: { readonly elf: Elf; readonly symbols: Symbols; readonly btf: Btf | null; readonly banner?: string },
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
  const said: Partial<KernelConfig> = options === null ? {} : factsOfOptions(options);
  const given = <K extends keyof KernelConfig>(name: K): Known<KernelConfig[K]> => ({
    value: said[name],
    from: of,
  });
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
  const whereOff = (name: string, ...known: Known<boolean | undefined>[]): boolean | undefined => {
    const isOff = known.find(({ value }) => value !== undefined)?.value === false;
    return isOff ? pick(name, ...known) : undefined;
  };
  const timeslice = int('sched_rr_timeslice');
  const has = (...names: string[]): Known<boolean> => proven(names.some((name) => symbols.has(name)));
  const zones = btf?.enumValues('zone_type');
  const config: KernelConfig = {
    initStack:
      pick<string>(
        'initStack',
        given('initStack'),
        proven(compilerCannotInit(image.banner) ? 'off' : undefined),
        usual('initStack'),
      ) ?? USUAL.initStack,
    hz: pick<number>('hz', given('hz'), proven(timeslice && timeslice * 10), usual('hz')) ?? USUAL.hz,
    x86FiveLevel: has('__pgtable_l5_enabled', 'pgdir_shift').value ?? USUAL.x86FiveLevel,
    nrCpus:
      pick<number>(
        'nrCpus',
        given('nrCpus'),
        proven(bits('cpumask')),
        elf.wordBytes === 4 ? { ...usual('nrCpus'), value: USUAL_NR_CPUS_32 } : usual('nrCpus'),
      ) ?? USUAL.nrCpus,
    maxNumnodes:
      pick<number>(
        'maxNumnodes',
        given('maxNumnodes'),
        proven(elf.wordBytes === 4 && !symbols.has('numa_init') ? 1 : undefined),
        proven(bits('nodemask_t')),
        usual('maxNumnodes'),
      ) ?? USUAL.maxNumnodes,
    logBufShift:
      pick<number>(
        'logBufShift',
        given('logBufShift'),
        proven(powerOfTwo(size('__log_buf'))),
        usual('logBufShift'),
      ) ?? USUAL.logBufShift,
    logCpuMaxBufShift:
      pick<number>('logCpuMaxBufShift', given('logCpuMaxBufShift'), usual('logCpuMaxBufShift')) ??
      USUAL.logCpuMaxBufShift,
    initOnAlloc:
      pick<boolean>(
        'initOnAlloc',
        given('initOnAlloc'),
        proven(positive(int('init_on_alloc'))),
        usual('initOnAlloc'),
      ) ?? USUAL.initOnAlloc,
    initOnFree:
      pick<boolean>(
        'initOnFree',
        given('initOnFree'),
        proven(positive(int('init_on_free'))),
        usual('initOnFree'),
      ) ?? USUAL.initOnFree,
    deferredStructPageInit: pick(
      'deferredStructPageInit',
      given('deferredStructPageInit'),
      has('deferred_init_memmap', 'deferred_grow_zone', 'deferred_pages'),
    ),
    zoneDma: pick('zoneDma', given('zoneDma'), proven(zones?.has('ZONE_DMA'))),
    numa: whereOff('numa', given('numa'), has('numa_add_memblk')),
    cpumaskOffstack: whereOff('cpumaskOffstack', given('cpumaskOffstack'), has('alloc_bootmem_cpumask_var')),
    numaEmu: pick('numaEmu', given('numaEmu'), has('numa_emulation')),
    x86Mpparse: pick('x86Mpparse', given('x86Mpparse'), has('smp_scan_config')),
    cma: pick('cma', given('cma'), has('cma_init_reserved_mem')),
    cmaSizeMbytes: pick('cmaSizeMbytes', given('cmaSizeMbytes')),
    pageExtension: pick('pageExtension', given('pageExtension'), has('page_ext_init')),
    shufflePageAllocator: pick(
      'shufflePageAllocator',
      given('shufflePageAllocator'),
      has('page_alloc_shuffle_key'),
    ),
    transparentHugepage: pick(
      'transparentHugepage',
      given('transparentHugepage'),
      has('transparent_hugepage_flags'),
    ),
    kfence: pick('kfence', given('kfence'), has('kfence_init')),
    unacceptedMemory: pick('unacceptedMemory', given('unacceptedMemory'), has('accept_memory')),
    hugetlbVmemmap: pick('hugetlbVmemmap', given('hugetlbVmemmap'), has('hugetlb_vmemmap_init')),
    swiotlbDynamic: pick('swiotlbDynamic', given('swiotlbDynamic'), has('swiotlb_dyn_alloc')),
    kexecHandover: pick('kexecHandover', given('kexecHandover'), has('kho_memory_init')),
    randomizeBase: pick('randomizeBase', given('randomizeBase'), has('kernel_randomize_memory')),
  };
  return { config, sources };
}

/** The logarithm of a buffer's size; what follows it may be a little away. */
function powerOfTwo(size: number | undefined): number | undefined {
  if (size === undefined || size < 4096) return undefined;
  return Math.floor(Math.log2(size));
}
