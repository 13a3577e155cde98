// A machine description as people write it, in YAML, JSON or TypeScript: docs/machine-description.md tells what each key means.
// spec/schema.ts checks texts against these types; spec/normalise.ts turns one into a MachineSpec.
import type { KernelFacts } from '../kernel-facts.ts';
import type { MtrrType } from './mtrr.ts';
import type { Size } from './size.ts';
import type { TimingSpec } from './timing.ts';

/** A name that the kernel prints, or the firmware's number. */
export type MapTypeName =
  'usable' | 'reserved' | 'ACPI data' | 'ACPI NVS' | 'unusable' | 'persistent' | 'soft reserved';

/** A range: `size`, or `end` as kernel logs print it (the last byte). */
export interface RangeDescription {
  readonly start: Size;
  readonly size?: Size | undefined;
  readonly end?: Size | undefined;
}

/** One entry of the firmware's map. */
export interface MapEntryDescription extends RangeDescription {
  readonly type: MapTypeName | number;
}

/** CPUs as sockets × cores × threads, in the order of the MADT. */
export interface CpusByTopology {
  readonly sockets: number;
  readonly cores?: number | undefined;
  readonly threads?: number | undefined;
  /** `apic` (default): siblings next to each other, as QEMU lists them; `siblings-last`: as bare metal does. */
  readonly order?: 'apic' | 'siblings-last' | undefined;
  /** The last so many CPUs are in the MADT but not there yet. */
  readonly hotplug?: number | undefined;
}

/** A number of CPUs, a list of APIC ids, or sockets × cores × threads. */
export type CpusDescription =
  | number
  | readonly (number | { readonly apicId: number; readonly enabled?: boolean | undefined })[]
  | CpusByTopology;

/** One memory range of a node, with the SRAT's flags. */
export interface NodeMemoryDescription extends RangeDescription {
  readonly hotplug?: boolean | undefined;
  readonly nonvolatile?: boolean | undefined;
}

/** One NUMA node for the SRAT. */
export interface NodeDescription {
  /** Proximity domain; the node's position in the list where it is missing. */
  readonly pxm?: number | undefined;
  /** CPUs by their position in `cpus`, `0-25,52-77`; none where it is missing. */
  readonly cpus?: string | number | undefined;
  readonly memory?: readonly NodeMemoryDescription[] | undefined;
}

/** One raw ACPI table: a file or base64 text, with zeros behind it up to `length`; or a length without content. */
export interface TableDescription {
  readonly address: Size;
  /** Of a table that is only a length. */
  readonly signature?: string | undefined;
  /** With content: no less than that. */
  readonly length?: Size | undefined;
  readonly revision?: number | undefined;
  /** A file beside the description, as copied from /sys/firmware/acpi/tables. */
  readonly file?: string | undefined;
  readonly base64?: string | undefined;
}

/** Where the ACPI tables are: built from CPUs and nodes (`at`, `hpet`, …), or given raw (`tables`, `root`). */
export interface AcpiDescription {
  readonly rsdp?: Size | undefined;
  readonly oemId?: string | undefined;
  // raw
  readonly revision?: 0 | 2 | undefined;
  readonly root?:
    | {
        readonly address: Size;
        readonly length?: Size | undefined;
        readonly oemTableId?: string | undefined;
        readonly oemRevision?: number | undefined;
        readonly creatorId?: string | undefined;
        readonly creatorRevision?: number | undefined;
      }
    | undefined;
  readonly tables?: readonly TableDescription[] | undefined;
  // built
  readonly at?: Size | undefined;
  readonly hpet?: boolean | undefined;
  readonly mcfg?: Size | false | undefined;
  readonly waet?: boolean | undefined;
  readonly srat?: boolean | undefined;
}

/** An MP floating pointer with its configuration table: made for so many CPUs, or given as bytes. */
export interface MpTableDescription {
  readonly pointer: Size;
  /** Right behind the pointer where it is missing. */
  readonly table?: Size | undefined;
  /** CPU entries of a table that is built. */
  readonly cpus?: number | undefined;
  readonly file?: string | undefined;
  readonly base64?: string | undefined;
}

/** What CPUID says that early boot depends on; a current CPU's where a key is missing. */
export interface CpuDescription {
  readonly vendor?: string | undefined;
  readonly la57?: boolean | undefined;
  readonly pdpe1gb?: boolean | undefined;
  readonly physBits?: number | undefined;
  readonly x2apic?: boolean | undefined;
  readonly hypervisor?: string | null | undefined;
}

/** What an EFI machine's firmware hands over beside the map. */
export interface EfiDescription {
  /** `2.70`, or major << 16 | minor. */
  readonly revision: string | number;
  readonly vendor: string;
  readonly configTables?: readonly { readonly name: string; readonly address: Size }[] | undefined;
  readonly memmapAddr?: Size | undefined;
  readonly memmapSize?: Size | undefined;
  readonly memattrSize?: Size | undefined;
  readonly kernelAddr?: Size | undefined;
  readonly memmap?:
    | readonly {
        readonly type: number;
        readonly start: Size;
        readonly pages: number;
        readonly attribute?: Size | undefined;
      }[]
    | undefined;
}

/** Memory that firmware, boot loader and chipset hold beside the map. */
export interface PlatformDescription {
  readonly cached?: readonly RangeDescription[] | undefined;
  readonly setupData?: readonly RangeDescription[] | undefined;
  readonly firmwareReserved?:
    readonly (RangeDescription & { readonly withAcpi?: boolean | undefined })[] | undefined;
  readonly stolen?: readonly RangeDescription[] | undefined;
  readonly lowReservedPages?: number | undefined;
}

/** The address of the kernel's text; or of brk behind it; or that KASLR chose and nothing tells. */
export type KernelPlaceDescription = Size | { readonly brk: Size } | 'unknown';

/** A machine as people write it. Only `name` and `map` must be there; docs/machine-description.md tells what each key means. */
export interface MachineDescription {
  /** For editors alone. */
  readonly $schema?: string | undefined;
  readonly name: string;
  readonly about?: string | undefined;
  readonly synthetic?: boolean | undefined;
  readonly map: readonly MapEntryDescription[];
  readonly cpus?: CpusDescription | undefined;
  readonly nodes?: readonly NodeDescription[] | undefined;
  readonly distances?: readonly (readonly number[])[] | undefined;
  /** false: a machine without ACPI. Built from CPUs and nodes where it is missing. */
  readonly acpi?: AcpiDescription | false | undefined;
  readonly mpTable?: MpTableDescription | undefined;
  readonly initrd?: { readonly image: Size; readonly size: Size } | undefined;
  readonly cmdline?: string | undefined;
  readonly kernel?: string | undefined;
  readonly kernelFacts?: KernelFacts | undefined;
  readonly kernelAt?: KernelPlaceDescription | undefined;
  readonly cpu?: CpuDescription | undefined;
  readonly efi?: EfiDescription | undefined;
  readonly platform?: PlatformDescription | undefined;
  readonly dmi?: string | undefined;
  /** Memory type ranges: the kernel gives up what they do not have as write-back; `platform.cached` goes before them. */
  readonly mtrr?:
    | {
        readonly default: MtrrType;
        readonly ranges: readonly (RangeDescription & { readonly type: MtrrType })[];
      }
    | undefined;
  readonly timing?: TimingSpec | undefined;
}
