// One process at a time adds to a folder of results.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../lib/input-error.ts';
import { statFields } from '../../lib/proc-stat.ts';

const LOCK = 'lock';
const DEAD = 'dead';
const UNKNOWN = '?';

/** @throws InputError 'file' where another process that still runs has the folder. The function returned gives it back. */
export function lockFolder(path: string): () => void {
  const file = join(path, LOCK);
  const own = `${process.pid} ${hostname()} ${birthOf(process.pid)}\n`;
  try {
    writeFileSync(file, own, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    refuseHeld(path, file);
    writeFileSync(file, own); // left by a process that was killed
  }
  return () => rmSync(file, { force: true });
}

/** @throws InputError 'file' where who wrote the lock still runs, or may */
function refuseHeld(path: string, file: string): void {
  const [pid = '', host, birth = UNKNOWN] = readFileSync(file, 'utf8').trim().split(' ');
  // killed before it wrote a word
  if (host === undefined) return;
  if (host !== hostname())
    throw new InputError(
      'file',
      `${path}: process ${pid} on ${host} adds to it; where that is gone, remove ${file}`,
    );
  if (Number(pid) !== process.pid && isThere(Number(pid), birth))
    throw new InputError(
      'file',
      `${path}: process ${pid} adds to it: expected another folder, or one at a time`,
    );
}

/** Whether the process that wrote so still runs: not one that was killed and waits for its parent, nor another that has its number now. */
function isThere(pid: number, birth: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // somebody else's
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false;
  }
  const now = birthOf(pid);
  return now !== DEAD && (now === birth || now === UNKNOWN || birth === UNKNOWN);
}

/** When a process began, in clock ticks since the host did (proc(5), field 22 of stat); DEAD for what its parent has not yet waited for. */
function birthOf(pid: number): string {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // no such file system, or it hides the processes of others
    return UNKNOWN;
  }
  const fields = statFields(stat);
  return fields[0] === 'Z' || fields[0] === 'X' ? DEAD : (fields[19] ?? UNKNOWN);
}
