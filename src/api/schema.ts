// The schema of machine descriptions, loaded when asked for: zod costs more than a small boot.

/** The JSON Schema of a machine description (schema/machine.schema.json), for editors and validators. */
export async function machineJsonSchema(): Promise<Record<string, unknown>> {
  const schema = await import('../machine/spec/schema.ts');
  return schema.machineJsonSchema();
}
