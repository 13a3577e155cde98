// The MADT (signature APIC): one entry for each CPU, an I/O APIC, the overrides that every PC has (ACPI 6.5, 5.2.12).
import type { CpuSpec } from '../spec.ts';
import { ByteWriter } from './bytes.ts';
import { ACPI_HEADER_SIZE, acpiTable, type AcpiMaker } from './header.ts';

const LOCAL_APIC_ADDRESS = 0xfee00000;
const IO_APIC_ADDRESS = 0xfec00000;
/** Local APIC ids from here on need an x2APIC entry; 255 means every CPU. */
export const FIRST_X2APIC_ID = 255;
/** Entry types from 0x80 on are the OEM's, which every operating system skips. */
const OEM_ENTRY = 0xff;

/** Interrupts that QEMU and PCs override: the timer moves to pin 2, the SCI and PCI links are level triggered. */
const OVERRIDES: readonly { readonly source: number; readonly gsi: number; readonly flags: number }[] = [
  { source: 0, gsi: 2, flags: 0 },
  { source: 5, gsi: 5, flags: 0xd },
  { source: 9, gsi: 9, flags: 0xd },
  { source: 10, gsi: 10, flags: 0xd },
  { source: 11, gsi: 11, flags: 0xd },
];

export interface MadtOptions {
  readonly revision?: number;
  /**
   * The table has exactly this many bytes, as far as its CPUs have room: what a PC has besides is left out where it does not fit, and
   * OEM entries, which have no meaning, fill what is left.
   */
  readonly length?: number;
}

const HEADER_SIZE = 44;
const CPU_SIZE = 8;
const X2APIC_CPU_SIZE = 16;

/** The CPUs, from the first on, that a table of `length` bytes has room for. */
export function cpusThatFit(cpus: readonly CpuSpec[], length: number): readonly CpuSpec[] {
  let left = length - HEADER_SIZE;
  const most = cpus.findIndex(({ apicId }) => {
    left -= apicId < FIRST_X2APIC_ID ? CPU_SIZE : X2APIC_CPU_SIZE;
    return left < 0;
  });
  return most === -1 ? cpus : cpus.slice(0, most);
}

/** The table for `cpus`, in their order, as Linux will number them. */
export function buildMadt(cpus: readonly CpuSpec[], maker: AcpiMaker, options: MadtOptions = {}): Uint8Array {
  const body = new ByteWriter().u32(LOCAL_APIC_ADDRESS).u32(1);
  const { length } = options;
  const listed = length === undefined ? cpus : cpusThatFit(cpus, length);
  listed.forEach((cpu, index) => cpuEntry(body, cpu, index));
  let left = length === undefined ? Infinity : length - ACPI_HEADER_SIZE - body.offset;
  for (const entry of others(cpus.some((cpu) => cpu.apicId >= FIRST_X2APIC_ID))) {
    // a single byte could not be filled: an entry has two at least
    if (entry.length > left || entry.length === left - 1) continue;
    body.raw(entry);
    left -= entry.length;
  }
  if (length !== undefined) padTo(body, length - ACPI_HEADER_SIZE);
  return acpiTable('APIC', options.revision ?? 3, maker, body.finish());
}

/** What QEMU's table holds besides CPUs, in its order: I/O APIC, overrides, the NMI of every CPU. */
function others(x2apic: boolean): Uint8Array[] {
  const ioApic = new ByteWriter().raw([1, 12, 0, 0]).u32(IO_APIC_ADDRESS).u32(0);
  const overrides = OVERRIDES.map((o) => new ByteWriter().raw([2, 10, 0, o.source]).u32(o.gsi).u16(o.flags));
  const nmi = x2apic
    ? new ByteWriter().raw([10, 12]).u16(0).u32(0xffffffff).raw([1, 0, 0, 0])
    : new ByteWriter().raw([4, 6, 0xff]).u16(0).u8(1);
  return [ioApic, ...overrides, nmi].map((writer) => writer.finish());
}

function cpuEntry(body: ByteWriter, cpu: CpuSpec, index: number): void {
  const flags = cpu.enabled ? 1 : 0;
  if (cpu.apicId < FIRST_X2APIC_ID) body.raw([0, 8, index, cpu.apicId]).u32(flags);
  else body.raw([9, 16]).u16(0).u32(cpu.apicId).u32(flags).u32(index);
}

function padTo(body: ByteWriter, length: number): void {
  for (let left = length - body.offset; left >= 2; left = length - body.offset) {
    // never leave a single byte: an entry has two at least
    const size = left <= 255 ? left : left === 256 ? 254 : 255;
    body
      .u8(OEM_ENTRY)
      .u8(size)
      .zeros(size - 2);
  }
}
