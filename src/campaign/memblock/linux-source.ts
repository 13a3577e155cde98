// Finds the kernel source that conformance runs and benchmarks compile, or says what is missing. Installs nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageFile } from '../../board/node.ts';
import { InputError } from '../../lib/input-error.ts';

export const CHECKOUT = path.dirname(packageFile('package.json'));

/** What the tests of memblock need of a kernel tree; paths in the tarball, with tar's wildcards. */
const NEEDED = [
  'Makefile',
  'mm/memblock.c',
  'include/linux/memblock.h',
  'include/linux/gfp_types.h',
  'tools/include/*',
  'tools/arch/x86/include/*',
  'tools/testing/memblock/*',
  'tools/testing/selftests/kselftest.h',
];

function usable(dir: string): boolean {
  return (
    existsSync(path.join(dir, 'mm/memblock.c')) && existsSync(path.join(dir, 'tools/testing/memblock/main.c'))
  );
}

/**
 * The directory of a kernel tree: LINUX_SRC, or Debian's linux-source of this version, unpacked beside the checkout
 * (../kernel) or in /usr/src, or its tarball there, of which the few files needed are unpacked under the system's
 * temporary directory. Throws InputError 'tool' where there is none.
 */
export function linuxSource(version = '6.1'): string {
  const given = process.env['LINUX_SRC'];
  const name = `linux-source-${version}`;
  const unpacked = path.join(os.tmpdir(), `earlyboot-${process.getuid?.() ?? 0}`, name);
  const places = given
    ? [given]
    : [path.join(CHECKOUT, '../kernel', name), path.join('/usr/src', name), unpacked];
  const found = places.find(usable);
  if (found !== undefined) return path.resolve(found);
  const tar = path.join('/usr/src', `${name}.tar.xz`);
  if (given || !existsSync(tar)) {
    const hint = given ? `LINUX_SRC=${given} is no kernel tree` : `no kernel source: apt-get install ${name}`;
    throw new InputError(
      'tool',
      `${hint} (looked for mm/memblock.c and tools/testing/memblock in ${places.join(', ')})`,
    );
  }
  mkdirSync(path.dirname(unpacked), { recursive: true });
  const wanted = NEEDED.map((file) => `${name}/${file}`);
  execFileSync('tar', ['-xJf', tar, '-C', path.dirname(unpacked), '--wildcards', ...wanted]);
  return unpacked;
}
