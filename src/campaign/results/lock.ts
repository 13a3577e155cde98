// One process at a time adds to a folder of results.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../lib/input-error.ts';

const LOCK = 'lock';

/** @throws InputError 'file' where another process that still runs has the folder. The function returned gives it back. */
export function lockFolder(path: string): () => void {
  const file = join(path, LOCK);
  const own = `${process.pid} ${hostname()}\n`;
  try {
    writeFileSync(file, own, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    const [pid = '', host = ''] = readFileSync(file, 'utf8').trim().split(' ');
    if (host !== hostname())
      throw new InputError(
        'file',
        `${path}: process ${pid} on ${host} adds to it; where that is gone, remove ${file}`,
      );
    if (Number(pid) !== process.pid && isAlive(Number(pid)))
      throw new InputError(
        'file',
        `${path}: process ${pid} adds to it: expected another folder, or one at a time`,
      );
    writeFileSync(file, own); // left by a process that was killed
  }
  return () => rmSync(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
