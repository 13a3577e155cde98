// What setup functions of early parameters take (v6.1, 6.12, 7.2 and 7.3): the kernel says of each that returns an error that it is malformed.
// Parameters that this model acts on are in early_params.ts, with their own handlers; those that take everything are nowhere.
import type { Printk } from '../../kernel/printk.ts';
import { memparse } from '../../kernel/params.ts';
import type { KernelRules } from '../../kernel/rules.ts';
import { getOption } from '../../lib/strtoul.ts';

/** What a setup function knows beside its text. */
export interface EarlyKernel {
  /** Some print why. */
  readonly printk: Pick<Printk, 'print' | 'warn'>;
  readonly rules: KernelRules;
  readonly is64: boolean;
  /** nr_cpu_ids as it is by then: CONFIG_NR_CPUS, or what nr_cpus= said before. */
  readonly nrCpuIds: number;
}

/** Whether the setup function returns an error for what stands behind `=`; null where there is no `=`. */
export type EarlyCheck = (value: string | null, kernel: EarlyKernel) => boolean;

const missing: EarlyCheck = (value) => value === null;
const given: EarlyCheck = (value) => value !== null;

/** kstrtobool: the first letters decide, what follows does not count. */
const noBool: EarlyCheck = (value) => value === null || !/^(?:[yYtT1nNfF0]|[oO][nNfF])/.test(value);

const noneOf =
  (...words: readonly string[]): EarlyCheck =>
  (value) =>
    value === null || !words.includes(value);

/** kstrtoull with base 0 or 16, and the range of the type that it is stored in. */
function outOf(value: string, base: 0 | 16, lowest: bigint, highest: bigint): boolean {
  const [, sign = '', digits = ''] = /^([+-]?)(.*?)\n?$/s.exec(value) ?? [];
  const form = base === 16 ? /^(?:0[xX])?[0-9a-fA-F]+$/ : /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
  if (!form.test(digits) || (sign === '-' && lowest === 0n)) return true;
  const plain = digits.replace(/^0[xX]/, '');
  const isHex = base === 16 || plain !== digits;
  const number = BigInt(isHex ? `0x${plain}` : digits.replace(/^0(?=[0-7])/, '0o'));
  const signed = sign === '-' ? -number : number;
  return signed < lowest || signed > highest;
}

const U32_MAX = 0xffffffffn;
const U64_MAX = 0xffffffffffffffffn;
const INT_MIN = -0x80000000n;
const INT_MAX = 0x7fffffffn;
/** One bit for each of the 19 taints. */
const TAINT_FLAGS_MAX = 0x7ffffn;

const CHECKS: readonly (readonly [EarlyCheck, readonly string[]])[] = [
  [
    missing,
    [
      ...['default_hugepagesz', 'fw_devlink', 'gather_data_sampling', 'highmem', 'hostname', 'hugepages'],
      ...[
        'hugepagesz',
        'indirect_target_selection',
        'intel_pstate',
        'intremap',
        'log_buf_len',
        'movablecore',
        'mtrr_chunk_size',
        'mtrr_gran_size',
        'oops',
      ],
      ...['proc_mem.force_override', 'reg_file_data_sampling', 'reservetop', 'retbleed'],
      ...[
        'spec_rstack_overflow',
        'spec_store_bypass_disable',
        'spectre_bhi',
        'spectre_v2',
        'spectre_v2_user',
      ],
      ...['srbds', 'tsa', 'tsx', 'vmalloc', 'vmscape'],
    ],
  ],
  [given, ['noinvpcid', 'nopcid']],
  [
    noBool,
    [
      ...['check_pages', 'cpuhp.parallel', 'debug_pagealloc', 'fw_devlink.strict', 'gart_fix_e820'],
      ...['hugetlb_cma_only', 'hugetlb_free_vmemmap', 'ia32_emulation'],
      ...['init_on_alloc', 'init_on_free', 'iommu.forcedac', 'iommu.passthrough', 'iommu.strict'],
      ...['page_owner', 'page_poison', 'page_table_check', 'random.trust_bootloader', 'random.trust_cpu'],
      ...['randomize_kstack_offset', 'xen_console_io', 'xen_msr_safe'],
    ],
  ],
  [noneOf('edge', 'level', 'high', 'low'), ['acpi_sci']],
  [noneOf('poll', 'halt', 'nomwait'), ['idle']],
  [noneOf('0x80', '0xed', 'udelay', 'none'), ['io_delay']],
  [noneOf('off', 'on'), ['kmemleak']],
  [noneOf('integrity', 'confidentiality'), ['lockdown']],
  [noneOf('debug'), ['mtrr']],
  [noneOf('report', 'oops', 'panic'), ['kfence.fault']],
  [noneOf('force'), ['rdrand']],
  [noneOf('strict', 'timeout'), ['fw_devlink.sync_state']],
  [noneOf('nohigh'), ['userpte']],
  [noneOf('emulate', 'xonly', 'none'), ['vsyscall']],
  // of these the kernel would not survive one without a value
  [(value) => value !== null && !['off', 'on', 'auto'].includes(value), ['pti']],
  [(value) => value !== null && !['lazy', 'eager'].includes(value), ['accept_memory']],
  [
    (value) => value !== null && outOf(value, 0, 0n, U32_MAX),
    ['memtest', 'stack_depot_max_pools', 'tsc_early_khz'],
  ],
  [(value) => value !== null && outOf(value, 16, 0n, U64_MAX), ['acpi_rsdp']],
  [(value) => value === null || outOf(value, 0, INT_MIN, INT_MAX), ['acpi_apic_instance']],
  [(value) => value === null || !getOption(value).found, ['disable_cpu_apicid', 'loglevel']],
  [(value) => value === null || noTaint(value), ['panic_on_taint']],
  [(value) => value === null || noAddress(value), ['elfcorehdr']],
  [acpi, ['acpi']],
  [amdPstate, ['amd_pstate']],
  [
    (value, kernel) => kernel.rules.stackDepotDisable === 'boolean' && noBool(value, kernel),
    ['stack_depot_disable'],
  ],
  [mtrrSpareReg, ['mtrr_spare_reg_nr']],
  [panicForceCpu, ['panic_force_cpu']],
  [iommu, ['iommu']],
  [apic, ['apic']],
  [apicExtnmi, ['apic_extnmi']],
  [(value, { printk }) => withoutValue(value, () => printk.warn('efi: need at least one option')), ['efi']],
  [
    (value, { printk }) => withoutValue(value, () => printk.print('cma: Config string not provided', 3)),
    ['cma'],
  ],
];

