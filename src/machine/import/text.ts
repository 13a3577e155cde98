// Text out of bytes, and what kind of text it is.
import { InputError } from '../../lib/input-error.ts';

/** Whether `text` looks like a kernel log rather than a machine description. */
export function looksLikeKernelLog(text: string): boolean {
  return /BIOS-e820: |Linux version \d|^\s*(?:<\d+>)?\[ *\d+\.\d+\]/m.test(text);
}

/**
 * Text out of a file's bytes.
 * @throws InputError 'file' where it is empty, or holds bytes that no text has
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  if (bytes.length === 0) throw new InputError('file', `${path}: the file is empty`);
  const nul = bytes.indexOf(0);
  if (nul !== -1) throw new InputError('file', `${path}: not a text file: byte ${nul} is 0`);
  return new TextDecoder().decode(bytes);
}
