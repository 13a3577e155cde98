// The machine of an item: a name, a path or a description, with another map, other nodes or other tables where the item says so.
import { resolve } from 'node:path';
import type { BootParams } from '../../arch/x86/boot/params.ts';
import { discover } from '../../boot/machine.ts';
import { InputError } from '../../lib/input-error.ts';
import { treeKey, type Tree } from '../../lib/tree.ts';
import { resolveMachineName } from '../../machine/resolve.ts';
import type { MachineSpec, MapEntry } from '../../machine/spec.ts';
import type { MachineDescription } from '../../machine/spec/description.ts';
import { loadDescription } from '../../machine/spec/load.ts';
import { mapOf } from '../../machine/spec/normalise.ts';
import { machineSchema } from '../../machine/spec/schema.ts';
import { toDescription } from '../../machine/spec/to-description.ts';
import type { ItemValues } from '../campaign.ts';
import type { Place } from './kind.ts';
import { isMapping } from './machine_dimensions.ts';

/** Machines read and met before, the last ones of them. */
class Kept<T> {
  readonly #most: number;
  readonly #kept = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  async get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const made = await make();
    if (this.#kept.size >= this.#most) {
      const [oldest = ''] = this.#kept.keys();
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, made);
    return made;
  }
}

const MOST_KEPT = 64;
const MOST_FOUND = 16;
const named = new Kept<MachineSpec>(MOST_KEPT);
const found = new Kept<BootParams>(MOST_FOUND);

/** The item's machine, its map included. @throws InputError */
export async function machineOf(values: ItemValues, place: Place): Promise<MachineSpec> {
  const { machine = null, map, nodes, acpi } = values;
  const spec = await baseOf(machine, place);
  if (nodes === undefined && acpi === undefined)
    return map === undefined ? spec : { ...spec, map: entriesOf(map) };
  const description = toDescription(spec) as { [key: string]: Tree } & MachineDescription;
  const { nodes: _nodes, distances: _distances, ...rest } = description;
  const changed = {
    ...(nodes === undefined ? description : rest),
    ...(isMapping(nodes ?? null) && (nodes as { [key: string]: Tree })),
    ...(map !== undefined && { map }),
    ...(acpi !== undefined && { acpi }),
  };
  return ofText(JSON.stringify(changed), place);
}

/** The machine without what the item exchanges in it. */
export async function baseOf(machine: Tree, place: Place): Promise<MachineSpec> {
  if (typeof machine === 'string')
    return named.get(`${place.folder}\0${machine}`, () => resolveMachineName(machine, place.folder));
  if (!isMapping(machine)) throw new InputError('schema', 'space.machine: missing: expected a machine');
  return named.get(`${place.folder}\0${treeKey(machine)}`, () => ofText(JSON.stringify(machine), place));
}

function entriesOf(map: Tree): MapEntry[] {
  const taken = machineSchema.safeParse({ name: 'map', map });
  if (taken.success) return mapOf(taken.data.map);
  const [issue] = taken.error.issues;
  throw new InputError(
    'schema',
    `${issue?.path.join('.') ?? 'map'}: ${issue?.message ?? 'expected map entries'}`,
  );
}

async function ofText(text: string, place: Place): Promise<MachineSpec> {
  const { readInput } = await import('../../machine/import/read-input.ts');
  return loadDescription(text, 'machine', (file) => readInput(resolve(place.folder, file), 'table'));
}

/** setup_arch takes no more of a command line, and its end is a zero. */
const LONGEST_HANDED_OVER = 2047;
const MOST_ENTRIES = 128;

/**
 * The item's machine as its guest finds it, and the command line. The firmware runs once for a machine: another command line, or another map,
 * is handed over as the firmware would hand it over.
 * @throws InputError
 */
export async function guestOf(
  values: ItemValues,
  place: Place,
): Promise<{ readonly spec: MachineSpec; readonly params: BootParams }> {
  const { cmdline, map, ...machineValues } = values;
  const spec = await machineOf(values, place);
  const line = cmdline === undefined ? spec.cmdline : String(cmdline);
  const key = treeKey([
    place.folder,
    machineValues['machine'],
    machineValues['nodes'],
    machineValues['acpi'],
  ]);
  if (line.length > LONGEST_HANDED_OVER || line.includes('\0'))
    return { spec, params: await discover(spec, { cmdline: line, bios: null }) };
  const params = await found.get(key, async () => {
    const own = map === undefined ? spec : await machineOf(machineValues, place);
    return discover(own, { cmdline: '', bios: null });
  });
  const handedOver = map === undefined ? params : withMap(params, spec);
  return { spec, params: { ...handedOver, cmdline: line } };
}

function withMap(params: BootParams, { map }: MachineSpec): BootParams {
  return {
    ...params,
    e820: map.slice(0, MOST_ENTRIES),
    e820Ignored: Math.max(0, map.length - MOST_ENTRIES),
  };
}
