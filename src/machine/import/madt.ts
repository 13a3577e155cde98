// CPUs of a captured MADT, and how many a MADT of a known length can hold.
import type { CpuSpec } from '../spec.ts';

const HEADER_SIZE = 44;
const LOCAL_APIC = 0;
const LOCAL_X2APIC = 9;
const IO_APIC_SIZE = 12;
const OVERRIDE_SIZE = 10;
const NMI_SIZE = 6;
const CPU_SIZE = 8;
/** What QEMU's MADT holds besides CPUs: an I/O APIC, five overrides, one NMI entry (hw/i386/acpi-common.c). */
const QEMU_OTHERS = IO_APIC_SIZE + 5 * OVERRIDE_SIZE + NMI_SIZE;
/** What a PC's MADT holds at least: an I/O APIC and the overrides of timer and SCI. */
const PC_OTHERS = IO_APIC_SIZE + 2 * OVERRIDE_SIZE;

/** CONFIG_NR_CPUS of distributions with CONFIG_MAXSMP: no kernel that prints the log counts further. */
const MAX_CPUS = 8192;

/** CPUs in the order of their entries; the table's own length and the entries' lengths are not trusted further than `bytes`. */
export function cpusOfMadt(bytes: Uint8Array): CpuSpec[] {
  const cpus: CpuSpec[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = HEADER_SIZE; at + 2 <= bytes.length;) {
    const type = view.getUint8(at);
    const length = view.getUint8(at + 1);
    if (length < 2 || at + length > bytes.length) break;
    if (type === LOCAL_APIC && length >= 8) addCpu(cpus, view.getUint8(at + 3), view.getUint32(at + 4, true));
    if (type === LOCAL_X2APIC && length >= 16)
      addCpu(cpus, view.getUint32(at + 4, true), view.getUint32(at + 8, true));
    at += length;
  }
  return cpus;
}

function addCpu(cpus: CpuSpec[], apicId: number, flags: number): void {
  cpus.push({ apicId, enabled: (flags & 1) === 1 });
}

/** CPUs of a MADT of which only the length is known: `exact` for QEMU's, else as many as fit beside what a PC has. */
export function cpusByLength(
  length: number,
  oemId: string,
): { readonly count: number; readonly exact: boolean } {
  const qemu = oemId.startsWith('BOCHS');
  const room = length - HEADER_SIZE - (qemu ? QEMU_OTHERS : PC_OTHERS);
  const exact = qemu && room % CPU_SIZE === 0 && room / CPU_SIZE < 255;
  // bare metal has an NMI entry for each CPU as a rule
  const perCpu = qemu ? CPU_SIZE : CPU_SIZE + NMI_SIZE;
  return { count: Math.min(Math.max(1, Math.floor(room / perCpu)), MAX_CPUS), exact };
}
