// A kernel with the configuration that a file says: /boot/config-RELEASE, or what /proc/config.gz unpacks to.
import { basename } from 'node:path';
import type { BootProfile } from './list.ts';
import { kernelOfMachine } from './named.ts';
import { factsOfOptions, parseConfig } from './image/options.ts';
import { releaseOfConfig } from '../machine/import/folder/config.ts';
import { readText } from '../machine/import/files.ts';

/** `# Linux/x86 6.8.12 Kernel Configuration`, or `x86_64`; the head of every configuration. */
const HEAD = /^# Linux\/x86\S* (\d\S*) Kernel Configuration/m;

/** Whether a file is named as kernels' configurations are. */
export function isConfigName(path: string): boolean {
  return /^config(?:-\d\S*|\.gz|\.txt)?$/.test(basename(path));
}

/** The kernel that a configuration is of: by the release in its name, else by the version in its head. @throws InputError as below */
export async function kernelOfConfig(path: string): Promise<BootProfile> {
  const head = HEAD.exec(await readText(path, 'description'))?.[1] ?? null;
  const release = releaseOfConfig(path) ?? head;
  const profile = await kernelOfMachine(release);
  return profile.kernel.release === release ? profile : configuredBy(profile, path);
}

/**
 * `profile` with what the configuration at `path` says; each such fact's source is the file.
 * @throws InputError 'file' where it cannot be read, 'image' where it is no configuration for x86-64
 */
export async function configuredBy(profile: BootProfile, path: string): Promise<BootProfile> {
  const text = await readText(path, 'description');
  const said = factsOfOptions(parseConfig(text, path));
  const name = basename(path);
  const sources = Object.fromEntries(
    Object.keys(said).map((fact) => [`config.${fact}`, `config file ${name}`]),
  );
  const { kernel } = profile;
  return {
    ...profile,
    kernel: {
      ...kernel,
      config: { ...kernel.config, ...said },
      sources: { ...kernel.sources, ...sources },
    },
  };
}
