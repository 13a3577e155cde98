// A machine as emulated hardware. This is the only way from a description to the kernel model: through the guest.
import { InputError } from '../../lib/input-error.ts';
import type { PhysAddr } from '../../lib/units.ts';
import { acpiBlobs } from '../acpi-build/build.ts';
import { buildMpPointer } from '../acpi-build/mptable.ts';
import { isPlain } from '../platform.ts';
import type { MachineSpec, Placed } from '../spec.ts';
import type { BoardConfig } from '../../board/config.ts';
import { cpuidLeaves } from './cpuid.ts';

/** Where acpi_find_root_pointer looks: up to the EBDA at the end of base memory, and the BIOS area. */
const EBDA_SCAN = { start: 0x80000, end: 0xa0000 };
const BIOS_SCAN = { start: 0xe0000, end: 0x100000 };

/** What a caller may want to differ from the description. */
export interface BoardOverrides {
  readonly cmdline?: string;
  readonly faults?: NonNullable<BoardConfig['faults']>;
}

const TYPE_RAM = 1;
/** EFI firmware without a BIOS: no EBDA, and base memory that ends where the video memory starts. */
const EFI_BDA = { baseMemKiB: 640, ebdaAddr: 0 };

/**
 * The board on which the guest finds `spec`.
 * @throws InputError 'acpi' where tables must be built and the map has no room for them, 'map' where no RAM is in the map
 */
export function toBoardConfig(spec: MachineSpec, overrides: BoardOverrides = {}): BoardConfig {
  checkRam(spec, overrides.cmdline ?? spec.cmdline);
  const rsdp = spec.acpi?.rsdpAddress ?? null;
  return {
    e820: spec.map,
    blobs: [...acpiBlobs(spec), ...mpBlobs(spec)],
    rsdpAddr: rsdp !== null && !scanned(rsdp) ? rsdp : null,
    cmdline: loaded(overrides.cmdline ?? spec.cmdline),
    ramdisk: spec.initrd,
    cpuid: spec.cpuid ?? cpuidLeaves(spec.cpu, bootApicId(spec)),
    efi: spec.efi,
    platform: spec.platform && !isPlain(spec.platform) ? spec.platform : null,
    dmi: spec.dmi,
    ...(spec.efi !== null && { bda: EFI_BDA }),
    ...(overrides.faults && { faults: overrides.faults }),
  };
}

/** Firmware starts the CPU with id 0; where there is none, the first that it lists. */
function bootApicId({ cpus }: MachineSpec): number {
  return cpus.some(({ apicId }) => apicId === 0) ? 0 : (cpus.find(({ enabled }) => enabled)?.apicId ?? 0);
}

/** Twice what any kernel takes: a boot loader hands over no more, and the guest is spared the rest. */
const LONGEST_CMDLINE = 4096;

function loaded(cmdline: string): string {
  return cmdline.length <= LONGEST_CMDLINE ? cmdline : cmdline.slice(0, LONGEST_CMDLINE);
}

/** A kernel without RAM cannot even print why it stops. memmap= can add RAM that the firmware does not report. */
function checkRam(spec: MachineSpec, cmdline: string): void {
  if (spec.map.some((entry) => entry.type === TYPE_RAM && entry.size > 0n) || /(^| )memmap=/.test(cmdline))
    return;
  const what = spec.map.length === 0 ? 'is empty' : 'has no usable RAM';
  throw new InputError(
    'map',
    `${spec.origin.path}: the firmware map ${what}: expected an entry of type usable that is not empty`,
  );
}

function scanned(address: PhysAddr): boolean {
  return [EBDA_SCAN, BIOS_SCAN].some((area) => address >= area.start && address < area.end);
}

function mpBlobs(spec: MachineSpec): Placed[] {
  if (spec.mp === null) return [];
  const { pointerAddress, tableAddress, table } = spec.mp;
  return [
    { address: pointerAddress, bytes: buildMpPointer(tableAddress), what: 'MP floating pointer' },
    { address: tableAddress, bytes: table, what: 'MP table' },
  ];
}
