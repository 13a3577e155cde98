// Text out of bytes, and what kind of text it is.
import { InputError } from '../../lib/input-error.ts';

/** What only kernel logs hold. Every quantifier has a bound: no text makes this look at a character again and again. */
const KERNEL_LOG = /BIOS-e820: |Linux version \d|^[ \t]{0,8}(?:<\d{1,4}>)?\[ {0,12}\d{1,12}\.\d{1,9}\]/m;

/** Whether `text` looks like a kernel log rather than a machine description. */
export function looksLikeKernelLog(text: string): boolean {
  return KERNEL_LOG.test(text);
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

/** `text` without the characters of `set` at its end; looks at each of them once. */
export function trimEndOf(text: string, set: string): string {
  let end = text.length;
  while (end > 0 && set.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
