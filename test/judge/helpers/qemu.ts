// What a test of real boots needs of the machine that it runs on.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../helpers/sources.ts';

/** Whether QEMU for 64-bit PCs can be run. */
export function haveQemu64(): boolean {
  try {
    execFileSync('qemu-system-x86_64', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const KERNELS = process.env['EARLYBOOT_KERNELS'] ?? join(ROOT, '.tmp', 'kernels');

/** The image that the variable names, else that of Debian's build `release` where .ci/run or the user has put it. */
function image(variable: string, release: string): string | null {
  const named = process.env[variable];
  if (named !== undefined) return existsSync(named) ? named : null;
  for (const folder of [join(KERNELS, release), '/boot']) {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const found = names.find((name) => name === 'vmlinuz' || name === `vmlinuz-${release}`);
    if (found !== undefined) return join(folder, found);
  }
  return null;
}

/** Debian's 6.1.0-56 for amd64: EARLYBOOT_VMLINUZ, or out of EARLYBOOT_KERNELS, .tmp/kernels or /boot; null where there is none. */
export function vmlinuz61(): string | null {
  return image('EARLYBOOT_VMLINUZ', '6.1.0-56-amd64');
}

/** An i386 kernel: EARLYBOOT_VMLINUZ32, or Debian's 6.1.0-50-686 as above; null where there is none. */
export function vmlinuz32(): string | null {
  return image('EARLYBOOT_VMLINUZ32', '6.1.0-50-686');
}

/** Whether boots that take minutes are asked for. */
export const LONG_BOOTS = process.env['EARLYBOOT_LONG_BOOTS'] !== undefined;
