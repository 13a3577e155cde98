// The described machine as emulated hardware: what the board is made from.
import type { CpuidLeaf, EfiInfo, PlatformMemory } from '../arch/x86/boot/params.ts';
import type { PhysAddr } from '../lib/units.ts';

/** Deliberate firmware faults, for tests of the payload. */
export interface BoardFaults {
  /** INT 15h E820 answers without the SMAP signature from this entry on (0 is the first). */
  readonly wrongSmapAt?: number;
  /** INT 15h E820 never returns EBX 0: it starts over after the last entry. */
  readonly endlessEbx?: boolean;
  /** INT 15h E820 sets carry at this entry (0 is the first). */
  readonly carryAt?: number;
  /** The payload stops where this says, as a guest that hangs, faults or halts would. */
  readonly payload?: 'loop' | 'halt' | 'triple-fault';
}

/** The machine as emulated hardware: nothing here reaches the kernel model but through the guest. */
export interface BoardConfig {
  /** Firmware order, raw: may be empty, overlap, wrap. `attributes` goes to callers that ask for 24 bytes. */
  readonly e820: readonly {
    readonly addr: bigint;
    readonly size: bigint;
    readonly type: number;
    readonly attributes?: number;
  }[];
  /** ACPI tables, RSDP, MP floating pointer and table: bytes at physical addresses below 4 GiB; `what` names them in errors. */
  readonly blobs: readonly {
    readonly address: PhysAddr;
    readonly bytes: Uint8Array;
    readonly what: string;
  }[];
  /** boot_params.acpi_rsdp_addr, for an RSDP outside the EBDA and 0xE0000-0xFFFFF (an EFI machine's); else null. */
  readonly rsdpAddr: PhysAddr | null;
  /** The BIOS data area; by default derived from the map as SeaBIOS lays it out (EBDA at the end of base memory). */
  readonly bda?: { readonly baseMemKiB: number; readonly ebdaAddr: PhysAddr };
  readonly cmdline: string;
  readonly ramdisk: { readonly image: PhysAddr; readonly size: number } | null;
  /** The described machine's CPUID leaves; null to hand over what the emulated CPU says. */
  readonly cpuid: readonly CpuidLeaf[] | null;
  readonly efi?: EfiInfo | null;
  readonly platform?: PlatformMemory | null;
  readonly dmi?: string | null;
  readonly faults?: BoardFaults;
  /** Code that runs in the payload's place: entered in real mode at 2000:0000, at most 64 KiB. */
  readonly payload?: Uint8Array;
}