function withoutValue(value: string | null, say: () => void): boolean {
  if (value === null) say();
  return value === null;
}

function noTaint(value: string): boolean {
  const flags = value.split(',', 1)[0] ?? '';
  if (outOf(flags, 16, 0n, U64_MAX)) return true;
  return (BigInt(`0x${flags.replace(/^\+?(?:0[xX])?/, '')}`) & TAINT_FLAGS_MAX) === 0n;
}

/** ADDRESS or SIZE@ADDRESS, of which something must be there. */
function noAddress(value: string): boolean {
  const { rest } = memparse(value);
  return rest === value && !rest.startsWith('@');
}

const ACPI_WORDS: readonly string[] = ['off', 'force', 'strict', 'rsdt', 'noirq', 'copy_dsdt', 'nocmcff'];

function acpi(value: string | null, { rules }: EarlyKernel): boolean {
  if (value === 'spcr') return rules.acpiWords !== 'with-spcr';
  return value === null || !ACPI_WORDS.includes(value);
}

/** As many letters as there are decide; no letter is the beginning of `undefined`, which is none of the modes. */
function amdPstate(value: string | null, { rules }: EarlyKernel): boolean {
  if (value === null || rules.amdPstate === 'any-word') return value === null;
  return value === '' || !['disable', 'passive', 'active', 'guided'].some((mode) => mode.startsWith(value));
}

function mtrrSpareReg(value: string | null, { rules }: EarlyKernel): boolean {
  return rules.mtrrSpareReg === 'number' && (value === null || outOf(value, 0, 0n, U64_MAX));
}

function panicForceCpu(value: string | null, { printk, nrCpuIds }: EarlyKernel): boolean {
  if (value === null) return true;
  if (!outOf(value, 0, 0n, BigInt(nrCpuIds) - 1n)) return false;
  printk.warn(`panic_force_cpu: invalid value '${value}'`);
  return true;
}

/** `usedac` ends the reading with a result that is no zero. */
function iommu(value: string | null): boolean {
  return value === null || value.split(',').some((part) => part.startsWith('usedac'));
}

function apic(value: string | null, { printk, is64 }: EarlyKernel): boolean {
  if (value === null) return !is64;
  if (value === 'debug' || value === 'verbose' || !is64) return false;
  printk.warn(`APIC Verbosity level ${value} not recognised use apic=verbose or apic=debug`);
  return true;
}

function apicExtnmi(value: string | null, { printk }: EarlyKernel): boolean {
  if (value === null) return true;
  if (/^(?:all|none|bsp)/.test(value)) return false;
  printk.warn(`Unknown external NMI delivery mode \`${value}' ignored`);
  return true;
}

/** By the parameter's name, with underscores for dashes. */
export const EARLY_CHECKS: ReadonlyMap<string, EarlyCheck> = new Map(
  CHECKS.flatMap(([check, names]) => names.map((name): [string, EarlyCheck] => [name, check])),
);
