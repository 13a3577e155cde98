// What the system says of a file, in words.

const WORDS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'no such file or folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'not permitted'],
  ['EISDIR', 'is a folder'],
  ['ENOTDIR', 'is not a folder'],
  ['ELOOP', 'symbolic links lead in a circle'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ENXIO', 'is a socket or a device that is not there'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space left on the device'],
  ['EDQUOT', 'the quota is used up'],
  ['EFBIG', 'the file would be larger than is allowed'],
  ['EPIPE', 'nobody reads the pipe'],
  ['EBADF', 'is not open'],
  ['EIO', 'the device failed'],
  ['EMFILE', 'too many open files'],
]);

/** What went wrong with a file, without the system call's name. */
export function fileErrorText(error: unknown): string {
  const known = WORDS.get(error instanceof Error && 'code' in error ? error.code : undefined);
  return known ?? (error instanceof Error ? error.message : String(error));
}
