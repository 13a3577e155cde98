// A machine by what people call it: a built-in name, a description file, a kernel log, or a folder with both.
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InputError } from '../lib/input-error.ts';
import { BUILTIN_NAMES, builtinMachine } from './builtin/list.ts';
import type { MachineSpec } from './spec.ts';
import { withCpuOption } from './spec/cpu-option.ts';

export interface ResolveOptions {
  /** `la57=off,pdpe1gb=off`: CPU features that differ from the machine's. */
  readonly cpu?: string | undefined;
  /** CPUs, where a log does not tell. */
  readonly cpuCount?: number | undefined;
}

/**
 * The machine that `name` names; paths are relative to `cwd`. What an import had to assume is in `warnings`.
 * @throws InputError with one line that says what is wrong
 */
export async function resolveMachineName(
  name: string,
  cwd: string,
  options: ResolveOptions = {},
): Promise<MachineSpec> {
  const spec = (await builtinMachine(name)) ?? (await machineFromPath(name, cwd, options.cpuCount ?? null));
  return options.cpu === undefined ? spec : { ...spec, cpu: withCpuOption(spec.cpu, options.cpu) };
}

async function machineFromPath(name: string, cwd: string, cpuCount: number | null): Promise<MachineSpec> {
  const path = resolve(cwd, name);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new InputError('usage', notFound(name));
  // as the user wrote it where that works from this process, so that messages repeat it
  const shown = cwd === process.cwd() ? name : path;
  // loaded only for paths: the YAML and schema libraries cost more than a small boot
  const { machineFromFolder, machineFromLogFile } = await import('./import/path.ts');
  if (found.isDirectory()) return machineFromFolder(shown, { cpuCount });
  const { readBytes, readText } = await import('./import/files.ts');
  const text = await readText(shown);
  const { looksLikeKernelLog } = await import('./import/text.ts');
  const description = /\.(ya?ml|json)$/i.test(name);
  if (!description && looksLikeKernelLog(text)) return machineFromLogFile(name, text, { cpuCount });
  const { loadDescription } = await import('./spec/load.ts');
  return loadDescription(text, name, (file) => readBytes(resolve(dirname(path), file)));
}

function notFound(name: string): string {
  const near = BUILTIN_NAMES.filter(
    (known) => known.includes(name) || name.includes(known.split('-')[0] ?? known),
  );
  const hint = near.length > 0 ? `: did you mean ${near.join(' or ')}?` : '';
  return `"${name}": no such file, folder or built-in machine${hint} (earlyboot machines lists them)`;
}
