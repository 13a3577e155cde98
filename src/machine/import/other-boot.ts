// Tables in a folder that are not those of its log: firmware puts them elsewhere with each change of settings, memory or version.
import { hex } from '../../lib/units.ts';
import { signatureOf } from '../acpi-build/build.ts';
import type { AcpiLines } from './acpi-lines.ts';
import type { TableFile } from './tables.ts';

/** DSDT and X_DSDT of the FADT (ACPI 6.4, table 5.9). */
const DSDT = 40;
const X_DSDT = 140;

/** Where the FADT among `files` has its DSDT, where that is not what the log printed; null where they agree or one is not known. */
export function tablesOfAnotherBoot(files: readonly TableFile[], { tables }: AcpiLines): string | null {
  const fadt = files.find(({ bytes }) => signatureOf(bytes) === 'FACP');
  const line = tables.find(({ signature }) => signature === 'DSDT');
  if (fadt === undefined || line === undefined) return null;
  const named = dsdtOf(fadt.bytes);
  if (named.length === 0 || named.includes(line.address)) return null;
  return `${fadt.name}: its DSDT is at ${named.map((address) => hex(address)).join(' or ')}, the log's at ${hex(line.address)}: the tables are of another boot`;
}

/** Each address that it names. */
function dsdtOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: number[] = [];
  if (bytes.length >= DSDT + 4) found.push(view.getUint32(DSDT, true));
  if (bytes.length >= X_DSDT + 8) found.push(Number(view.getBigUint64(X_DSDT, true)));
  return [...new Set(found)].filter((address) => address !== 0);
}
