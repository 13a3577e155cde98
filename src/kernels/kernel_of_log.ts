// A kernel that a log of it tells of, on Node.
import { kernelOfMachine } from './named.ts';
import type { BootProfile } from './list.ts';
import { profileOver } from './profile_file.ts';
import { isDebugLog, profileFromLog } from './profile_from_log.ts';
import { sourcesInLog } from './shown_by.ts';
import { InputError } from '../lib/input-error.ts';
import { readBoot } from '../machine/import/boots.ts';
import { readText } from '../machine/import/files.ts';
import { kernelFactsFromLines } from '../machine/import/kernel-lines.ts';
import { looksLikeKernelLog } from '../machine/import/text.ts';

/**
 * The facts that a log of the kernel shows, over the nearest image.
 * @throws InputError 'file' where it is none
 */
export async function profileOfLog(path: string): Promise<BootProfile> {
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
  const facts = kernelFactsFromLines(lines);
  // with memblock=debug the log itself says more than what else it proves
  const base = await kernelOfMachine(release, isDebugLog(raw) ? undefined : facts);
  // the very build that is built in: its image says more than its log
  if (release !== null && base.kernel.release === release) return base;
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
