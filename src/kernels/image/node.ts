// Images as files on Node: told from other files, read, and decompressed with the host's zstd where there is one.
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isImage } from './boot_header.ts';
import { Cache, keyOf } from './cache.ts';
import type { ImageFiles } from './read.ts';
import { ofKernelFile, toKernelFile, type KernelFile } from '../kernel_file.ts';
import type { KernelProfile } from '../../kernel/profile.ts';
import { InputError } from '../../lib/input-error.ts';
import { fileErrorText } from '../../machine/import/file-error.ts';
import { checkInputFile, readInput } from '../../machine/import/read-input.ts';
import { readText } from '../../machine/import/files.ts';

/** Files of the same kernel beside the image. */
export interface ImagePaths {
  readonly config?: string | undefined;
  readonly systemMap?: string | undefined;
}

/** The first bytes of a regular file, enough to tell what it is; none of a pipe, which can be read once. @throws InputError 'file' */
async function firstBytes(path: string): Promise<Uint8Array> {
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

/**
 * What the file at `path` begins as: a bzImage or vmlinux, something else that is no text (an image nevertheless, as far as a log is
 * concerned), or text, as a pipe is.
 * @throws InputError 'file'
 */
export async function fileForm(path: string): Promise<'image' | 'binary' | 'text'> {
  const bytes = await firstBytes(path);
  if (isImage(bytes)) return 'image';
  return bytes.includes(0) ? 'binary' : 'text';
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
  const cache = new Cache(env);
  const alone = paths.config === undefined && paths.systemMap === undefined;
  if (alone) {
    await checkInputFile(path, 'kernelImage');
    const known = await cache.ofFile(path);
    if (known !== null) return ofBody(known);
  }
  const seen = alone ? await cache.look(path) : null;
  const data = await readInput(path, 'kernelImage');
  const text = async (file: string | undefined) =>
    file === undefined ? undefined : { name: basename(file), text: await readText(file, 'log') };
  const files: ImageFiles = {
    config: await text(paths.config),
    systemMap: await text(paths.systemMap),
  };
  const key = keyOf(data, files);
  const cached = await cache.get(key);
  const body = cached ?? (await readBody(path, data, files));
  if (cached === null) await cache.put(key, body);
  if (seen) await cache.note(seen, key);
  return ofBody(body);
}

/** A boot whose image is in the cache does without the reader. */
async function readBody(path: string, data: Uint8Array, files: ImageFiles): Promise<string> {
  const [{ readImage }, { hostZstd }, { DEBIAN_6_1_0_56 }] = await Promise.all([
    import('./read.ts'),
    import('./host_zstd.ts'),
    import('../builtin.ts'),
  ]);
  const profile = await readImage(data, path, { ...files, hostZstd: hostZstd() }, DEBIAN_6_1_0_56);
  return JSON.stringify(toKernelFile(profile, profile.name));
}

/** What toKernelFile made, and a checksum or this process vouches for. */
function ofBody(body: string): KernelProfile {
  const file: KernelFile = JSON.parse(body);
  return ofKernelFile(file);
}
