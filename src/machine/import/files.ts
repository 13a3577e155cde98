// Text files that a user names.
import { stat } from 'node:fs/promises';
import { InputError } from '../../lib/input-error.ts';
import { fileErrorText } from './file-error.ts';
import type { InputKind } from './input-limits.ts';
import { inputName, readInput, STDIN } from './read-input.ts';
import { decodeText, looksLikeKernelLog } from './text.ts';
import { unpacked } from './unpack.ts';

/**
 * The file's text, uncompressed; `-` is standard input.
 * @throws InputError 'file' where it cannot be read, is empty, too large or no text
 */
export async function readText(path: string, kind: InputKind): Promise<string> {
  const name = inputName(path);
  const bytes = await readInput(path, kind, { text: true });
  if (bytes.length === 0 && kind === 'log')
    throw new InputError(
      'file',
      `${name}: the file is empty: expected a kernel log (dmesg and journalctl -k need root on most systems)`,
    );
  return decodeText(await unpacked(bytes, name, kind), name);
}

/** Whether a file is a kernel log, however it is packed and encoded. @throws InputError 'file' where there is nothing */
export async function isLogFile(path: string): Promise<boolean> {
  if (!(await isFile(path))) return false;
  try {
    return looksLikeKernelLog(await readText(path, 'log'));
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** @throws InputError 'file' where there is nothing */
export async function isFile(path: string): Promise<boolean> {
  return (await statOf(path)).isFile();
}

/** Whether `path` is a folder; `-` is none. @throws InputError 'file' where there is nothing */
export async function isFolder(path: string): Promise<boolean> {
  return path !== STDIN && (await statOf(path)).isDirectory();
}

async function statOf(path: string) {
  return stat(path).catch((error: unknown) => {
    throw new InputError('file', `${path}: ${fileErrorText(error)}`);
  });
}
