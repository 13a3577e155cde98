// The initramfs of a judged kernel: our init, the two consoles that it may write to, and the symbols that are asked for.
import { cpioArchive } from './cpio.ts';

/** Major numbers of Documentation/admin-guide/devices.txt. */
const TTYAUX_MAJOR = 5;
const CONSOLE_MINOR = 1;
const TTY_MAJOR = 4;
const TTYS1_MINOR = 65;

/** The archive around `init` (images/init-64 or init-32); init prints the addresses of `symbols`. A few KiB. */
export function judgeInitramfs(init: Uint8Array, symbols: readonly string[] = []): Uint8Array {
  const names = new TextEncoder().encode(symbols.map((name) => `${name}\n`).join(''));
  return cpioArchive([
    { kind: 'folder', path: 'dev' },
    { kind: 'folder', path: 'proc' },
    { kind: 'folder', path: 'sys' },
    { kind: 'device', path: 'dev/console', major: TTYAUX_MAJOR, minor: CONSOLE_MINOR },
    { kind: 'device', path: 'dev/ttyS1', major: TTY_MAJOR, minor: TTYS1_MINOR },
    { kind: 'file', path: 'init', bytes: init, executable: true },
    ...(symbols.length > 0 ? [{ kind: 'file', path: 'symbols', bytes: names } as const] : []),
  ]);
}
