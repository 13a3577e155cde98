// What the payload found wrong with the ACPI tables, in words. Codes and fields: firmware/handoff.inc.
import { hex } from '../../../lib/units.ts';

/** One note of the payload, raw. */
export interface ProblemRecord {
  readonly code: number;
  /** Four characters, '' where the payload could not tell. */
  readonly signature: string;
  readonly address: bigint;
  readonly a: number;
  readonly b: number;
}

type Phrase = (where: string, a: number, b: number) => string;

const PHRASES: ReadonlyMap<number, Phrase> = new Map<number, Phrase>([
  [1, (where, a) => `${where}: its ${a} bytes do not sum to 0, passed over unless a loader handed it over`],
  [2, (where) => `${where}: handed over by the loader, but no RSDP stands there`],
  [3, (where, a) => `${where}: its length ${hex(a)} leaves no room for one entry, no table can be reached`],
  [4, (where, a, b) => `${where}: incorrect checksum ${hex(a, 2)}, should be ${hex(b, 2)}`],
  [5, (where, a) => `${where}: its length ${hex(a)} is less than a table header`],
  [
    6,
    (where, a, b) =>
      `${where}: its length ${hex(a)} is more than can be taken (${hex(b)}), only its header was`,
  ],
  [7, (where) => `${where}: lies above 4 GiB, where the payload's 32 bits do not reach`],
  [8, (where, a) => `${where}: nothing stands there (reads ${hex(a, 8)} instead of a signature)`],
  [9, (where) => `${where}: left out, more than 256 tables`],
  [10, () => 'FACP names no DSDT'],
]);

/** One sentence about a note, as it goes into BootParams. */
export function describeProblem(record: ProblemRecord): string {
  const where = `${record.signature === '' ? 'table' : record.signature} at ${hex(record.address)}`;
  const phrase = PHRASES.get(record.code);
  if (phrase === undefined) return `${where}: unknown problem ${record.code}`;
  return phrase(where, record.a, record.b);
}
