// The machines that come with earlyboot, each a description in its own file, loaded when asked for.
import type { MachineSpec } from '../spec.ts';
import type { MachineDescription } from '../spec/description.ts';

interface BuiltinModule {
  readonly machine: MachineDescription;
}

/** In the order of the list: the six published systems, the one reported for v1, then ours. */
const LOADERS = [
  ['skylake-768g', () => import('./skylake-768g.ts')],
  ['broadwell-192g', () => import('./broadwell-192g.ts')],
  ['haswell-256g', () => import('./haswell-256g.ts')],
  ['epyc-64g-guest', () => import('./epyc-64g-guest.ts')],
  ['epyc-16g-guest', () => import('./epyc-16g-guest.ts')],
  ['haswell-14g-guest', () => import('./haswell-14g-guest.ts')],
  ['triplett-192g', () => import('./triplett-192g.ts')],
  ['tiny-512m', () => import('./tiny-512m.ts')],
  ['laptop-16g', () => import('./laptop-16g.ts')],
  ['monster-64t', () => import('./monster-64t.ts')],
] as const satisfies readonly (readonly [string, () => Promise<BuiltinModule>])[];

/** A machine that comes with earlyboot. */
export type BuiltinMachineName = (typeof LOADERS)[number][0];

const BY_NAME: ReadonlyMap<string, () => Promise<BuiltinModule>> = new Map(LOADERS);

/** Names of the machines that come with earlyboot: the published systems first, then ours. */
export const BUILTIN_NAMES: readonly BuiltinMachineName[] = LOADERS.map(([name]) => name);

/** Whether a machine of that name comes with earlyboot. */
export function isBuiltinName(name: string): name is BuiltinMachineName {
  return BY_NAME.has(name);
}

/** The description of a built-in machine, null for an unknown name. */
export async function builtinDescription(name: string): Promise<MachineDescription | null> {
  const load = BY_NAME.get(name);
  return load ? (await load()).machine : null;
}

/** A built-in machine, null for an unknown name. */
export async function builtinMachine(name: string): Promise<MachineSpec | null> {
  const description = await builtinDescription(name);
  if (!description) return null;
  // late: a list of names needs none of it
  const { normalise } = await import('../spec/normalise.ts');
  return normalise(description, { kind: 'builtin', path: name });
}
