// A machine by what people call it: a built-in name, a description file, a kernel log, or a folder with both.
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InputError } from '../lib/input-error.ts';
import { BUILTIN_NAMES, builtinMachine } from './builtin/list.ts';
import type { ImportOptions } from './import/path.ts';
import type { MachineSpec } from './spec.ts';

export interface ResolveOptions {
  /** `la57=off,pdpe1gb=off`: CPU features that differ from the machine's. */
  readonly cpu?: string | undefined;
  /** CPUs, where a log does not tell. */
  readonly cpuCount?: number | undefined;
  /** Which boot of a log with several: from 1, or from -1 backwards. */
  readonly boot?: number | undefined;
  /** Bytes of the initrd, which a log shows in whole pages. */
  readonly initrdSize?: number | undefined;
  /** What the file holds, where it has been read: a pipe can be read once. */
  readonly text?: string | undefined;
}

/**
 * The machine that `name` names; paths are relative to `cwd`. What an import had to assume is in `assumed`.
 * @throws InputError with one line that says what is wrong
 */
export async function resolveMachineName(
  name: string,
  cwd: string,
  options: ResolveOptions = {},
): Promise<MachineSpec> {
  const spec = (await builtinMachine(name)) ?? (await machineFromPath(name, cwd, options));
  return options.cpu === undefined ? spec : withCpu(spec, options.cpu, cwd);
}

/** With `--cpu`: features, or a copy of /proc/cpuinfo; what they say is no longer assumed. */
async function withCpu(spec: MachineSpec, text: string, cwd: string): Promise<MachineSpec> {
  const path = resolve(cwd, text);
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return (await import('./spec/cpu-option.ts')).machineWithCpuOption(spec, text);
  const { cpuFromCpuinfoFile } = await import('./import/cpuinfo-file.ts');
  const cpu = await cpuFromCpuinfoFile(path);
  return { ...spec, cpu, assumed: spec.assumed?.filter(({ fact }) => !fact.startsWith('cpu.')) };
}

async function machineFromPath(name: string, cwd: string, options: ResolveOptions): Promise<MachineSpec> {
  const { cpuCount = null, boot = null, initrdSize = null } = options;
  const known = { cpuCount, boot, initrdSize };
  if (name === '-') return machineFromText('stdin', options.text ?? (await textOf('-', '-')), cwd, known);
  const path = resolve(cwd, name);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new InputError('usage', await notFound(name));
  // as the user wrote it where that works from this process, so that messages repeat it
  const shown = cwd === process.cwd() ? name : path;
  if (found.isDirectory()) {
    const { machineFromFolder } = await import('./import/path.ts');
    return machineFromFolder(shown, known);
  }
  return machineFromText(name, options.text ?? (await textOf(name, shown)), dirname(path), known);
}

const DESCRIPTION = /\.(ya?ml|json)$/i;

async function textOf(name: string, path: string): Promise<string> {
  const { readText } = await import('./import/files.ts');
  return readText(path, DESCRIPTION.test(name) ? 'description' : 'log');
}

/** Files that a description names are relative to `folder`. */
async function machineFromText(
  name: string,
  text: string,
  folder: string,
  known: ImportOptions,
): Promise<MachineSpec> {
  const { looksLikeKernelLog } = await import('./import/text.ts');
  if (!DESCRIPTION.test(name) && looksLikeKernelLog(text)) {
    const { machineFromLogFile } = await import('./import/path.ts');
    return machineFromLogFile(name, text, known);
  }
  // loaded only where it is needed: the YAML and schema libraries cost more than a small boot
  const { loadDescription } = await import('./spec/load.ts');
  const { INPUT_LIMITS } = await import('./import/input-limits.ts');
  const { readInput } = await import('./import/read-input.ts');
  if (text.length > INPUT_LIMITS.description)
    throw new InputError(
      'file',
      `${name}: ${text.length} characters and no line of a kernel log: expected a description of at most ${INPUT_LIMITS.description}`,
    );
  try {
    return await loadDescription(text, name, (file) => readInput(resolve(folder, file), 'table'));
  } catch (error) {
    if (DESCRIPTION.test(name) || !(error instanceof InputError) || error.kind !== 'syntax') throw error;
    throw new InputError('log', `${error.message}, or a kernel log: this has no line of one`);
  }
}

async function notFound(name: string): Promise<string> {
  const { didYouMean } = await import('./closest.ts');
  return `"${name}": no such file, folder or built-in machine${didYouMean(name, BUILTIN_NAMES)} (earlyboot machines lists them)`;
}
