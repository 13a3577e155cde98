// The MP table behind a floating pointer of which a log shows only the address.
import { roundupPowOfTwo } from '../../lib/align.ts';
import type { PhysAddr } from '../../lib/units.ts';
import { buildMpTable, MP_POINTER_SIZE, mpCpusThatFill } from '../acpi-build/mptable.ts';
import type { CpuSpec, MpSpec } from '../spec.ts';

/**
 * SeaBIOS fills the F-segment from its top down, and the MP table is what it places first; the pointer stands right before the
 * table, so pointer and top give the table's length to 16 bytes. The top depends on how large the code of that build is.
 */
const FSEG_TOP_BY_BIOS: ReadonlyMap<string, PhysAddr> = new Map(
  Object.entries({ '1.16.2-debian-1.16.2-1': 0xf5c80 }),
);

export interface MpImport {
  readonly mp: MpSpec;
  /** The table's length had to be guessed. */
  readonly guessed: boolean;
}

/** `packages`: sockets where the capture names them, else null. */
export function importMpTable(
  pointerAddress: PhysAddr,
  dmi: string | null,
  cpus: readonly CpuSpec[],
  packages: number | null,
): MpImport {
  const tableAddress = pointerAddress + MP_POINTER_SIZE;
  const bios = /BIOS (\S+)/.exec(dmi ?? '')?.[1] ?? '';
  const top = FSEG_TOP_BY_BIOS.get(bios);
  const fitting = top === undefined ? null : mpCpusThatFill(top - tableAddress);
  const entries = fitting ?? packages ?? 1;
  const highest = cpus.reduce((most, cpu) => Math.max(most, cpu.apicId), 0);
  const apicIdsPerPackage = roundupPowOfTwo(Math.ceil((highest + 1) / entries));
  const ids = Array.from({ length: entries }, (_, i) => i * apicIdsPerPackage);
  return {
    mp: { pointerAddress, tableAddress, table: buildMpTable(ids) },
    guessed: fitting === null && packages === null,
  };
}
