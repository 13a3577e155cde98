// The MACHINE argument of every command; what an import had to assume goes to stderr.
import { InputError } from '../lib/input-error.ts';
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
  refuseLogOptions(spec, options);
  for (const text of spec.warnings) warn(io, text);
  return spec;
}

/** @throws InputError 'usage' for what only says how a log is read, beside a machine that is none */
export function refuseLogOptions({ name, origin }: MachineSpec, options: MachineOptions): void {
  if (origin.kind === 'log' || origin.kind === 'capture') return;
  const { cpuCount, boot, initrdSize } = options;
  const given = [
    ...(cpuCount === undefined ? [] : ['--cpu-count']),
    ...(boot === undefined ? [] : ['--boot']),
    ...(initrdSize === undefined ? [] : ['--initrd-size']),
  ];
  if (given.length === 0) return;
  const what = origin.kind === 'builtin' ? 'a built-in machine' : 'a description';
  throw new InputError('usage', `${given.join(', ')}: ${name} is ${what}: expected a kernel log`);
}
