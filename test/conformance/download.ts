// Brings a package of Debian's without installing it, with apt's own lists or those of ../shared/tools/kernels.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The configuration under which ../shared/tools/kernels reads the lists of all of Debian's suites, if it was run here. */
function kernelsConfig(): string | null {
  const file = path.join(process.env['KERNELS_APT'] ?? path.join(os.tmpdir(), 'kernels-apt'), 'apt.conf');
  return existsSync(file) ? file : null;
}

/** Downloads a linux-source package into `work` and takes its tarball out; returns the tarball's path, or what went wrong. */
function bring(name: string, work: string, env: NodeJS.ProcessEnv): { tar: string } | { failed: string } {
  const run = (command: string, args: readonly string[]): string | null => {
    const { status, stderr, error } = spawnSync(command, args, { cwd: work, env, encoding: 'utf8' });
    return status === 0 ? null : (error?.message ?? stderr.trim());
  };
  const failed = run('apt-get', ['download', '-qq', name]);
  if (failed !== null) return { failed };
  const deb = readdirSync(work).find((file) => file.endsWith('.deb'));
  if (deb === undefined) return { failed: 'apt-get brought no package' };
  const broken = run('dpkg-deb', ['-x', deb, '.']);
  if (broken !== null) return { failed: broken };
  const tar = path.join(work, 'usr/src', `${name}.tar.xz`);
  return existsSync(tar) ? { tar } : { failed: `no ${name}.tar.xz in ${deb}` };
}

/**
 * What `use` makes of the tarball of a linux-source package, which is downloaded for it and then removed; null where apt does not
 * know the package or cannot bring it. `say` gets a line about what is done, and about what went wrong.
 */
export function downloadSource(
  name: string,
  use: (tar: string) => string,
  say: (line: string) => void,
): string | null {
  const env = process.env;
  const config = kernelsConfig();
  const asked = env['APT_CONFIG'] === undefined && config !== null ? [{ ...env, APT_CONFIG: config }] : [];
  const known = [...asked, env].find(
    (e) => spawnSync('apt-cache', ['show', '--quiet', name], { env: e, stdio: 'ignore' }).status === 0,
  );
  if (known === undefined) return null;
  const work = mkdtempSync(path.join(os.tmpdir(), 'earlyboot-source-'));
  try {
    say(`${name}: apt-get download`);
    const got = bring(name, work, known);
    if ('tar' in got) return use(got.tar);
    say(`${name}: ${got.failed}`);
    return null;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
