// What an import has to assume: facts that the boot will use and that neither the log nor a file beside it tells.
import type { EfiInfo } from '../../arch/x86/boot/params.ts';
import type { AssumableName, Assumed } from '../../kernel/assumed.ts';
import { MiB } from '../../lib/units.ts';
import { signatureOf } from '../acpi-build/build.ts';
import type { CpuFeatures } from '../spec.ts';
import type { AcpiLines } from './acpi-lines.ts';
import { ASSUMED_SERVICES } from './efi-unseen.ts';
import { untoldOfCpu } from './cpu-features.ts';
import type { LogText } from './lines.ts';
import type { MachineLines } from './machine-lines.ts';
import type { TableFile } from './tables.ts';

/** What was read, and what the caller said beside it. */
export interface Read {
  readonly lines: readonly LogText[];
  readonly facts: MachineLines;
  readonly acpi: AcpiLines;
  readonly files: readonly TableFile[];
  /** As far as the log shows it. */
  readonly efi: EfiInfo | null;
  readonly assumedServices: boolean;
  /** null where the CPU is what the lines show. */
  readonly givenCpu: CpuFeatures | null;
  readonly cpu: CpuFeatures;
  readonly cmdline: string | null;
  readonly exactInitrd: boolean;
  readonly guessedMpTable: boolean;
  /** Where the number of CPUs is from, if it is no more than a guess. */
  readonly guessedCpus: string | null;
}

/** Of EFI's map, what the log tells in lines of its own. */
const MAPPED_IO = 11;
/** A SLIT of one node says nothing. */
const SLIT_OF_TWO = 36 + 8 + 4;

export function untoldOf(read: Read): readonly Assumed[] {
  const { facts, efi } = read;
  const found: Assumed[] = [];
  const add = (fact: AssumableName, taken: string): void => void found.push({ fact, taken });
  if (read.givenCpu === null) found.push(...untoldOfCpu(read.lines, read.cpu));
  if (read.guessedCpus !== null) add('machine.cpus', read.guessedCpus);
  const missing = missingTables(read.acpi, read.files);
  const slit = read.acpi.tables.find(({ signature }) => signature === 'SLIT');
  if (missing.length > 0) add('machine.tables', `${listOf(missing)} made up to the length that is printed`);
  if (missing.includes('SLIT') && slit !== undefined && slit.length >= SLIT_OF_TWO)
    add('machine.distances', 'all nodes equally far');
  if (read.guessedMpTable)
    add('machine.mpTable', 'one entry for each CPU that is known, as SeaBIOS lays it out');
  if (facts.initrd !== null && !read.exactInitrd) add('machine.initrd', 'whole pages, as printed');
  if (efi !== null && efi.memmap.every(({ type }) => type === MAPPED_IO))
    add(
      'machine.efiMemmap',
      read.assumedServices
        ? `boot services hold ${ASSUMED_SERVICES / MiB} MiB`
        : 'no boot services in usable memory',
    );
  if (read.cmdline === null) add('machine.cmdline', 'empty');
  if (facts.kernel === null) add('kernel.version', 'the default one');
  return found;
}

/** Signatures of which the log lists more tables than there are files, each once. */
function missingTables({ tables }: AcpiLines, files: readonly TableFile[]): string[] {
  const left = new Map<string, number>();
  for (const { bytes } of files) left.set(signatureOf(bytes), (left.get(signatureOf(bytes)) ?? 0) + 1);
  const missing = tables.filter(({ signature }) => {
    const count = left.get(signature) ?? 0;
    left.set(signature, count - 1);
    return count <= 0;
  });
  return [...new Set(missing.map(({ signature }) => signature.trimEnd()))];
}

const MOST_SHOWN = 4;

function listOf(names: readonly string[]): string {
  const more = names.length - MOST_SHOWN;
  return names.slice(0, MOST_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
