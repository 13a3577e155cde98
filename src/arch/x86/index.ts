// The architecture as init/main.ts sees it: from what the payload handed over to a machine ready for the generic kernel.
import { GiB, PAGE_SIZE, type PhysAddr } from '../../lib/units.ts';
import { RangeSet } from '../../lib/ranges.ts';
import { Params } from '../../kernel/params.ts';
import { maxNumnodes } from '../../kernel/config.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import { byteLength, COMMAND_LINE_SIZE } from '../../mm/command_line.ts';
import { Printk, type LogLine } from '../../kernel/printk.ts';
import type { BootContext } from '../../mm/context.ts';
import { Memblock, type MemblockEvent, type MemblockOptions } from '../../mm/memblock.ts';
import { memblockRules } from '../../mm/memblock/rules.ts';
import type { BootParams } from './boot/params.ts';
import { cpuFeatures } from './cpu_features.ts';
import { areas32, initialMappingEnd } from './areas_32.ts';
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

/** E820_MAX_ENTRIES: what the zero page holds, and three for each possible node. */
function maxE820Entries(profile: KernelProfile): number {
  return 128 + 3 * maxNumnodes(profile.config);
}

/** How wide addresses are, and so an entry of memblock's tables. */
function memblockWidth({
  image,
}: KernelProfile): Pick<MemblockOptions, 'numa' | 'regionEntrySize' | 'addressDigits'> {
  if (!image.i386) return {};
  return image.i386.pae
    ? { numa: false, regionEntrySize: 20 }
    : { numa: false, regionEntrySize: 12, addressDigits: 8 };
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
    ...memblockWidth(profile),
    ...(onMemblock ? { trace: (event: MemblockEvent) => onMemblock(event, printk.step) } : {}),
  });
  const ctx: BootContext = {
    profile,
    params,
    printk,
    memblock,
    features: cpuFeatures(bootParams.cpuid, params, profile),
    maxPfn: 0,
    maxLowPfn: 0,
    maxPossiblePfn: 0,
    cpus: [],
    nrCpuIds: profile.config.nrCpus,
    nrNodeIds: 0,
    pgdats: [],
    cmaAreas: [],
    returned: [],
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
    e820Texts(profile.rules.e820Texts, profile.rules.e820Lines),
  );
  const kernelStart = options.kernelAt ?? kernelLoadAddress(bootParams, profile);
  const { endOfKernelReserve, textStart } = profile.image;
  return {
    ctx,
    bootParams,
    e820,
    e820Firmware: e820,
    e820Changes: [],
    userMemmap: false,
    numa,
    pfnMapped: new RangeSet(),
    maxPfnMapped: 0,
    brkEnd: kernelStart + endOfKernelReserve - textStart + initialTables(profile, kernelStart),
    kernelStart,
    kaslr: options.kaslr ?? false,
    maxCpus: profile.config.nrCpus,
    possibleCpusParam: null,
    acpiDisabled: false,
    gbPagesWanted: true,
    tables32: null,
    hugetlb: null,
    efiFreeable: [],
  };
}

/** Bytes of brk that a 32-bit kernel's first page tables take. */
function initialTables(profile: KernelProfile, kernelStart: PhysAddr): number {
  const { i386, imageEnd, textStart } = profile.image;
  if (!i386) return 0;
  const { pmdSize } = areas32(profile.config.nrCpus, i386.pae);
  const end = initialMappingEnd(profile, kernelStart + imageEnd - textStart, i386.pae);
  return (end / pmdSize) * PAGE_SIZE;
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
