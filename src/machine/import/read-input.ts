// The one way in for files that a user names: a regular file or a pipe, never more than a limit, never for ever.
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { InputError } from '../../lib/input-error.ts';
import { MiB } from '../../lib/units.ts';
import { fileErrorText } from './file-error.ts';
import { INPUT_LIMITS, tooLarge, type InputKind } from './input-limits.ts';
import { Received, tooLate, type ReadInputOptions } from './received.ts';

/** The path that stands for standard input. */
export const STDIN = '-';
const CHUNK = 8 * MiB;
/** As much as a pipe of Linux holds. */
const PIPE_SIZE = 64 * 1024;
const LONGEST_PAUSE_MS = 10;
const STDIN_FD = 0;

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
    try {
      const found = fstatSync(fd);
      refuse(path, kind, found);
      return await (found.isFIFO() ? fromPipe(fd, path, into) : fromFile(fd, found.size, into));
    } finally {
      closeSync(fd);
    }
  });
}

async function readStdin(kind: InputKind, options: ReadInputOptions): Promise<Uint8Array> {
  const found = fstatSync(STDIN_FD);
  if (!found.isSocket()) refuse(inputName(STDIN), kind, found);
  return failingAs('stdin', () => fromStream(process.stdin, new Received('stdin', kind, options)));
}

/** Until its end, whatever its size is said to be: files of /proc say 0. */
function fromFile(fd: number, said: number, into: Received): Uint8Array {
  const size = Math.min(Math.max(said + 1, CHUNK / 64), CHUNK);
  for (;;) {
    const chunk = new Uint8Array(size);
    const length = readSync(fd, chunk);
    if (length === 0) return into.bytes();
    into.add(chunk.subarray(0, length));
  }
}

/** A pipe that was open before us has its writer already. */
const OPEN_ALREADY = /^\/(?:dev|proc\/[^/]+)\/fd\//;

/**
 * Looks again and again: a stream of Node's would keep the descriptor for itself. What is read before a writer has come looks like an
 * end and is none.
 */
async function fromPipe(fd: number, path: string, into: Received): Promise<Uint8Array> {
  const chunk = new Uint8Array(PIPE_SIZE);
  let started = OPEN_ALREADY.test(path);
  for (let waitedMs = 0, pauseMs = 1; waitedMs < into.deadlineMs; waitedMs += pauseMs) {
    for (let length = readSome(fd, chunk); length !== null; length = readSome(fd, chunk)) {
      if (length === 0 && started) return into.bytes();
      if (length === 0) break;
      started = true;
      into.add(chunk.slice(0, length));
      waitedMs = 0;
      pauseMs = 1;
    }
    await setTimeout(pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
  throw tooLate(into);
}

/** null where there is a writer that has not written. */
function readSome(fd: number, chunk: Uint8Array): number | null {
  try {
    return readSync(fd, chunk);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return null;
    throw error;
  }
}

async function fromStream(stream: Readable, into: Received): Promise<Uint8Array> {
  const late = (): void => void stream.destroy(tooLate(into));
  let timer = globalThis.setTimeout(late, into.deadlineMs);
  try {
    for await (const chunk of stream) {
      clearTimeout(timer);
      if (chunk instanceof Uint8Array) into.add(chunk);
      timer = globalThis.setTimeout(late, into.deadlineMs);
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
