// What the kernel model knows about the machine: the counterpart of Linux' struct boot_params (v6.1), with the bytes that
// setup_arch would read out of physical memory (ACPI tables, MP table, BIOS data area) beside it.
// Everything here was found by the payload in the guest and handed over; see docs/handoff.md.
import type { PhysAddr } from '../../../lib/units.ts';

/** One entry of boot_params.e820_table, raw: it may be empty, overlap others or run past 2^64. */
export interface BootE820Entry {
  readonly addr: bigint;
  readonly size: bigint;
  /** 1 RAM, 2 reserved, 3 ACPI data, 4 NVS, 5 unusable, 7 PMEM, anything else as the firmware said. */
  readonly type: number;
}

/** How the E820 loop of the payload ended, as detect_memory_e820 ends. */
export type E820End =
  | 'last' // EBX came back as 0
  | 'carry' // carry set: the firmware has no further entry
  | 'full' // 128 entries were taken, the firmware offered more
  | 'no-smap'; // the signature was missing: the whole map is thrown away

/** One ACPI table as it stood in guest memory. */
export interface AcpiTableImage {
  readonly signature: string;
  readonly address: PhysAddr;
  /** The whole table with its header; at least 36 bytes (8 for a FACS), `length` of the header says what it claims. */
  readonly bytes: Uint8Array;
  /** Whether the bytes sum to 0 as the payload added them; true for a FACS, which has no checksum. */
  readonly checksumOk: boolean;
}

/** The RSDP and every table that can be reached from it. */
export interface AcpiTables {
  readonly rsdpAddr: PhysAddr;
  /** `loader`: boot_params.acpi_rsdp_addr; else where the scan of acpi_find_root_pointer found it. */
  readonly rsdpFrom: 'loader' | 'ebda' | 'bios-area';
  /** 20 bytes for revision 0 and 1, else its own length (36). */
  readonly rsdp: Uint8Array;
  readonly revision: number;
  /** Six characters as they stand, blanks included. */
  readonly oemId: string;
  readonly rootAddress: PhysAddr;
  readonly rootSignature: 'RSDT' | 'XSDT';
  /** In the order in which Linux prints them: the root, then as the root lists them, DSDT and FACS (32-bit, then X) after FACP. */
  readonly tables: readonly AcpiTableImage[];
  /** What the payload found wrong, one sentence each: bad checksums, lengths, tables it could not reach. */
  readonly problems: readonly string[];
}

/** An MP floating pointer (struct mpf_intel) that smp_scan_config accepts, and the configuration table behind it. */
export interface MpTables {
  readonly mpfAddress: PhysAddr;
  /** 16 bytes. */
  readonly mpf: Uint8Array;
  /** null where the pointer is 0 (a default configuration). `bytes` has the length that the table's header claims. */
  readonly mpc: { readonly address: PhysAddr; readonly bytes: Uint8Array } | null;
}

/** The four registers of one CPUID leaf, unsigned. */
export interface CpuidLeaf {
  readonly leaf: number;
  readonly subleaf: number;
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

/** One descriptor of the EFI memory map (efi_memory_desc_t without the virtual address). */
export interface EfiMemoryDescriptor {
  readonly type: number;
  readonly physAddr: bigint;
  readonly numPages: bigint;
  readonly attribute: bigint;
}

/** What an EFI loader hands over: system table facts, configuration tables and the memory map. */
export interface EfiInfo {
  /** As the system table's revision: major << 16 | minor (2.70 is 0x20046). */
  readonly revision: number;
  readonly vendor: string;
  /** Configuration tables by the short names that the kernel prints (`ACPI 2.0`, `SMBIOS`, `MEMATTR`), in its order. */
  readonly configTables: readonly { readonly name: string; readonly address: PhysAddr }[];
  /** Where the map itself stands (memblock reserves it), and its size in bytes; both 0 where unknown. */
  readonly memmapAddr: PhysAddr;
  readonly memmapSize: number;
  readonly memmap: readonly EfiMemoryDescriptor[];
  /** Bytes of the memory attributes table (header and entries) behind `MEMATTR`; 0 where there is none. */
  readonly memattrSize: number;
  /** Where the EFI stub put the kernel; 0 where only the map can tell. */
  readonly kernelAddr: PhysAddr;
}

/** `size` bytes from `start`. */
export interface PhysRange {
  readonly start: PhysAddr;
  readonly size: number;
}

/** What firmware, boot loader and chipset did to memory beside the map. */
export interface PlatformMemory {
  /** What the MTRRs have as write-back, ascending and apart; empty where they say nothing, as on most virtual machines. */
  readonly cached: readonly PhysRange[];
  /** struct setup_data, in the order of its list: the loader's. */
  readonly setupData: readonly PhysRange[];
  /** Pages of EFI's tables that the kernel keeps: before nodes are known (ESRT, MOK variables), or with ACPI (the boot logo). */
  readonly firmwareReserved: readonly (PhysRange & { readonly withAcpi: boolean })[];
  /** Memory that the graphics device took. */
  readonly stolen: readonly PhysRange[];
  /** Pages below 16 MiB that are taken when zones are made; null where nothing tells. */
  readonly lowReservedPages: number | null;
  /** Where the loader put the kernel, as far as that can be said; null for where it would put one with nokaslr. */
  readonly kernelAt: PhysAddr | null;
}

/** What the payload hands to the kernel. */
export interface BootParams {
  /** At most 128 entries, in firmware order (detect_memory_e820). */
  readonly e820: readonly BootE820Entry[];
  /** Entries that the firmware offered beyond 128, which the kernel never sees; the count stops at 4096 in all. */
  readonly e820Ignored: number;
  readonly e820End: E820End;
  /** boot_params.alt_mem_k: KiB above 1 MiB by INT 15h AX=E801h, 0 where it failed. */
  readonly altMemK: number;
  /** boot_params.screen_info.ext_mem_k: KiB above 1 MiB by INT 15h AH=88h. */
  readonly extMemK: number;
  /** The BIOS data area's words at 0x413 (KiB of base memory) and 0x40E (EBDA, here as an address; 0 for none). */
  readonly bda: { readonly baseMemKiB: number; readonly ebdaAddr: PhysAddr };
  /** null where no RSDP was found. */
  readonly acpi: AcpiTables | null;
  /** acpi.problems; there too where no RSDP was found, which they may explain. */
  readonly acpiProblems: readonly string[];
  readonly mp: MpTables | null;
  /** Leaves 0, 1, 7, 0x80000000, 0x80000001 and 0x80000008 at least, where the CPU has them. */
  readonly cpuid: readonly CpuidLeaf[];
  readonly cmdline: string;
  readonly ramdisk: { readonly image: PhysAddr; readonly size: number } | null;
  readonly efi: EfiInfo | null;
  readonly platform: PlatformMemory | null;
  /** The machine's DMI identification as the kernel prints it after `DMI: `, null where there is none. */
  readonly dmi: string | null;
  /** What the payload said on the serial line, a line each. */
  readonly payloadLog: readonly string[];
}
