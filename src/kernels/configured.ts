// A kernel with the configuration that a file says: /boot/config-RELEASE, or what /proc/config.gz unpacks to.
import { basename } from 'node:path';
import type { BootProfile } from './list.ts';
import { factsOfOptions, parseConfig } from './image/options.ts';
import { readText } from '../machine/import/files.ts';

/** `# Linux/x86 6.8.12 Kernel Configuration`, or `x86_64`; the head of every configuration. */
const HEAD = /^# Linux\/x86\S* (\d\S*) Kernel Configuration/m;

/** Whether a text is a kernel's configuration. */
export function looksLikeConfig(text: string): boolean {
  return HEAD.test(text) || /^CONFIG_(?:64BIT|X86_64)=y$/m.test(text);
}

/** The version that a configuration's head names, such as `6.8.12`; null where it has none. */
export function versionOfConfig(text: string): string | null {
  return HEAD.exec(text)?.[1] ?? null;
}

/**
 * `profile` with what the configuration at `path` says; each such fact's source is the file.
 * @throws InputError 'file' where it cannot be read, 'image' where it is no configuration for x86-64
 */
export async function configuredBy(profile: BootProfile, path: string): Promise<BootProfile> {
  const said = factsOfOptions(parseConfig(await readText(path, 'description'), path));
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
