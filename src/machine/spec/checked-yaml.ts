// YAML or JSON text held against a zod schema: each complaint names file, line, column, path, value and what was expected.
import { isMap, isNode, isScalar, type Document } from 'yaml';
import type { z } from 'zod';
import { cut } from '../../lib/cut.ts';
import { InputError } from '../../lib/input-error.ts';
import { meantOrFew } from '../closest.ts';
import { parseYaml } from './parse-yaml.ts';
import type { Path } from './values.ts';

/** What complaints say of the whole text. */
export interface TextAbout {
  /** `machine description`. */
  readonly what: string;
  /** The page of docs/ that tells the rest. */
  readonly docs: string;
  /** For the names that a mapping may have. */
  readonly jsonSchema: () => unknown;
}

/** A text that holds; `place` is where a value of it stands, `file:line:column`, or its key. */
export interface CheckedText<T> {
  readonly value: T;
  readonly place: (keys: Path, atKey?: boolean) => string;
}

/** At most this many complaints are printed. */
const MAX_COMPLAINTS = 10;

/** @throws InputError 'syntax' where `text` is neither YAML nor JSON, 'schema' where values are wrong */
export function checkedYaml<T>(
  text: string,
  path: string,
  schema: z.ZodType<T>,
  about: TextAbout,
): CheckedText<T> {
  const { document, value, at } = parseYaml(text, path);
  const place = (keys: Path, atKey = false): string =>
    at(atKey ? keyOffset(document, keys) : offsetOf(document, keys));
  const parsed = schema.safeParse(value, { reportInput: true });
  if (!parsed.success) throw new InputError('schema', complaints(parsed.error.issues, place, about));
  return { value: parsed.data, place };
}

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
function complaints(
  issues: readonly Issue[],
  place: (keys: Path, atKey?: boolean) => string,
  about: TextAbout,
): string {
  const all = issues.flatMap(flatten);
  const shown = new Set<string>();
  let seen = 0;
  // finding a place costs as much as the text is long: no further than what is printed
  for (const issue of all) {
    if (shown.size === MAX_COMPLAINTS) break;
    seen += 1;
    const keys = issue.path.filter((key) => typeof key !== 'symbol');
    const what = keys.length > 0 ? cut(keys.join('.')) : about.what;
    shown.add(`${place(keys, issue.code === 'unrecognized_keys')}: ${what}: ${sentence(issue, about)}`);
  }
  return [...shown, ...(seen < all.length ? [`… and ${all.length - seen} more`] : [])].join('\n');
}

/** An unknown key becomes an issue at that key. */
function flatten(issue: Issue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ ...issue, keys: [key], path: [...issue.path, key] }));
}

function sentence(issue: Issue, about: TextAbout): string {
  if (issue.code === 'unrecognized_keys') {
    const keys = keysAt(about.jsonSchema(), issue.path.slice(0, -1));
    return `unknown key${meantOrFew(String(issue.path.at(-1)), keys) || `: expected as ${about.docs} says`}`;
  }
  const message = issue.message.replace(/^Invalid (?:input|option|string)?:? ?/, '').trim();
  const expected = /expected/.test(message) ? message : `${message}, expected as ${about.docs} says`;
  if (issue.input === undefined) return `missing: ${expected.split(', received ', 1)[0]}`;
  return `${shorten(issue.input)}: ${expected.split(', received ', 1)[0]}`;
}

function shorten(value: unknown): string {
  return cut(JSON.stringify(value) ?? String(value));
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
