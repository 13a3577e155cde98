// Files that a user names, with what can go wrong as InputError.
import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../../lib/input-error.ts';
import { decodeText } from './text.ts';

/** No kernel log is larger; a disk image given by mistake is. */
const MAX_TEXT_SIZE = 64 * 1024 * 1024;

/**
 * The file's text.
 * @throws InputError 'file' where it cannot be read, is empty, too large or no text
 */
export async function readText(path: string): Promise<string> {
  const size = await statOf(path);
  if (size.size > MAX_TEXT_SIZE)
    throw new InputError(
      'file',
      `${path}: ${size.size} bytes: expected a text file of at most ${MAX_TEXT_SIZE}`,
    );
  return decodeText(await readBytes(path), path);
}

/** As fs.readFile, with bad paths as InputError 'file'. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const buffer = await readFile(path).catch((error: unknown) => {
    throw new InputError('file', `${path}: ${fileErrorText(error)}`);
  });
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

async function statOf(path: string) {
  return stat(path).catch((error: unknown) => {
    throw new InputError('file', `${path}: ${fileErrorText(error)}`);
  });
}

/** What went wrong with a file, without the system call's name. */
export function fileErrorText(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'no such file or folder';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'is a folder';
  if (code === 'ENOTDIR') return 'is not a folder';
  return error instanceof Error ? error.message : String(error);
}

/** @throws InputError 'file' where there is nothing */
export async function isFile(path: string): Promise<boolean> {
  return (await statOf(path)).isFile();
}
