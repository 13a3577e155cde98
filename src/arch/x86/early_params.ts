// Mirrors parse_early_param (init/main.c, v6.1) for x86: early parameters act in command-line order.
import { InputError } from '../../lib/input-error.ts';
import { getOption } from '../../lib/strtoul.ts';
import type { Param } from '../../kernel/params.ts';
import { isKnownParam } from '../../mm/command_line.ts';
import { isHugetlbParam, keptHugetlbParams } from '../../mm/hugetlb_params.ts';
import { printSwiotlbParam } from '../../mm/swiotlb.ts';
import { EARLY_CHECKS } from './early_checks.ts';
import { parseMemmapOpt, parseMemopt } from './e820_params.ts';
import { numaSetup } from './numa.ts';
import type { X86State } from './state.ts';

/** `malformed` where the kernel's own handler returns an error. */
type Handler = (x86: X86State, value: string | null) => void | 'malformed';

/** What acts while the command line is read; parameters that are only looked up later are not here. */
const EARLY_PARAMS: ReadonlyMap<string, Handler> = new Map(
  Object.entries<Handler>({
    memblock: (x86, value) => {
      if (value?.includes('debug')) x86.ctx.memblock.debug = true;
    },
    mem: parseMemopt,
    memmap: parseMemmapOpt,
    numa: numaSetup,
    nr_cpus: (x86, value) => {
      const { value: count, found } = getOption(value ?? '');
      if (found && count > 0 && count < x86.ctx.nrCpuIds) x86.ctx.nrCpuIds = count;
    },
    maxcpus: (x86, value) => {
      // an unsigned int; a text without digits says 0
      if (value) x86.maxCpus = getOption(value).value >>> 0;
    },
    nosmp: (x86) => {
      x86.maxCpus = 0;
    },
    possible_cpus: (x86, value) => {
      if (value) x86.possibleCpusParam = possibleCpus(value);
    },
    acpi: (x86, value) => {
      if (value === 'off') x86.acpiDisabled = true;
    },
    gbpages: (x86) => {
      x86.gbPagesWanted = true;
    },
    nogbpages: (x86) => {
      x86.gbPagesWanted = false;
    },
    movable_node: (x86) => {
      x86.ctx.memblock.movableNode = true;
    },
    swiotlb: (x86, value) => {
      if (value !== null) printSwiotlbParam(x86.ctx.printk, value);
    },
    percpu_alloc: (x86, value) => {
      if (value === null) return 'malformed';
      if (value !== 'embed' && value !== 'page')
        x86.ctx.printk.warn(`percpu: unknown allocator ${value} specified`);
      return undefined;
    },
    kernelcore: (x86, value) => {
      if (value === 'mirror') x86.ctx.memblock.mirroredKernelcore = true;
    },
  }),
);

/** -1 is the kernel's own "not given". */
function possibleCpus(text: string): number | null {
  const { value } = getOption(text);
  if (value === -1) return null;
  if (value > 0) return value;
  throw new InputError(
    'cmdline',
    `command line: possible_cpus=${text}: expected at least 1: no Linux runs without a CPU`,
  );
}

/** Parameters that change what early boot does with memory, and that this model does not act on. */
const UNMODELLED: readonly string[] = [
  'acpi_rsdp',
  'disable_mtrr_trim',
  'efi_fake_mem',
  'hugetlb_cma',
  'hugetlb_cma_only',
  'kasan',
  'kfence.sample_interval',
  'memtest',
  'mem_encrypt',
  'page_owner',
  'pci',
];
/** Acts on each early parameter in order, and names those that are not modelled. */
export function parseEarlyParam(x86: X86State): void {
  for (const param of x86.ctx.params.list) {
    const name = param.name.replaceAll('-', '_');
    if (isMalformed(x86, name, param.value) || isOneTooMany(x86, param))
      x86.ctx.printk.warn(`Malformed early option '${param.name}'`);
    warnUnmodelled(x86, param, name);
  }
}

/** Whether the parameter's setup function returns an error; those of others than ours matter for that alone. */
function isMalformed(x86: X86State, name: string, value: string | null): boolean {
  const refused = EARLY_PARAMS.get(name)?.(x86, value) === 'malformed';
  const { profile, printk, nrCpuIds } = x86.ctx;
  const { params, i386 } = profile.image;
  const check = EARLY_CHECKS.get(name);
  if (!check || !params.early.some((known) => known.replaceAll('-', '_') === name)) return refused;
  return check(value, { printk, rules: profile.rules, is64: i386 === undefined, nrCpuIds }) || refused;
}

/** Parameters of huge pages are kept for later, as many as there is room for. */
function isOneTooMany({ ctx }: X86State, param: Param): boolean {
  const { rules, image } = ctx.profile;
  if (rules.hugetlbAt === 'parse_args' || param.value === null || !isHugetlbParam(param)) return false;
  return image.params.early.includes('hugepages') && !keptHugetlbParams(ctx.params.list).includes(param);
}

function warnUnmodelled(x86: X86State, param: Param, name: string): void {
  // as 7.0 and later have it
  if (name === 'hugetlb_cma' && x86.ctx.profile.rules.zonesAt === 'mm_core_init_early') return;
  // What the image does not know changes nothing.
  if (!UNMODELLED.includes(name) || !isKnownParam(x86.ctx.profile.image.params, param)) return;
  const text = param.value === null ? param.name : `${param.name}=${param.value}`;
  x86.ctx.warn(`command line: ${text} may affect memory and is not modelled`);
}
