// Reads a machine description from YAML or JSON text; every complaint names file, line, column, path, value, expectation.
import { InputError } from '../../lib/input-error.ts';
import type { MachineSpec } from '../spec.ts';
import { checkedYaml } from './checked-yaml.ts';
import type { MachineDescription } from './description.ts';
import { normalise } from './normalise.ts';
import { machineJsonSchema, machineSchema } from './schema.ts';
import { DescriptionError } from './values.ts';

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
  const { value: description, place } = checkedYaml(text, path, machineSchema, ABOUT);
  const files = new Map<string, Uint8Array>();
  for (const name of filesOf(description)) files.set(name, await readFile(name));
  try {
    return normalise(description, { kind: 'description', path }, files);
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
<<<<<<< HEAD
=======

/** Offset of the last of `keys` itself, for a key that should not be there. */
function keyOffset(document: Document.Parsed, keys: Path): number {
  const parent: unknown = keys.length > 1 ? document.getIn(keys.slice(0, -1), true) : document.contents;
  if (!isMap(parent)) return offsetOf(document, keys);
  const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === keys.at(-1));
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : offsetOf(document, keys);
}

/** Offset of the value at `keys`, or of the nearest value around it that the text has. */
function offsetOf(document: Document.Parsed, keys: Path): number {
  for (let depth = keys.length; depth >= 0; depth--) {
    const node = depth === 0 ? document.contents : document.getIn(keys.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

type Issue = z.core.$ZodIssue;

/** A line for each of the first issues, at the offending value; unknown keys at the key. */
function complaints(issues: readonly Issue[], place: (keys: Path, atKey?: boolean) => string): string {
  const all = issues.flatMap(flatten);
  const shown = new Set<string>();
  let seen = 0;
  // finding a place costs as much as the text is long: no further than what is printed
  for (const issue of all) {
    if (shown.size === MAX_COMPLAINTS) break;
    seen += 1;
    const keys = issue.path.filter((key) => typeof key !== 'symbol');
    const what = keys.length > 0 ? cut(keys.join('.')) : 'machine description';
    shown.add(`${place(keys, issue.code === 'unrecognized_keys')}: ${what}: ${sentence(issue)}`);
  }
  return [...shown, ...(seen < all.length ? [`… and ${all.length - seen} more`] : [])].join('\n');
}

/** An unknown key becomes an issue at that key. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }));
}

function sentence(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') {
    const keys = keysAt(machineJsonSchema(), issue.path.slice(0, -1));
    return keys.length > 0 ? `unknown key: expected ${keys.join(', ')}` : 'unknown key';
  }
  const message = issue.message.replace(/^Invalid (?:input|option|string)?:? ?/, '').trim();
  const expected = /expected/.test(message)
    ? message
    : `${message}, expected as docs/machine-description.md says`;
  if (issue.input === undefined) return `missing: ${expected.split(', received ', 1)[0]}`;
  return `${shorten(issue.input)}: ${expected.split(', received ', 1)[0]}`;
}

const MAX_VALUE_LENGTH = 60;

function shorten(value: unknown): string {
  return cut(JSON.stringify(value) ?? String(value));
}

function cut(text: string): string {
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text;
}

/** The keys that a mapping at `path` may have, out of the JSON Schema. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  if ('anyOf' in schema && Array.isArray(schema.anyOf)) return schema.anyOf.flatMap((s) => keysAt(s, path));
  const [key, ...rest] = path;
  const properties = 'properties' in schema ? schema.properties : undefined;
  if (typeof properties !== 'object' || properties === null) {
    return typeof key === 'number' && 'items' in schema ? keysAt(schema.items, rest) : [];
  }
  if (key === undefined) return Object.keys(properties);
  return keysAt(Object.entries(properties).find(([name]) => name === key)?.[1], rest);
}
>>>>>>> main
