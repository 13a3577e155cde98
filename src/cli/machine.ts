// The MACHINE argument of every command: a built-in name, a description file, a kernel log, or a folder with both.
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InputError } from '../lib/input-error.ts';
import { BUILTIN_NAMES, builtinMachine } from '../machine/builtin/list.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { withCpuOption } from '../machine/spec/cpu-option.ts';
import { type CliIo, warn } from './io.ts';

export interface MachineOptions {
  /** `la57=off,pdpe1gb=off`: CPU features that differ from the machine's. */
  readonly cpu?: string | undefined;
  /** CPUs, where a log does not tell. */
  readonly cpuCount?: number | undefined;
}

/**
 * The machine that `argument` names; an import's assumptions go to stderr.
 * @throws InputError with one line that says what is wrong
 */
export async function resolveMachine(
  io: CliIo,
  argument: string,
  options: MachineOptions = {},
): Promise<MachineSpec> {
  const spec =
    (await builtinMachine(argument)) ?? (await machineFromPath(io, argument, options.cpuCount ?? null));
  for (const text of spec.warnings) warn(io, text);
  return options.cpu === undefined ? spec : { ...spec, cpu: withCpuOption(spec.cpu, options.cpu) };
}

async function machineFromPath(io: CliIo, argument: string, cpuCount: number | null): Promise<MachineSpec> {
  const path = resolve(io.cwd, argument);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new InputError('usage', `${notFound(argument)}`);
  // loaded only for paths: the YAML and schema libraries cost more than a small boot
  const { machineFromFolder, machineFromLogFile } = await import('../machine/import/path.ts');
  const { readBytes, readText } = await import('../machine/import/files.ts');
  if (found.isDirectory()) return machineFromFolder(argumentPath(io, argument), { cpuCount });
  const text = await readText(argumentPath(io, argument));
  const { looksLikeKernelLog } = await import('../machine/import/text.ts');
  const description = /\.(ya?ml|json)$/i.test(argument);
  if (!description && looksLikeKernelLog(text)) return machineFromLogFile(argument, text, { cpuCount });
  const { loadDescription } = await import('../machine/spec/load.ts');
  return loadDescription(text, argument, (name) => readBytes(resolve(dirname(path), name)));
}

/** As the user wrote it where that works from this process, so that messages repeat it. */
function argumentPath(io: CliIo, argument: string): string {
  return io.cwd === process.cwd() ? argument : resolve(io.cwd, argument);
}

function notFound(argument: string): string {
  const near = BUILTIN_NAMES.filter(
    (name) => name.includes(argument) || argument.includes(name.split('-')[0] ?? name),
  );
  const hint = near.length > 0 ? `: did you mean ${near.join(' or ')}?` : '';
  return `"${argument}": no such file, folder or built-in machine${hint} (earlyboot machines lists them)`;
}
