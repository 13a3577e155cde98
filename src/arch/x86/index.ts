// The architecture as init/main.ts sees it: from what the payload handed over to a machine ready for the generic kernel.
import { GiB, type PhysAddr } from '../../lib/units.ts';
import { RangeSet } from '../../lib/ranges.ts';
import { Params } from '../../kernel/params.ts';
import { maxNumnodes } from '../../kernel/config.ts';
import type { KernelConfig, KernelProfile } from '../../kernel/profile.ts';
import { byteLength, COMMAND_LINE_SIZE } from '../../mm/command_line.ts';
import { Printk, type LogLine } from '../../kernel/printk.ts';
import type { BootContext, CpuFeatures } from '../../mm/context.ts';
import { Memblock, type MemblockEvent } from '../../mm/memblock.ts';
import { memblockRules } from '../../mm/memblock/rules.ts';
import type { BootParams, CpuidLeaf } from './boot/params.ts';
import { E820Table, e820Texts } from './e820_table.ts';
import { ascending, NumaState } from './numa_state.ts';
import type { X86State } from './state.ts';
import { callerText } from './caller_text.ts';

/** What a boot may be told beside the machine: its kernel, and who listens. */
export interface X86Options {
  readonly profile: KernelProfile;
  /** Physical address of _text, where it is known; else where a loader puts a kernel with nokaslr. */
  readonly kernelAt?: PhysAddr | undefined;
  /** KASLR is at work. */
  readonly kaslr?: boolean | undefined;
  /** Called for each log line as it is printed. */
  readonly onLine?: (line: LogLine) => void;
  /** Called for each change of memblock's tables, with the boot step that made it. */
  readonly onMemblock?: (event: MemblockEvent, step: string) => void;
}

const VENDOR_LEAF = 0;
const FEATURES_LEAF = 1;
const EXTENDED_FEATURES_LEAF = 7;
const AMD_FEATURES_LEAF = 0x80000001;
const ADDRESS_SIZES_LEAF = 0x80000008;
const HYPERVISOR_BIT = 2 ** 31; // leaf 1, ECX
const LA57_BIT = 2 ** 16; // leaf 7, ECX
const PDPE1GB_BIT = 2 ** 26; // leaf 0x80000001, EDX

/** Whether bit value `bit` is set in an unsigned 32-bit register. */
function hasBit(register: number, bit: number): boolean {
  return Math.floor(register / bit) % 2 === 1;
}

/** The features that matter to memory, from CPUID as the payload read it, and `no5lvl`. */
function cpuFeatures(cpuid: readonly CpuidLeaf[], params: Params, config: KernelConfig): CpuFeatures {
  const leaf = (number: number): CpuidLeaf | undefined =>
    cpuid.find((l) => l.leaf === number && l.subleaf === 0);
  const bytes = (register: number): string =>
    String.fromCharCode(...[0, 8, 16, 24].map((shift) => (register >>> shift) & 0xff));
  const vendorLeaf = leaf(VENDOR_LEAF);
  const vendor = vendorLeaf ? bytes(vendorLeaf.ebx) + bytes(vendorLeaf.edx) + bytes(vendorLeaf.ecx) : '';
  return {
    gbPages: hasBit(leaf(AMD_FEATURES_LEAF)?.edx ?? 0, PDPE1GB_BIT),
    la57:
      config.x86FiveLevel &&
      hasBit(leaf(EXTENDED_FEATURES_LEAF)?.ecx ?? 0, LA57_BIT) &&
      !params.has('no5lvl'),
    vendor: vendor === 'GenuineIntel' ? 'Intel' : vendor === 'AuthenticAMD' ? 'AMD' : 'other',
    hypervisor: hasBit(leaf(FEATURES_LEAF)?.ecx ?? 0, HYPERVISOR_BIT),
    physBits: (leaf(ADDRESS_SIZES_LEAF)?.eax ?? 36) & 0xff,
  };
}

/** E820_MAX_ENTRIES: what the zero page holds, and three for each possible node. */
function maxE820Entries(profile: KernelProfile): number {
  return 128 + 3 * maxNumnodes(profile.config);
}

/** What x86 keeps of the command line: COMMAND_LINE_SIZE with the final zero (setup_arch, copy_bootdata). */
function bootCommandLine(given: string): { cmdline: string; isCut: boolean } {
  const text = given.split('\0', 1)[0] ?? '';
  if (byteLength(text) < COMMAND_LINE_SIZE) return { cmdline: text, isCut: false };
  const bytes = new TextEncoder().encode(text).subarray(0, COMMAND_LINE_SIZE - 1);
  return { cmdline: new TextDecoder().decode(bytes), isCut: true };
}

