// What --kernel takes, on Node: a name or version, a profile as JSON, an image, or a log of that kernel.
import { stat } from 'node:fs/promises';
import { kernelNamed, kernelOfMachine, bootProfileOf, versionOf } from './named.ts';
import type { BootProfile } from './list.ts';
import { InputError } from '../lib/input-error.ts';
import { decodeText, looksLikeKernelLog } from '../machine/import/text.ts';
import { readBoot } from '../machine/import/boots.ts';
import { readText } from '../machine/import/files.ts';
import { kernelFactsFromLines } from '../machine/import/kernel-lines.ts';
import { readInput } from '../machine/import/read-input.ts';
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
  const { lines } = readBoot(text, path);
  const raw = lines.map((line) => line.text);
  const banner = raw.find((line) => line.startsWith('Linux version '));
  const release = /^Linux version (\S+)/.exec(banner ?? '')?.[1] ?? null;
  const { isDebugLog, profileFromLog } = await import('./profile_from_log.ts');
  const facts = kernelFactsFromLines(lines);
  // with memblock=debug the log itself says more than what else it proves
  const base = await kernelOfMachine(release, isDebugLog(raw) ? undefined : facts);
  // the very build that is built in: its image says more than its log
  if (release !== null && base.kernel.release === release) return base;
  const { profileOver } = await import('./profile_file.ts');
  const { sourcesInLog } = await import('./shown_by.ts');
  const file = profileFromLog(raw, base, release ?? 'log', {});
  const own = profileOver(base, file);
  const shown = [
    ...Object.keys(file.image).map((fact) => `image.${fact}`),
    ...Object.keys({ ...(isDebugLog(raw) ? {} : facts?.config), ...file.config }).map(
      (fact) => `config.${fact}`,
    ),
  ];
  const sources = { ...own.kernel.sources, ...sourcesInLog(shown, lines) };
  return { ...own, kernel: { ...own.kernel, sources } };
}
