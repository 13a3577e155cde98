// The MACHINE argument of every command; what an import had to assume goes to stderr.
import { resolveMachineName, type ResolveOptions } from '../machine/resolve.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { type CliIo, warn } from './io.ts';

export type MachineOptions = ResolveOptions;

/**
 * The machine that `argument` names.
 * @throws InputError with one line that says what is wrong
 */
export async function resolveMachine(
  io: CliIo,
  argument: string,
  options: MachineOptions = {},
): Promise<MachineSpec> {
  await io.beforeBoots?.();
  const spec = await resolveMachineName(argument, io.cwd, options);
  for (const text of spec.warnings) warn(io, text);
  return spec;
}
