// Where the values of a description stand, for complaints that come after it was read: a machine keeps its origin, whatever becomes of it.
import { InputError } from '../../lib/input-error.ts';
import { BlobError } from '../../board/blobs.ts';
import type { MachineSpec, Origin } from '../spec.ts';
import type { Path } from './values.ts';

/** `file:line:column` of a value. */
export type Place = (keys: Path) => string;

const places = new WeakMap<Origin, Place>();

/** Tables that cannot be placed; `detail` is the sentence without the place, `keys` the value that says where they lie. */
export class PlacementError extends InputError {
  readonly detail: string;
  readonly keys: Path;

  constructor(message: string, detail: string, keys: Path) {
    super('acpi', message);
    this.detail = detail;
    this.keys = keys;
  }
}

/** Keeps the places of the description that a machine is from. */
export function rememberPlaces({ origin }: MachineSpec, place: Place): void {
  places.set(origin, place);
}

/**
 * What is wrong with tables that cannot be placed, with the file and the key that says so, and its line where a description was read;
 * other errors as they are.
 */
export function placed(error: unknown, spec: MachineSpec): unknown {
  const { origin } = spec;
  if (!(error instanceof InputError) || error.kind !== 'acpi' || error.message.startsWith(`${origin.path}:`))
    return error;
  const keys = error instanceof BlobError ? keysOf(spec, error) : ['acpi'];
  const place = places.get(origin)?.(keys) ?? origin.path;
  const key = origin.kind === 'description' ? `${keys.join('.')}: ` : '';
  return new PlacementError(`${place}: ${key}${error.message}`, error.message, keys);
}

/** The value that says where a table lies. */
function keysOf({ acpi, mp }: MachineSpec, { blob }: BlobError): Path {
  if (mp !== null && [mp.pointerAddress, mp.tableAddress].includes(blob.address))
    return ['mpTable', blob.address === mp.pointerAddress ? 'pointer' : 'table'];
  if (blob.address === acpi?.rsdpAddress) return ['acpi', 'rsdp'];
  if (acpi?.kind !== 'raw') return ['acpi', 'at'];
  const at = acpi.tables.findIndex(({ address }) => address === blob.address);
  return at === -1 ? ['acpi', 'root', 'address'] : ['acpi', 'tables', at, 'address'];
}
