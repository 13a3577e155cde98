// Reads a machine description from YAML or JSON text; every complaint names file, line, column, path, value, expectation.
import { InputError } from '../../lib/input-error.ts';
import type { MachineSpec } from '../spec.ts';
import { checkedYaml } from './checked-yaml.ts';
import type { MachineDescription } from './description.ts';
import { normalise } from './normalise.ts';
import { machineJsonSchema, machineSchema } from './schema.ts';
import { rememberPlaces } from './places.ts';
import { DescriptionError, type Contradiction, type Path } from './values.ts';

/** Reads a file that a description names, relative to the description. */
export type ReadFile = (name: string) => Promise<Uint8Array>;

const ABOUT = {
  what: 'machine description',
  docs: 'docs/machine-description.md',
  jsonSchema: machineJsonSchema,
};

/**
 * The machine that `text` describes.
 * @throws InputError 'syntax' where it is neither YAML nor JSON, 'schema' where values are wrong, whatever `readFile` throws
 */
export async function loadDescription(text: string, path: string, readFile: ReadFile): Promise<MachineSpec> {
  return (await loadWithPlaces(text, path, readFile)).spec;
}

/** A description and where its values stand. */
export interface PlacedDescription {
  readonly spec: MachineSpec;
  /** `file:line:column` of a value, or of the nearest around it that the text has. */
  readonly place: (keys: Path) => string;
}

/**
 * As loadDescription(), with places; what to do about values that contradict each other is `contradiction`'s choice.
 * @throws as loadDescription()
 */
export async function loadWithPlaces(
  text: string,
  path: string,
  readFile: ReadFile,
  contradiction?: Contradiction,
): Promise<PlacedDescription> {
  const { value: description, place } = checkedYaml(text, path, machineSchema, ABOUT);
  const files = new Map<string, Uint8Array>();
  for (const name of filesOf(description)) files.set(name, await readFile(name));
  try {
    const spec = normalise(description, { kind: 'description', path }, files, contradiction);
    rememberPlaces(spec, place);
    return { spec, place };
  } catch (problem) {
    if (problem instanceof DescriptionError)
      throw new InputError('schema', `${place(problem.path)}: ${problem.message}`);
    throw problem;
  }
}

function filesOf(description: MachineDescription): string[] {
  const acpi = description.acpi === false ? undefined : description.acpi;
  const all = [...(acpi?.tables ?? []), ...(description.mpTable ? [description.mpTable] : [])];
  return [...new Set(all.flatMap((part) => part.file ?? []))];
}
