// Which ACPI tables a machine has and where, out of the log's `ACPI: NAME 0x…` lines.
import type { PhysAddr } from '../../lib/units.ts';
import type { HpetFacts } from '../acpi-build/fixed.ts';
import type { AcpiMaker } from '../acpi-build/header.ts';
import type { LogText } from './lines.ts';

/** One table as its header was printed. */
export interface AcpiLine {
  readonly signature: string;
  readonly address: PhysAddr;
  readonly length: number;
  /** Of the table's format; 0 for a FACS, which prints none. */
  readonly revision: number;
  readonly maker: AcpiMaker;
  readonly line: number;
}

export type HpetLine = Pick<HpetFacts, 'id' | 'address'>;

export interface AcpiLines {
  readonly rsdp: { readonly address: PhysAddr; readonly revision: number; readonly oemId: string } | null;
  readonly root: AcpiLine | null;
  readonly tables: readonly AcpiLine[];
  /** What the kernel read out of the HPET's table. */
  readonly hpet: HpetLine | null;
  /** A FACS that both fields of the FADT name is listed twice. */
  readonly facsTwice: boolean;
}

/** Hexadecimal digits are small ones before 3.14. */
const TABLE = /^ACPI: (.{4}) (?:0x)?([0-9A-Fa-f]{8,16}) ([0-9A-Fa-f]{5,8})(?: \(v(\d{1,3}) (.*)\))?\s*$/;
const HPET = /^ACPI: HPET id: 0x([0-9a-f]{1,8}) base: 0x([0-9a-f]{1,16})\s*$/;
/** The fields behind the revision have fixed widths and may hold blanks. */
const MAKER = /^(.{6}) (.{8}) ([0-9A-Fa-f]{8}) (.{4}) ([0-9A-Fa-f]{8})$/;
/** Tables that the kernel loads from AML are printed with virtual addresses, above every physical one. */
const MAX_PHYS_ADDR = 2n ** 52n;

export function acpiFromLines(lines: readonly LogText[]): AcpiLines {
  let rsdp: AcpiLines['rsdp'] = null;
  let root: AcpiLine | null = null;
  const tables: AcpiLine[] = [];
  let hpet: HpetLine | null = null;
  let facsTwice = false;
  const seen = new Set<string>();
  for (const { text, line } of lines) {
    const hpetMatch = HPET.exec(text);
    if (hpetMatch) hpet ??= hpetOf(hpetMatch[1] ?? '', hpetMatch[2] ?? '');
    const match = TABLE.exec(text);
    if (!match || BigInt(`0x${match[2]}`) >= MAX_PHYS_ADDR) continue;
    const [, signature = '', address = '', length = '', revision = '0', rest = ''] = match;
    if (signature === 'RSDP') {
      rsdp ??= {
        address: parseInt(address, 16),
        revision: Number(revision),
        oemId: rest.slice(0, 6).padEnd(6),
      };
      continue;
    }
    const table = {
      signature,
      address: parseInt(address, 16),
      length: parseInt(length, 16),
      revision: Number(revision),
      maker: makerOf(rest),
      line,
    };
    if (signature === 'RSDT' || signature === 'XSDT') root ??= table;
    else if (!seen.has(`${signature} ${table.address}`)) tables.push(table);
    facsTwice ||= signature === 'FACS' && seen.has(`FACS ${table.address}`);
    seen.add(`${signature} ${table.address}`);
  }
  return { rsdp, root, tables, hpet, facsTwice };
}

/** null for an address that no machine has. */
function hpetOf(id: string, base: string): HpetLine | null {
  if (BigInt(`0x${base}`) >= MAX_PHYS_ADDR) return null;
  return { id: parseInt(id, 16), address: parseInt(base, 16) };
}

function makerOf(text: string): AcpiMaker {
  const match = MAKER.exec(text);
  return {
    oemId: match?.[1] ?? '',
    oemTableId: match?.[2] ?? '',
    oemRevision: parseInt(match?.[3] ?? '0', 16),
    creatorId: match?.[4] ?? '',
    creatorRevision: parseInt(match?.[5] ?? '0', 16),
  };
}
