// Which of a folder's kernel configurations is the log's, and which of its images.
import { basename } from 'node:path';

/** null where there is none of that kernel. */
export interface ChosenConfig {
  readonly path: string | null;
  readonly warnings: readonly string[];
}

/** The release in the name of /boot/config-RELEASE; null where it has none. */
export function releaseOfConfig(path: string): string | null {
  return /^config-(\d\S*?)(?:\.gz)?$/.exec(basename(path))?.[1] ?? null;
}

/** The image of the log's kernel: it says more than a configuration. null where there is none of that release. */
export function chooseImage(paths: readonly string[], release: string | null): string | null {
  return paths.find((path) => /^vmlinu[xz]-(\S+)$/.exec(basename(path))?.[1] === release) ?? null;
}

/** The one that is named after `release`; else one without a release in its name. */
export function chooseConfig(paths: readonly string[], release: string | null): ChosenConfig {
  const own = paths.find((path) => release === null || releaseOfConfig(path) === release);
  const found = own ?? paths.find((path) => releaseOfConfig(path) === null);
  if (found !== undefined) return { path: found, warnings: [] };
  const names = paths.map((path) => basename(path)).join(', ');
  return {
    path: null,
    warnings: paths.length === 0 ? [] : [`${names}: left out, the log is of ${release ?? 'no known kernel'}`],
  };
}
