// The user's cache of read images: an entry for each content, by its SHA-256, and a note for each file that says which content it has as
// long as nothing of the file has changed, so that an image of many MiB need not be read and hashed at every boot.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ImageFiles } from './read_files.ts';
import { KERNEL_FILE_VERSION } from '../kernel_file.ts';

/** Raised when something else is read of an image, or read otherwise: entries of before are then not used. */
const READER_VERSION = 7;
/** As coarse as the times of any file system in use (FAT: 2 s): a file that was changed this lately could change again unseen. */
const SETTLED_NS = 2_000_000_000n;

type Env = Readonly<Record<string, string | undefined>>;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The SHA-256, in hex, of an image and the files that are read with it. */
export function keyOf(data: Uint8Array, files: ImageFiles): string {
  const hash = createHash('sha256').update(data);
  for (const file of [files.config, files.systemMap])
    hash.update(file === undefined ? '\0none' : `\0${file.name}\0${file.text}`);
  return hash.digest('hex');
}

/** XDG's base directory specification: $XDG_CACHE_HOME where it is absolute, else ~/.cache. */
function cacheFolder(env: Env): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base?.startsWith('/') === true ? base : join(env['HOME'] ?? homedir(), '.cache'), 'earlyboot');
}

/** How a file looked before it was read: where it lies, and what changes with its content. */
export interface Look {
  /** In the cache's folder. */
  readonly note: string;
  readonly state: string;
}

/** A cache that cannot be read or written costs time and nothing else: the image is then read anew. */
export class Cache {
  readonly #folder: string;
  readonly #now: () => number;

  /** `now` gives milliseconds since 1970. */
  constructor(env: Env, now: () => number = Date.now) {
    this.#folder = cacheFolder(env);
    this.#now = now;
  }

  /** The file's state for a note; null where it is too young to tell by it whether it changes later. */
  async look(path: string): Promise<Look | null> {
    const found = await stat(path, { bigint: true }).catch(() => null);
    if (found === null) return null;
    const { dev, ino, size, mtimeNs, ctimeNs } = found;
    const now = BigInt(this.#now()) * 1_000_000n;
    if (now - ctimeNs < SETTLED_NS || now - mtimeNs < SETTLED_NS) return null;
    return {
      note: join(this.#folder, `file-${READER_VERSION}-${digest(path)}`),
      state: [dev, ino, size, mtimeNs, ctimeNs].join(' '),
    };
  }

  /** The entry of the content that the file had when it was read and still has; null where there is none or that is not sure. */
  async ofFile(path: string): Promise<string | null> {
    const seen = await this.look(path);
    const note = seen && (await readFile(seen.note, 'utf8').catch(() => null));
    if (!seen || note === null) return null;
    const [state, key = ''] = note.split('\n');
    return state === seen.state && /^[0-9a-f]{64}$/.test(key) ? this.get(key) : null;
  }

  /** An entry is a line with the checksum of the rest. One that is broken or not there is null. */
  async get(key: string): Promise<string | null> {
    const text = await readFile(this.#entry(key), 'utf8').catch(() => null);
    if (text === null) return null;
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    return text.slice(0, end) === digest(body) ? body : null;
  }

  async put(key: string, body: string): Promise<void> {
    await this.#write(this.#entry(key), `${digest(body)}\n${body}`);
  }

  /** Notes that the file that looked like `seen` before it was read has the content of `key`. */
  async note(seen: Look, key: string): Promise<void> {
    await this.#write(seen.note, `${seen.state}\n${key}\n`);
  }

  #entry(key: string): string {
    return join(this.#folder, `kernel-${KERNEL_FILE_VERSION}.${READER_VERSION}-${key}.json`);
  }

  async #write(path: string, text: string): Promise<void> {
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      await mkdir(this.#folder, { recursive: true });
      await writeFile(temporary, text);
      await rename(temporary, path);
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }
}
