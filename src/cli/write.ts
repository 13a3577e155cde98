// Result files: written whole or not at all.
import { rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '../lib/input-error.ts';
import { fileErrorText } from '../machine/import/files.ts';
import type { CliIo } from './io.ts';

/**
 * Writes `text` to `path` through a temporary file beside it; `-` is stdout.
 * @throws InputError 'file' where that cannot be
 */
export async function writeResult(io: CliIo, path: string, text: string): Promise<void> {
  if (path === '-') {
    io.stdout(text);
    return;
  }
  const target = resolve(io.cwd, path);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw new InputError('file', `${path}: cannot be written: ${fileErrorText(error)}`);
  }
}
