// Reads and writes the plain part of the tar format (POSIX ustar): files with paths up to 100 characters.

const BLOCK = 512;
const NAME_SIZE = 100;
const CHECKSUM_AT = 148;
const REGULAR_FILE = '0';

export interface TarFile {
  /** With `/`, relative. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** An archive with the same bytes for the same files: no times, no owners. */
export function writeTar(files: readonly TarFile[]): Uint8Array {
  const blocks = files.flatMap(({ path, bytes }) => [
    header(path, bytes.length),
    bytes,
    new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...blocks, new Uint8Array(2 * BLOCK)]);
}

function header(path: string, size: number): Uint8Array {
  if (path.length >= NAME_SIZE) throw new RangeError(`${path}: longer than ${NAME_SIZE} characters`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0');
  block.write(path, 0);
  block.write(
    `${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(size, 11)}\0${octal(0, 11)}\0`,
    NAME_SIZE,
  );
  block.write(' '.repeat(8), CHECKSUM_AT);
  block.write(`${REGULAR_FILE}`, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, CHECKSUM_AT);
  return block;
}

/** Every regular file of the archive. */
export function readTar(archive: Uint8Array): TarFile[] {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const files: TarFile[] = [];
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + NAME_SIZE).replace(/\0.*$/s, '');
    if (name === '') break;
    const size = parseInt(bytes.toString('latin1', at + 124, at + 136), 8);
    const type = bytes.toString('latin1', at + 156, at + 157);
    const start = at + BLOCK;
    if (type === REGULAR_FILE) files.push({ path: name, bytes: bytes.subarray(start, start + size) });
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
