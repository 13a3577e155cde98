// Where the JSON Schemas of the published package can be read: the address that stands for each of them.

/** A server of packages as npm has them. */
const PUBLISHED = 'https://unpkg.com/earlyboot/schema';

/** `machine` is https://…/machine.schema.json. */
export function schemaId(name: string): string {
  return `${PUBLISHED}/${name}.schema.json`;
}
