// Images as files on Node: read, decompressed with the host's zstd where there is one, and kept in the user's cache by their SHA-256.
import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { isImage } from './boot_header.ts';
import type { ImageFiles } from './read_files.ts';
import { DEBIAN_6_1_0_56 } from '../builtin.ts';
import { KERNEL_FILE_VERSION, ofKernelFile, toKernelFile, type KernelFile } from '../kernel_file.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import { InputError } from '../../lib/input-error.ts';
import { fileErrorText } from '../../machine/import/file-error.ts';
import { readInput } from '../../machine/import/read-input.ts';
import { readText } from '../../machine/import/files.ts';

/** Raised when something else is read of an image, or read otherwise: entries of before are then not used. */
const READER_VERSION = 2;

/** Files of the same kernel beside the image. */
export interface ImagePaths {
  readonly config?: string | undefined;
  readonly systemMap?: string | undefined;
}

/** The first bytes of a regular file, enough to tell what it is; none of a pipe, which can be read once. @throws InputError 'file' */
export async function firstBytes(path: string): Promise<Uint8Array> {
  const fail = (error: unknown): never => {
    throw new InputError('file', `${path}: ${fileErrorText(error)}`);
  };
  const found = await stat(path).catch(fail);
  if (!found.isFile()) return new Uint8Array(0);
  const file = await open(path).catch(fail);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(4096), 0, 4096, 0).catch(fail);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether the file at `path` begins as a bzImage or vmlinux does. */
export async function isImageFile(path: string): Promise<boolean> {
  return isImage(await firstBytes(path));
}

/** Whether a file that begins as no image does is one nevertheless, as far as a log is concerned: it is no text. */
export async function looksLikeImage(path: string): Promise<boolean> {
  return (await firstBytes(path)).includes(0);
}

/**
 * The kernel of an image file.
 * @throws InputError 'file' where it cannot be read or is too large, 'image' where it is none
 */
export async function readImageFile(
  path: string,
  paths: ImagePaths = {},
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<KernelProfile> {
  const data = await readInput(path, 'kernelImage');
  const text = async (file: string | undefined) =>
    file === undefined ? undefined : { name: basename(file), text: await readText(file, 'log') };
  const files: ImageFiles = {
    config: await text(paths.config),
    systemMap: await text(paths.systemMap),
  };
  const key = keyOf(data, files);
  const cached = await fromCache(env, key);
  if (cached) return cached;
  // a boot whose image is in the cache does without the reader
  const [{ readImage }, { hostZstd }] = await Promise.all([import('./read.ts'), import('./host_zstd.ts')]);
  const profile = await readImage(data, path, { ...files, hostZstd: hostZstd() }, DEBIAN_6_1_0_56);
  const body = JSON.stringify(toKernelFile(profile, profile.name));
  await toCache(env, key, body);
  return ofBody(body);
}

function keyOf(data: Uint8Array, files: ImageFiles): string {
  const hash = createHash('sha256').update(data);
  for (const file of [files.config, files.systemMap])
    hash.update(file === undefined ? '\0none' : `\0${file.name}\0${file.text}`);
  return hash.digest('hex');
}

/** XDG's base directory specification: $XDG_CACHE_HOME where it is absolute, else ~/.cache. */
function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base?.startsWith('/') === true ? base : join(env['HOME'] ?? homedir(), '.cache'), 'earlyboot');
}

const entryPath = (env: Readonly<Record<string, string | undefined>>, key: string): string =>
  join(cacheFolder(env), `kernel-${KERNEL_FILE_VERSION}.${READER_VERSION}-${key}.json`);

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An entry is a line with the checksum of the rest. One that is broken or not there is null: the image is then read anew. */
async function fromCache(
  env: Readonly<Record<string, string | undefined>>,
  key: string,
): Promise<KernelProfile | null> {
  const text = await readFile(entryPath(env, key), 'utf8').catch(() => null);
  if (text === null) return null;
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (text.slice(0, end) !== digest(body)) return null;
  return ofBody(body);
}

/** What toKernelFile made, and a checksum or this process vouches for. */
function ofBody(body: string): KernelProfile {
  const file: KernelFile = JSON.parse(body);
  return ofKernelFile(file);
}

/** A cache that cannot be written costs time and nothing else: the next boot reads the image again. */
async function toCache(
  env: Readonly<Record<string, string | undefined>>,
  key: string,
  body: string,
): Promise<void> {
  const path = entryPath(env, key);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(cacheFolder(env), { recursive: true });
    await writeFile(temporary, `${digest(body)}\n${body}`);
    await rename(temporary, path);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}
