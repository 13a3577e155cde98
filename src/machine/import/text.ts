// Text out of bytes, and what kind of text it is.
import { InputError } from '../../lib/input-error.ts';

/** What only kernel logs hold. Every quantifier has a bound: no text makes this look at a character again and again. */
const KERNEL_LOG =
  /BIOS-e820: |^dmesg: read kernel buffer failed|Linux version \d|^[ \t]{0,8}(?:<\d{1,4}>)?\[ {0,12}\d{1,12}\.\d{1,9}\]/m;

/** Whether `text` looks like a kernel log rather than a machine description. */
export function looksLikeKernelLog(text: string): boolean {
  return KERNEL_LOG.test(text);
}

/** How many characters tell UTF-16 from bytes that are no text. */
const SAMPLE = 256;

/** `utf-16le` or `utf-16be` where `bytes` begin with its mark or have a zero in nearly every other place, as Windows writes text. */
export function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, SAMPLE);
  const zeros = [0, 0];
  sample.forEach((byte, at) => (zeros[at % 2] = (zeros[at % 2] ?? 0) + Number(byte === 0)));
  const [even = 0, odd = 0] = zeros;
  const most = sample.length * 0.45;
  return sample.length < 8
    ? null
    : odd > most && even === 0
      ? 'utf-16le'
      : even > most && odd === 0
        ? 'utf-16be'
        : null;
}

/**
 * Text out of a file's bytes: UTF-8 or UTF-16. A kernel log may have NUL bytes, which a crash leaves; lines.ts takes them away.
 * @throws InputError 'file' where it is empty, or holds bytes that no text has
 */
export function decodeText(bytes: Uint8Array, path: string): string {
  if (bytes.length === 0) throw new InputError('file', `${path}: the file is empty`);
  const utf16 = utf16Of(bytes);
  if (utf16 !== null) return new TextDecoder(utf16).decode(bytes);
  const text = new TextDecoder().decode(bytes);
  const nul = bytes.indexOf(0);
  if (nul !== -1 && !looksLikeKernelLog(text))
    throw new InputError('file', `${path}: not a text file: byte ${nul} is 0`);
  return text;
}

/** `text` without the characters of `set` at its end; looks at each of them once. */
export function trimEndOf(text: string, set: string): string {
  let end = text.length;
  while (end > 0 && set.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
