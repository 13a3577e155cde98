// A machine as the edges hold it: sizes are numbers, lists are spelled out. Descriptions (spec/description.ts) and
// imports (import/) become this; spec/to-board.ts turns it into emulated hardware. The kernel model never sees it.
import type { CpuidLeaf, EfiInfo } from '../arch/x86/boot/params.ts';
import type { PhysAddr } from '../lib/units.ts';
import type { AcpiMaker } from './acpi-build/header.ts';
import type { TimingSpec } from './spec/timing.ts';

/** One entry of the firmware's map, raw and in firmware order: it may be empty, overlap others or run past 2^64. */
export interface MapEntry {
  readonly addr: bigint;
  readonly size: bigint;
  /** 1 RAM, 2 reserved, 3 ACPI data, 4 NVS, 5 unusable, 7 PMEM, 0xefffffff soft reserved, else as given. */
  readonly type: number;
}

/** One CPU as the firmware lists it in the MADT. */
export interface CpuSpec {
  readonly apicId: number;
  /** false: present in the MADT, not usable at boot (Linux counts it as a hotplug CPU). */
  readonly enabled: boolean;
}

/** One memory range of a node: `size` bytes from `start`, with the SRAT's flags. */
export interface NodeMemory {
  readonly start: PhysAddr;
  readonly size: number;
  readonly hotplug: boolean;
  readonly nonvolatile: boolean;
}

/** One NUMA node as the SRAT describes it. */
export interface NodeSpec {
  /** ACPI proximity domain. */
  readonly pxm: number;
  /** Indexes into `cpus`. */
  readonly cpus: readonly number[];
  readonly memory: readonly NodeMemory[];
}

/** The cores behind the CPU list, where the description says so; it decides APIC ids and timing, nothing else. */
export interface Topology {
  readonly sockets: number;
  readonly cores: number;
  readonly threads: number;
}

/** Bytes at a physical address. */
export interface Placed {
  readonly address: PhysAddr;
  readonly bytes: Uint8Array;
  /** Names them in errors: `ACPI MADT`, `RSDP`. */
  readonly what: string;
}

/** Tables given as bytes; RSDP and root table are made to point at them. */
export interface AcpiRaw {
  readonly kind: 'raw';
  readonly rsdpAddress: PhysAddr;
  /** 0: 20 bytes and an RSDT; 2: 36 bytes and an XSDT. */
  readonly revision: number;
  /** Six characters. */
  readonly oemId: string;
  readonly root: {
    readonly address: PhysAddr;
    /** Bytes of the root table, padded with null pointers; null for as many as its pointers need. */
    readonly length: number | null;
    /** null for our own. */
    readonly maker: AcpiMaker | null;
  };
  /** Every table but RSDP and root, in the order in which the root lists them (DSDT and FACS hang on the FADT). */
  readonly tables: readonly Placed[];
}

/** Tables made from the CPUs, nodes and distances. */
export interface AcpiBuild {
  readonly kind: 'build';
  readonly rsdpAddress: PhysAddr;
  /** Where the tables go; null to look for room in the map. */
  readonly at: PhysAddr | null;
  readonly oemId: string;
  readonly hpet: boolean;
  /** Base of the PCI configuration window, null for no MCFG. */
  readonly mcfg: PhysAddr | null;
  readonly waet: boolean;
  /** false leaves the SRAT (and SLIT) out: Linux then fakes one node. */
  readonly srat: boolean;
}

/** An MP floating pointer and the configuration table that it names. */
export interface MpSpec {
  readonly pointerAddress: PhysAddr;
  readonly tableAddress: PhysAddr;
  /** The whole table; its header claims `bytes.length`. */
  readonly table: Uint8Array;
}

/** What CPUID says that early boot depends on. */
export interface CpuFeatures {
  /** Twelve characters. */
  readonly vendor: string;
  /** Five-level page tables (LA57). */
  readonly la57: boolean;
  /** 1 GiB pages. */
  readonly pdpe1gb: boolean;
  readonly physBits: number;
  readonly x2apic: boolean;
  /** Hypervisor signature (leaf 0x40000000), null on bare metal. */
  readonly hypervisor: string | null;
}

/**
 * Where the kernel lies, as a loader or KASLR chose it: the address of _text, or of brk, which follows the image, with what says so;
 * `unknown` where KASLR chose and nothing tells.
 */
export type KernelPlace =
  | { readonly text: PhysAddr; readonly told: string }
  | { readonly brk: PhysAddr; readonly told: string }
  | 'unknown';

/** Where a machine came from, for messages and marks. */
export interface Origin {
  readonly kind: 'builtin' | 'description' | 'log' | 'capture';
  /** File or built-in name. */
  readonly path: string;
}

/** A machine in full: what resolveMachine() gives. Sizes and addresses in bytes. */
export interface MachineSpec {
  readonly name: string;
  readonly about: string;
  /** The map is invented (topology and sizes may be real). */
  readonly synthetic: boolean;
  readonly origin: Origin;
  readonly map: readonly MapEntry[];
  readonly cpus: readonly CpuSpec[];
  readonly topology: Topology | null;
  /** Empty: no SRAT. */
  readonly nodes: readonly NodeSpec[];
  /** SLIT, row by row in the order of `nodes`; null for none. */
  readonly distances: readonly (readonly number[])[] | null;
  /** null: a machine without ACPI. */
  readonly acpi: AcpiRaw | AcpiBuild | null;
  readonly mp: MpSpec | null;
  readonly initrd: { readonly image: PhysAddr; readonly size: number } | null;
  readonly cmdline: string;
  /** null: where a boot loader puts a kernel with nokaslr. */
  readonly kernelAt: KernelPlace | null;
  /** Kernel version that the machine ran, `6.1`; null where nothing says so. The caller chooses the profile. */
  readonly kernel: string | null;
  readonly cpu: CpuFeatures;
  /** Leaves given in full, instead of those made from `cpu`. */
  readonly cpuid: readonly CpuidLeaf[] | null;
  readonly efi: EfiInfo | null;
  readonly dmi: string | null;
  readonly timing: TimingSpec;
  /** What an import could not find and had to assume, one sentence each. */
  readonly warnings: readonly string[];
}
