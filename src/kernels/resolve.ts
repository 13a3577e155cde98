// What --kernel takes, on Node: a name or version, a profile as JSON, an image, or a log of that kernel.
import { stat } from 'node:fs/promises';
import { kernelNamed, kernelOfMachine, bootProfileOf, versionOf } from './named.ts';
import type { BootProfile } from './list.ts';
import { InputError } from '../lib/input-error.ts';
import type { MachineSpec } from '../machine/spec.ts';

/**
 * The kernel asked for; else the machine's own, by its version, or the nearest that is known; else 6.1.
 * @throws InputError 'usage' for an unknown name, and whatever is wrong with a file
 */
export async function resolveKernel(
  kernel: string | null,
  machine: Pick<MachineSpec, 'kernel' | 'kernelFacts'> | null,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<BootProfile> {
  if (kernel === null) return kernelOfMachine(machine?.kernel ?? null, machine?.kernelFacts);
  if (kernel.endsWith('.json')) return profileOfJson(kernel);
  const found =
    /[/\\]/.test(kernel) || versionOf(kernel) === null ? await stat(kernel).catch(() => null) : null;
  if (!found?.isFile()) {
    if (/[/\\]/.test(kernel)) throw new InputError('file', `${kernel}: no such file`);
    return kernelNamed(kernel);
  }
  const { isConfigName, kernelOfConfig } = await import('./configured.ts');
  if (isConfigName(kernel)) return kernelOfConfig(kernel);
  const { fileForm, readImageFile } = await import('./image/node.ts');
  if ((await fileForm(kernel)) !== 'text') {
    const profile = await readImageFile(kernel, {}, env);
    return bootProfileOf(profile, profile.name);
  }
  // what reads a log is large, and most boots need none of it
  const { profileOfLog } = await import('./kernel_of_log.ts');
  return profileOfLog(kernel);
}

async function profileOfJson(path: string): Promise<BootProfile> {
  const { decodeText } = await import('../machine/import/text.ts');
  const { readInput } = await import('../machine/import/read-input.ts');
  const text = decodeText(await readInput(path, 'kernelProfile'), path);
  const { parseProfileFile, profileOfFile } = await import('./profile_file.ts');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null; // the older format's reader says what is wrong
  }
  const { checkKernelFile, isKernelFile } = await import('./kernel_file_schema.ts');
  if (!isKernelFile(value)) return profileOfFile(parseProfileFile(text, path));
  const { ofKernelFile } = await import('./kernel_file.ts');
  const file = checkKernelFile(value, path);
  return bootProfileOf(ofKernelFile(file), file.name);
}
