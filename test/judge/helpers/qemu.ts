// What a test of real boots needs of the machine that it runs on.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Whether QEMU for 64-bit PCs can be run. */
export function haveQemu64(): boolean {
  try {
    execFileSync('qemu-system-x86_64', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Debian's 6.1 for amd64: EARLYBOOT_VMLINUZ, or one in /boot; null where there is none. */
export function vmlinuz61(): string | null {
  const named = process.env['EARLYBOOT_VMLINUZ'];
  if (named !== undefined) return existsSync(named) ? named : null;
  const names = existsSync('/boot') ? readdirSync('/boot') : [];
  const found = names.filter((name) => /^vmlinuz-6\.1\.0-56-amd64$/.test(name)).at(-1);
  return found === undefined ? null : join('/boot', found);
}

/** An i386 kernel: EARLYBOOT_VMLINUZ32; null where there is none. */
export function vmlinuz32(): string | null {
  const named = process.env['EARLYBOOT_VMLINUZ32'];
  return named !== undefined && existsSync(named) ? named : null;
}
