// Writes cpio archives in the "newc" format, as the kernel unpacks them (Documentation/driver-api/early-userspace/buffer-format.rst).
import { concatBytes } from '../lib/bytes.ts';

/** One entry of an archive; paths without a leading slash, folders before what is in them. */
export type CpioEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly bytes: Uint8Array;
      readonly executable?: boolean;
    }
  | { readonly kind: 'device'; readonly path: string; readonly major: number; readonly minor: number };

const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';
const ALIGN = 4;
const S_IFCHR = 0o020000;
const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;

/** The archive, with times and owners of 0: the same entries give the same bytes. */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array {
  const parts = entries.flatMap((entry, i) => record(i + 1, entry.path, modeOf(entry), entry));
  return concatBytes([...parts, ...record(0, TRAILER, 0)]);
}

function modeOf(entry: CpioEntry): number {
  switch (entry.kind) {
    case 'folder':
      return S_IFDIR | 0o755;
    case 'device':
      return S_IFCHR | 0o600;
    case 'file':
      return S_IFREG | (entry.executable === true ? 0o755 : 0o644);
  }
}

/** Header, name, contents: the last two padded to whole words. */
function record(inode: number, path: string, mode: number, entry?: CpioEntry): Uint8Array[] {
  const data = entry?.kind === 'file' ? entry.bytes : new Uint8Array(0);
  const device = entry?.kind === 'device' ? entry : { major: 0, minor: 0 };
  const name = new TextEncoder().encode(path + '\0');
  const links = 1;
  const [uid, gid, time, hostMajor, hostMinor, checksum] = [0, 0, 0, 0, 0, 0];
  const fields = [
    ...[inode, mode, uid, gid, links, time, data.length, hostMajor, hostMinor],
    ...[device.major, device.minor, name.length, checksum],
  ];
  const header = MAGIC + fields.map((value) => value.toString(16).padStart(8, '0')).join('');
  const head = concatBytes([new TextEncoder().encode(header), name]);
  return [head, padding(head.length), data, padding(data.length)];
}

function padding(length: number): Uint8Array {
  return new Uint8Array((ALIGN - (length % ALIGN)) % ALIGN);
}
