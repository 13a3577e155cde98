// What --kernel takes, on Node: a name or version, a profile as JSON, an image, or a log of that kernel.
import { stat } from 'node:fs/promises';
import { kernelNamed, kernelOfMachine, bootProfileOf, versionOf } from './named.ts';
import type { BootProfile } from './list.ts';
import { InputError } from '../lib/input-error.ts';
import { decodeText, looksLikeKernelLog } from '../machine/import/text.ts';
import { readText } from '../machine/import/files.ts';
import { readInput } from '../machine/import/read-input.ts';

/**
 * The kernel asked for; else the machine's own, by its version, or the nearest that is known; else 6.1.
 * @throws InputError 'usage' for an unknown name, and whatever is wrong with a file
 */
export async function resolveKernel(
  kernel: string | null,
  machineKernel: string | null,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<BootProfile> {
  if (kernel === null) return kernelOfMachine(machineKernel);
  if (kernel.endsWith('.json')) return profileOfJson(kernel);
  const found =
    /[/\\]/.test(kernel) || versionOf(kernel) === null ? await stat(kernel).catch(() => null) : null;
  if (!found?.isFile()) {
    if (/[/\\]/.test(kernel)) throw new InputError('file', `${kernel}: no such file`);
    return kernelNamed(kernel);
  }
  const { fileForm, readImageFile } = await import('./image/node.ts');
  if ((await fileForm(kernel)) !== 'text') {
    const profile = await readImageFile(kernel, {}, env);
    return bootProfileOf(profile, profile.name);
  }
  return profileOfLog(kernel);
}

async function profileOfJson(path: string): Promise<BootProfile> {
  const text = decodeText(await readInput(path, 'kernelProfile'), path);
  const { parseProfileFile, profileOfFile } = await import('./profile_file.ts');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null; // the older format's reader says what is wrong
  }
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 2)
    return profileOfFile(parseProfileFile(text, path));
  const { checkKernelFile } = await import('./kernel_file_schema.ts');
  const { ofKernelFile } = await import('./kernel_file.ts');
  const file = checkKernelFile(value, path);
  return bootProfileOf(ofKernelFile(file), file.name);
}

/** The facts that a log of the kernel shows, over the nearest image. */
async function profileOfLog(path: string): Promise<BootProfile> {
  const text = await readText(path, 'log');
  if (!looksLikeKernelLog(text))
    throw new InputError(
      'file',
      `${path}: expected a kernel name, a profile (.json), a kernel image for x86-64 or a log of a kernel`,
    );
  const raw = text.split('\n');
  const release = /Linux version (\S+)/.exec(text)?.[1] ?? '';
  const base = await kernelOfMachine(versionOf(release)?.join('.') ?? null);
  // the very build that is built in: its image says more than its log
  if (release !== '' && base.kernel.release === release) return base;
  const { profileFromLog } = await import('./profile_from_log.ts');
  const { profileOver } = await import('./profile_file.ts');
  const file = profileFromLog(raw, base, release === '' ? 'log' : release, {});
  const own = profileOver(base, file);
  return {
    ...own,
    assumed: [
      `kernel ${file.name}: what its log does not show is assumed to be as in ${base.kernel.release ?? base.name}`,
    ],
  };
}
