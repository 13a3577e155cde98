// The one way in for files that a user names: a regular file or a pipe, never more than a limit, never for ever.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { InputError } from '../../lib/input-error.ts';
import { MiB } from '../../lib/units.ts';
import { fileErrorText } from './file-error.ts';
import { INPUT_LIMITS, tooLarge, type InputKind } from './input-limits.ts';

/** The path that stands for standard input. */
export const STDIN = '-';
/** A pipe that brings nothing for so long is given up. */
const DEADLINE_MS = 10_000;
const CHUNK = 8 * MiB;
const STDIN_FD = 0;

export interface ReadInputOptions {
  /** Refuses bytes that no text has as soon as they come. */
  readonly text?: boolean;
  readonly deadlineMs?: number;
}

/** What messages call `path`. */
export function inputName(path: string): string {
  return path === STDIN ? 'stdin' : path;
}

let stdin: Promise<Uint8Array> | undefined;

/**
 * The bytes of the file or pipe at `path`; `-` is standard input, which is read once and remembered.
 * @throws InputError 'file' where it is neither, cannot be read, holds more than its kind may, or brings nothing for 10 s
 */
export async function readInput(
  path: string,
  kind: InputKind,
  options: ReadInputOptions = {},
): Promise<Uint8Array> {
  if (path !== STDIN && path !== '/dev/stdin') return readPath(path, kind, options);
  stdin ??= readStdin(kind, options);
  return stdin;
}

/** As readInput() without reading: a regular file that is not too large. @throws InputError 'file' */
export async function checkInputFile(path: string, kind: InputKind): Promise<void> {
  const found = await failingAs(path, () => stat(path));
  refuse(path, kind, found);
  if (!found.isFile()) throw new InputError('file', `${path}: is a pipe: expected a file`);
}

async function readPath(path: string, kind: InputKind, options: ReadInputOptions): Promise<Uint8Array> {
  const into = new Received(path, kind, options);
  // a device is not even opened: that alone may rewind a tape
  refuse(path, kind, await failingAs(path, () => stat(path)));
  return failingAs(path, async () => {
    // a FIFO without a writer would block for ever
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    if (!fstatSync(fd).isFIFO()) return fromFile(fd, path, kind, into);
    // Node's streams wait for a pipe without holding a thread; this one closes it, too
    const { Socket } = await import('node:net');
    return fromStream(new Socket({ fd, readable: true, writable: false }), into);
  });
}

async function readStdin(kind: InputKind, options: ReadInputOptions): Promise<Uint8Array> {
  const found = fstatSync(STDIN_FD);
  if (!found.isSocket()) refuse(inputName(STDIN), kind, found);
  return failingAs('stdin', () => fromStream(process.stdin, new Received('stdin', kind, options)));
}

/** What has come so far, checked as it comes. */
class Received {
  readonly name: string;
  readonly deadlineMs: number;
  readonly #kind: InputKind;
  readonly #text: boolean;
  readonly #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(name: string, kind: InputKind, { text = false, deadlineMs = DEADLINE_MS }: ReadInputOptions) {
    this.name = name;
    this.#kind = kind;
    this.#text = text;
    this.deadlineMs = deadlineMs;
  }

  add(chunk: Uint8Array): void {
    const nul = this.#text ? chunk.indexOf(0) : -1;
    if (nul !== -1)
      throw new InputError('file', `${this.name}: not a text file: byte ${this.#length + nul} is 0`);
    this.#length += chunk.length;
    if (this.#length > INPUT_LIMITS[this.#kind])
      throw tooLarge(this.name, this.#kind, `more than ${INPUT_LIMITS[this.#kind]} bytes`);
    this.#chunks.push(chunk);
  }

  bytes(): Uint8Array {
    const [first, ...more] = this.#chunks;
    if (first !== undefined && more.length === 0) return first;
    const all = new Uint8Array(this.#length);
    let at = 0;
    for (const chunk of this.#chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}

/** Until its end, whatever its size is said to be: files of /proc say 0. */
function fromFile(fd: number, path: string, kind: InputKind, into: Received): Uint8Array {
  try {
    const found = fstatSync(fd);
    refuse(path, kind, found);
    const size = Math.min(Math.max(found.size + 1, CHUNK / 64), CHUNK);
    for (;;) {
      const chunk = new Uint8Array(size);
      const length = readSync(fd, chunk);
      if (length === 0) return into.bytes();
      into.add(chunk.subarray(0, length));
    }
  } finally {
    closeSync(fd);
  }
}

async function fromStream(stream: Readable, into: Received): Promise<Uint8Array> {
  const late = (): void => {
    stream.destroy(
      new InputError(
        'file',
        `${into.name}: nothing came for ${into.deadlineMs / 1000} s: expected a pipe that somebody writes to`,
      ),
    );
  };
  let timer = setTimeout(late, into.deadlineMs);
  try {
    for await (const chunk of stream) {
      clearTimeout(timer);
      if (chunk instanceof Uint8Array) into.add(chunk);
      timer = setTimeout(late, into.deadlineMs);
    }
    return into.bytes();
  } finally {
    clearTimeout(timer);
    stream.destroy();
  }
}

/** What is no input at all, or too large already. */
function refuse(name: string, kind: InputKind, found: Stats): void {
  if (found.isDirectory()) throw new InputError('file', `${name}: is a folder: expected a file or a pipe`);
  if (!found.isFile() && !found.isFIFO()) {
    const what = found.isSocket() ? 'socket' : 'device';
    throw new InputError('file', `${name}: is a ${what}: expected a file or a pipe`);
  }
  if (found.size > INPUT_LIMITS[kind]) throw tooLarge(name, kind, `${found.size} bytes`);
}

async function failingAs<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof InputError ? error : new InputError('file', `${name}: ${fileErrorText(error)}`);
  }
}
