// A built-in machine as text to start from.
import { InputError } from '../../lib/input-error.ts';
import { builtinDescription } from '../../machine/builtin/list.ts';

/** The YAML of a built-in machine's description. */
export async function describeBuiltin(name: string): Promise<string> {
  const description = await builtinDescription(name);
  if (description === null) throw new InputError('usage', `"${name}": no built-in machine`);
  const { toYaml } = await import('../../machine/spec/yaml.ts');
  return toYaml(description);
}
