// A JSON Schema whose every key has a title and a description, for editors.
import { wordsOfKey } from './schema-words.ts';

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `schema` with words for each key of `properties`, at any depth; what it says itself stays where there are none. */
export function annotated(schema: Json, path: readonly string[] = []): Json {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === 'properties' && isObject(value)) return [key, annotatedProperties(value, path)];
    if (key === 'items' && isObject(value)) return [key, annotated(value, path)];
    if ((key === 'anyOf' || key === 'allOf') && Array.isArray(value))
      return [key, value.map((one: unknown) => (isObject(one) ? annotated(one, path) : one))];
    return [key, value];
  });
  return Object.fromEntries(entries);
}

function annotatedProperties(properties: Json, path: readonly string[]): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => {
      if (!isObject(value)) return [key, value];
      const at = [...path, key];
      const { title, description } = wordsOfKey(at);
      const said = description === undefined ? {} : { description };
      return [key, { title, ...annotated(value, at), ...said }];
    }),
  );
}
