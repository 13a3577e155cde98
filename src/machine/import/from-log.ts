// A machine out of a kernel log, and of the ACPI tables beside it where there are any. Only what a prediction may be made
// from is read: see docs/machine-description.md, "Import".
import type { CpuFeatures, MachineSpec, Origin } from '../spec.ts';
import { cpuFromLines } from './cpu-features.ts';
import { InputError } from '../../lib/input-error.ts';
import { PAGE_SIZE } from '../../lib/units.ts';
import { signatureOf } from '../acpi-build/build.ts';
import { acpiFromLines } from './acpi-lines.ts';
import { efiFromLines } from './efi-lines.ts';
import { efiWithAssumedServices } from './efi-unseen.ts';
import { efiWithReservations } from './efi-reservations.ts';
import { readBoot } from './boots.ts';
import { cpuCountFromLines } from './cpu-lines.ts';
import { cpuNodesFromLines } from './cpu-nodes.ts';
import { findCpus, nodesOf, sratWithCpus } from './found-cpus.ts';
import { kernelPlaceFromLines } from './kernel-place.ts';
import { kernelFactsFromLines } from './kernel-lines.ts';
import { machineFromLines } from './machine-lines.ts';
import { mapFromLines } from './map-lines.ts';
import { mtrrFromLines } from './mtrr-lines.ts';
import { importMpTable } from './mp.ts';
import { sratFromLines } from './srat-lines.ts';
import { tablesOfAnotherBoot } from './other-boot.ts';
import { platformFromLines } from './platform-lines.ts';
import { rawAcpi, type TableFile } from './tables.ts';
import { untoldOf } from './untold.ts';

/** What a caller knows beyond the log. */
export interface ImportExtras {
  readonly name: string;
  readonly about?: string;
  readonly origin: Origin;
  /** Files of the folder acpi/, if there is one. */
  readonly tables?: readonly TableFile[];
  readonly cpu?: CpuFeatures | null;
  readonly sockets?: number | null;
  /** Exact bytes of the initrd, where the caller knows the file: the log shows whole pages. */
  readonly initrdSize?: number | null;
  /** The command line, where the log lost it. */
  readonly cmdline?: string | null;
  /** CPUs, where the log cannot say and the user does. */
  readonly cpuCount?: number | null;
  /** /proc/iomem as root reads it. */
  readonly iomem?: string | null;
  /** Which boot of a log with several, from 1, or from -1 backwards; null for the last whole one. */
  readonly boot?: number | null;
}

/**
 * The machine that printed `text`.
 * @throws InputError 'log' where it has no firmware map, or a line of it is damaged
 */
export function machineFromLog(text: string, extras: ImportExtras): MachineSpec {
  const path = extras.origin.path;
  const boot = readBoot(text, path, extras.boot ?? null);
  const { lines } = boot;
  const warnings: string[] = [...boot.warnings];
  const map = mapFromLines(lines, path);
  const facts = machineFromLines(lines, path);
  const acpiLines = acpiFromLines(lines);
  const files = extras.tables ?? [];
  const sratLines = sratFromLines(lines, path);
  const counted = cpuCountFromLines(lines);
  const otherBoot = tablesOfAnotherBoot(files, acpiLines);
  if (otherBoot !== null) warnings.push(otherBoot);
  const cmdline = facts.cmdline ?? extras.cmdline ?? null;
  const cpuCount = extras.cpuCount ?? counted;
  const cpuNodes = cpuNodesFromLines(lines, cmdline ?? '');
  const { cpus, guessed: guessedCpus } = findCpus(files, sratLines, acpiLines, cpuCount, cpuNodes);
  const srat = sratWithCpus(sratLines, cpus, cpuNodes);
  const nodes = hasTable(files, 'SRAT') ? [] : nodesOf(srat, cpus);
  const acpi = rawAcpi(acpiLines, files, cpus, srat.entries, warnings);
  if (acpi === null && facts.mpPointer === null)
    warnings.push('the log lists no ACPI tables: the machine has none, and one CPU');
  // without a MADT it is the MP table that lists the CPUs
  const mpCpus = extras.sockets ?? (acpi === null && counted ? counted.present : null);
  const cpu = extras.cpu ?? cpuFromLines(lines);
  const mp = facts.mpPointer === null ? null : importMpTable(facts.mpPointer, facts.dmi, cpus, mpCpus);
  if (facts.cmdline !== null && (extras.cmdline ?? facts.cmdline) !== facts.cmdline)
    warnings.push(`the command line beside the log is of another boot: ${JSON.stringify(extras.cmdline)}`);
  const shownEfi = efiWithReservations(efiFromLines(lines, path), lines, map, path);
  const efi = efiWithAssumedServices(shownEfi, map, cpu.hypervisor);
  const kernelAt = kernelPlaceFromLines(lines, cmdline, extras.iomem ?? null, path);
  const initrdBytes = extras.initrdSize ?? facts.initrdBytes;
  const assumed = untoldOf({
    ...{ lines, facts, acpi: acpiLines, files, efi: shownEfi, cpu, cmdline, guessedCpus },
    assumedServices: efi !== shownEfi,
    givenCpu: extras.cpu ?? null,
    exactInitrd: initrdBytes !== null,
    guessedMpTable: mp?.guessed ?? false,
  });
  return {
    name: extras.name,
    about: extras.about ?? '',
    synthetic: false,
    origin: extras.origin,
    map,
    cpus,
    topology: null,
    nodes,
    distances: null,
    acpi,
    mp: mp?.mp ?? null,
    initrd: exactInitrd(facts.initrd, initrdBytes, path),
    cmdline: cmdline ?? '',
    kernel: facts.kernel,
    kernelAt,
    kernelFacts: kernelFactsFromLines(lines),
    cpu,
    cpuid: null,
    efi,
    dmi: facts.dmi,
    platform: platformFromLines(lines, map, path),
    mtrr: mtrrFromLines(lines),
    timing: {},
    warnings,
    assumed,
  };
}

function hasTable(files: readonly TableFile[], signature: string): boolean {
  return files.some((file) => signatureOf(file.bytes) === signature);
}

/** @throws InputError 'usage' where that many bytes are not what the log's whole pages hold */
function exactInitrd(
  initrd: MachineSpec['initrd'],
  size: number | null,
  path: string,
): MachineSpec['initrd'] {
  if (initrd === null || size === null) return initrd;
  if (size > initrd.size || size <= initrd.size - PAGE_SIZE)
    throw new InputError(
      'usage',
      `${path}: an initrd of ${size} bytes: expected ${initrd.size - PAGE_SIZE + 1} to ${initrd.size}, as the RAMDISK line has it`,
    );
  return { ...initrd, size };
}
