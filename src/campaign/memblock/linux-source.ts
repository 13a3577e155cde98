// Finds the kernel source that conformance runs and benchmarks compile, or says what is missing. Installs nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageFile } from '../../board/package_file.ts';
import { InputError } from '../../lib/input-error.ts';

export const CHECKOUT = path.dirname(packageFile('package.json'));

/** What is made for a run and can be made again: unpacked sources, the tool as patched. */
export const WORK = path.join(os.tmpdir(), `earlyboot-${process.getuid?.() ?? 0}`);

/** Files of a kernel tree that memblock needs; paths in the tarball, with tar's wildcards. */
const MEMBLOCK = ['Makefile', 'mm/memblock.c', 'include/linux/memblock.h'];
/** And what its tests need. Linux has them since 5.18. */
const TESTS = [
  'include/linux/gfp_types.h',
  'tools/include/*',
  'tools/arch/x86/include/*',
  'tools/testing/memblock/*',
  'tools/testing/selftests/kselftest.h',
];

/** Whether a kernel's tree has memblock's own tests. `version` as `6.1`. */
export function hasTests(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 18);
}

function lacks(dir: string, withTests: boolean): string | undefined {
  const files = ['Makefile', 'mm/memblock.c', ...(withTests ? ['tools/testing/memblock/main.c'] : [])];
  return files.find((file) => !existsSync(path.join(dir, file)));
}

/** Unpacks the few files needed of a tarball of Debian's linux-source; returns the tree. */
function unpack(tar: string, version: string): string {
  const name = `linux-source-${version}`;
  mkdirSync(WORK, { recursive: true });
  const wanted = [...MEMBLOCK, ...(hasTests(version) ? TESTS : [])].map((file) => `${name}/${file}`);
  execFileSync('tar', ['-xJf', tar, '-C', WORK, '--wildcards', ...wanted]);
  return path.join(WORK, name);
}

/**
 * The directory of a kernel tree: LINUX_SRC, or Debian's linux-source of this version, unpacked beside the checkout
 * (../kernel) or in /usr/src, or its tarball there, of which the few files needed are unpacked under the system's
 * temporary directory. Where there is none, `download` may bring a tarball and give it to its second argument, which returns
 * the tree. Throws InputError 'tool' where there is none at all.
 */
export function linuxSource(
  version = '6.1',
  download: (packageName: string, use: (tar: string) => string) => string | null = () => null,
): string {
  const given = process.env['LINUX_SRC'];
  const name = `linux-source-${version}`;
  const places = given
    ? [given]
    : [path.join(CHECKOUT, '../kernel', name), path.join('/usr/src', name), path.join(WORK, name)];
  const found = places.find((dir) => lacks(dir, hasTests(version)) === undefined);
  if (found !== undefined) return path.resolve(found);
  if (given)
    throw new InputError(
      'tool',
      `LINUX_SRC=${given} is no kernel tree: it lacks ${lacks(given, hasTests(version))}`,
    );
  const installed = path.join('/usr/src', `${name}.tar.xz`);
  const use = (tar: string): string => unpack(tar, version);
  const tree = existsSync(installed) ? use(installed) : download(name, use);
  if (tree !== null) return tree;
  throw new InputError(
    'tool',
    `no source of Linux ${version} in ${places.join(', ')}: apt-get install ${name}, or --linux DIR (Debian has 5.10 in bullseye, 6.1 in bookworm, 6.12 in trixie, 7.2 in sid)`,
  );
}
