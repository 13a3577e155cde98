// Where an output goes, found before the work that makes it begins: what cannot be written to is refused at once.
import { constants, fstatSync, type Stats } from 'node:fs';
import { access, lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../lib/input-error.ts';
import { fileErrorText } from '../machine/import/file-error.ts';

export type Target =
  /** A regular file, there or not: replaced as a whole. `path` is where symbolic links lead, `old` what is there. */
  | { readonly kind: 'file'; readonly path: string; readonly old: Stats | null }
  /** A FIFO or a device: written to. */
  | { readonly kind: 'stream'; readonly path: string }
  /** An open file of this process, such as /dev/stdout: written to where it stands. */
  | { readonly kind: 'descriptor'; readonly fd: number };

const STANDARD = [1, 2] as const;
/** As the kernel's MAXSYMLINKS. */
const MOST_LINKS = 40;

/**
 * What `path`, relative to `cwd`, leads to.
 * @throws InputError 'file' where nothing can be written there
 */
export async function targetOf(cwd: string, path: string): Promise<Target> {
  try {
    if (path === '' || path.endsWith('/')) throw new Error('expected the name of a file');
    return await find(resolve(cwd, path));
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** The one line for an output that cannot be written. */
export function cannotWrite(path: string, error: unknown): InputError {
  return new InputError('file', `${path}: cannot be written: ${fileErrorText(error)}`);
}

async function find(path: string): Promise<Target> {
  const fd = await descriptorOf(path);
  if (fd !== null) {
    fstatSync(fd);
    return { kind: 'descriptor', fd };
  }
  const found = await stat(path).catch(nullWhereMissing);
  if (found === null) return newFile(await followed(path));
  const same = STANDARD.find((standard) => isSame(fstatSync(standard), found));
  if (same !== undefined) return { kind: 'descriptor', fd: same };
  if (found.isDirectory()) throw new Error('is a folder');
  if (found.isSocket()) throw new Error('is a socket');
  await access(path, constants.W_OK);
  if (!found.isFile()) return { kind: 'stream', path };
  const real = await realpath(path);
  await checkFolder(dirname(real));
  return { kind: 'file', path: real, old: found };
}

async function newFile(path: string): Promise<Target> {
  await checkFolder(dirname(path));
  return { kind: 'file', path, old: null };
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(nullWhereMissing);
  if (found === null) throw new Error(`there is no folder ${folder}`);
  if (!found.isDirectory()) throw new Error(`${folder} is not a folder`);
  await access(folder, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw new Error(`${folder}: ${fileErrorText(error)}: a new file is made there first`);
  });
}

function nullWhereMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

function isSame(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

/** Where symbolic links lead from `path`, whose last one dangles. */
async function followed(path: string): Promise<string> {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const found = await lstat(at).catch(nullWhereMissing);
    if (!found?.isSymbolicLink()) return at;
    at = resolve(dirname(at), await readlink(at));
  }
  throw new Error('symbolic links lead in a circle');
}

/** The number of the open file that `path` names: /dev/stdout, /dev/fd/3, /proc/self/fd/3; null for other paths. */
async function descriptorOf(path: string): Promise<number | null> {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    const folder = await realpath(dirname(at)).catch(() => null);
    if (folder === null) return null;
    if (folder === `/proc/${process.pid}/fd` || folder === '/dev/fd') {
      const fd = Number(basename(at));
      return Number.isSafeInteger(fd) && fd >= 0 ? fd : null;
    }
    const here = join(folder, basename(at));
    const found = await lstat(here).catch(() => null);
    if (!found?.isSymbolicLink()) return null;
    at = resolve(folder, await readlink(here));
  }
  return null;
}
