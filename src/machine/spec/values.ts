// Values of a description, read with the place where they stand: sizes, ranges, bytes of tables.
import { InputError } from '../../lib/input-error.ts';
import type { RangeDescription } from './description.ts';
import { parseSize, parseSizeNumber, SIZE_EXPECTED, type Size } from './size.ts';

/** Keys and indexes from the description's root to a value. */
export type Path = readonly (string | number)[];

/** A rule that concerns several values broken: the path in the description, and a sentence. */
export class DescriptionError extends InputError {
  readonly path: Path;

  constructor(path: Path, message: string) {
    super('schema', `${path.join('.')}: ${message}`);
    this.path = path;
  }
}

/** What to do about values that contradict each other. */
export type Contradiction = (problem: DescriptionError) => void;

/** The usual thing to do about them. */
export function raise(problem: DescriptionError): never {
  throw problem;
}

/** Files that a description names, by the name it uses. */
export type DescriptionFiles = ReadonlyMap<string, Uint8Array>;

/** `value` in bytes, exact. */
export function bytes(value: Size, path: Path): number {
  const number = parseSizeNumber(value);
  if (number === null)
    throw new DescriptionError(path, `${JSON.stringify(value)}: expected ${SIZE_EXPECTED}`);
  return number;
}

/** `start` and `size` of a range that may run past 2^64. */
export function wideRange(range: RangeDescription, path: Path): { start: bigint; size: bigint } {
  const value = (size: Size, key: string): bigint => {
    const parsed = parseSize(size);
    if (parsed === null)
      throw new DescriptionError([...path, key], `${JSON.stringify(size)}: expected ${SIZE_EXPECTED}`);
    return parsed;
  };
  const start = value(range.start, 'start');
  if (range.size !== undefined) return { start, size: value(range.size, 'size') };
  if (range.end === undefined) throw new DescriptionError(path, 'expected one of size and end');
  // an end below the start wraps past 2^64, as firmware's own entries can
  return { start, size: BigInt.asUintN(64, value(range.end, 'end') + 1n - start) };
}

/** What `file` or `base64` holds, null where neither stands. */
export function bytesOf(
  from: { readonly file?: string | undefined; readonly base64?: string | undefined },
  files: DescriptionFiles,
  path: Path,
): Uint8Array | null {
  if (from.file !== undefined) {
    const found = files.get(from.file);
    if (!found) throw new DescriptionError([...path, 'file'], `${from.file}: not read`);
    return found;
  }
  if (from.base64 === undefined) return null;
  const text = from.base64.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    throw new DescriptionError([...path, 'base64'], 'expected base64');
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