/** A fresh state, as before setup_arch; `warnings` collects what is not modelled. */
export function newX86State(bootParams: BootParams, options: X86Options, warnings: string[]): X86State {
  const { profile } = options;
  const printk = new Printk(options.onLine);
  const { cmdline, isCut } = bootCommandLine(bootParams.cmdline);
  const params = new Params(cmdline);
  const numa = new NumaState();
  const { onMemblock } = options;
  const memblock = new Memblock({
    print: (line) => printk.info(line),
    symbol: (caller) => callerText(profile, caller),
    maxNumNodes: maxNumnodes(profile.config),
    numa: profile.config.numa !== false,
    ...memblockRules(profile.rules),
    ...(onMemblock ? { trace: (event: MemblockEvent) => onMemblock(event, printk.step) } : {}),
  });
  const ctx: BootContext = {
    profile,
    params,
    printk,
    memblock,
    features: cpuFeatures(bootParams.cpuid, params, profile.config),
    maxPfn: 0,
    maxLowPfn: 0,
    maxPossiblePfn: 0,
    cpus: [],
    nrCpuIds: profile.config.nrCpus,
    nrNodeIds: 0,
    pgdats: [],
    cmaAreas: [],
    nrKernelPages: 0,
    nrAllPages: 0,
    presentSections: [],
    nodeCpus: (nid) => nodeCpus(ctx, numa, nid),
    onlineNodes: () => ascending(numa.nodesOnline),
    nodeDistance: (from, to) => numa.nodeDistance(from, to),
    logBufLen: 2 ** profile.config.logBufShift,
    ramdisk: null,
    warn: (message) => {
      if (!warnings.includes(message)) warnings.push(message);
    },
  };
  if (isCut)
    ctx.warn(`command line: longer than ${COMMAND_LINE_SIZE - 1} bytes, which is what Linux takes of it`);
  const e820 = new E820Table(
    maxE820Entries(profile),
    (text, level) => printk.print(text, level),
    e820Texts(profile.rules.e820Texts),
  );
  const kernelStart = options.kernelAt ?? kernelLoadAddress(bootParams, profile);
  const { endOfKernelReserve, textStart } = profile.image;
  return {
    ctx,
    bootParams,
    e820,
    e820Firmware: e820,
    userMemmap: false,
    numa,
    pfnMapped: new RangeSet(),
    maxPfnMapped: 0,
    brkEnd: kernelStart + endOfKernelReserve - textStart,
    kernelStart,
    kaslr: options.kaslr ?? false,
    maxCpus: profile.config.nrCpus,
    possibleCpusParam: null,
    acpiDisabled: false,
    gbPagesWanted: true,
    hugetlb: null,
    efiFreeable: [],
  };
}

/** CPUs of a node; fake nodes of one physical node share its CPUs (numa_add_cpu). */
function nodeCpus(ctx: BootContext, numa: NumaState, nid: number): number[] {
  const physical = (node: number): number => numa.emuNidToPhys.get(node) ?? node;
  const cpus: number[] = [];
  ctx.cpus.forEach((cpu, id) => {
    if (physical(cpu.node) === physical(nid)) cpus.push(id);
  });
  return cpus;
}

/** EFI memory type of memory that anybody may use (UEFI specification 2.10, section 7.2). */
const EFI_CONVENTIONAL_MEMORY = 7;

/**
 * Where the kernel stands. Boot loaders put it at its preferred address; the EFI stub too if that is free, else at the
 * lowest address above it (drivers/firmware/efi/libstub, efi_relocate_kernel), all with `nokaslr`.
 */
function kernelLoadAddress(bootParams: BootParams, profile: KernelProfile): number {
  const { textStart, initSize, kernelAlignment } = profile.image;
  if (bootParams.efi?.kernelAddr) return bootParams.efi.kernelAddr;
  const ranges = (bootParams.efi?.memmap ?? [])
    .filter((d) => d.type === EFI_CONVENTIONAL_MEMORY)
    .map((d) => ({ start: Number(d.physAddr), end: Number(d.physAddr + d.numPages * 4096n) }))
    .sort((a, b) => a.start - b.start);
  for (const { start, end } of ranges) {
    const at = Math.ceil(Math.max(start, textStart) / kernelAlignment) * kernelAlignment;
    if (at + initSize <= Math.min(end, 4 * GiB)) return at;
  }
  return textStart;
}

/** Possible nodes that are online, ascending. */
export function onlineNodes(x86: X86State): number[] {
  return ascending(x86.numa.nodesOnline);
}
