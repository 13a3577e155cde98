// Result files. A regular file is replaced whole or not at all, and of several outputs none is left behind when one fails: all are
// written to temporary files first, which then take their names. A FIFO or a device is written to as it is.
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  rmSync,
  statSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import { printable } from '../lib/printable.ts';
import { fileErrorText } from '../machine/import/file-error.ts';
import { encoded, writeSome } from './bytes.ts';
import { cleanUpAtEnd } from './interrupt.ts';
import type { CliIo } from './io.ts';
import { renameAll, type Renaming } from './rename.ts';
import { targetOf, type Target } from './target.ts';

/** Text, or bytes that are made while they are written. */
export type Content = string | Iterable<Uint8Array>;

/** `-` as `path` is stdout. */
export interface Output {
  readonly path: string;
  readonly content: Content;
}

type FileTarget = Extract<Target, { kind: 'file' }>;
type OpenTarget = Exclude<Target, { kind: 'file' }>;

const STDOUT = 1;
/** How long to wait for the reader of a pipe before looking again. */
const READER_MS = 5;

/**
 * Call it before the work that makes the outputs: refuses what cannot be written to. Options that were not given are undefined.
 * @throws InputError 'file' for such a path, 'usage' where two outputs have the same one
 */
export async function checkOutputs(io: CliIo, paths: readonly (string | undefined)[]): Promise<void> {
  const taken = new Set<string>();
  for (const path of paths) {
    if (path === undefined) continue;
    const target = path === '-' ? null : await targetOf(io.cwd, path);
    if (target !== null && target.kind !== 'file') continue;
    const name = target?.path ?? '-';
    if (taken.has(name)) throw new InputError('usage', `${path}: two outputs have this name`);
    taken.add(name);
  }
}

/** One output. @throws as writeOutputs() */
export async function writeOutput(io: CliIo, path: string, content: Content): Promise<void> {
  await writeOutputs(io, [{ path, content }]);
}

/**
 * Writes all outputs, or leaves no file behind. What goes to stdout goes last.
 * @throws InputError 'file' where a path cannot be written to, Failure where writing fails
 */
export async function writeOutputs(io: CliIo, outputs: readonly Output[]): Promise<void> {
  const files: (Output & { readonly target: FileTarget })[] = [];
  const open: (Output & { readonly target: OpenTarget })[] = [];
  for (const output of outputs.filter(({ path }) => path !== '-')) {
    const target = await targetOf(io.cwd, output.path);
    if (target.kind === 'file') files.push({ ...output, target });
    else open.push({ ...output, target });
  }
  const renamings: Renaming[] = [];
  const removeTemporaries = (): void => {
    for (const { temporary } of renamings) rmSync(temporary, { force: true });
  };
  const done = cleanUpAtEnd(removeTemporaries);
  try {
    for (const { path, target, content } of files) {
      const temporary = join(dirname(target.path), `.earlyboot-${process.pid}-${renamings.length}.tmp`);
      renamings.push({ temporary, path: target.path });
      await failingAs(path, () => writeTemporary(temporary, target.old, content));
    }
    for (const { path, target, content } of open)
      await failingAs(path, () => writeStraight(io, path, target, content));
    await failingAs(files.map(({ path }) => path).join(', '), () => renameAll(renamings));
  } finally {
    removeTemporaries();
    done();
  }
  for (const { path, content } of outputs) if (path === '-') printContent(io, content);
}

async function failingAs(path: string, work: () => Promise<void> | void): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw error instanceof Failure
      ? error
      : new Failure(`${path}: cannot be written: ${fileErrorText(error)}`);
  }
}

function printContent(io: CliIo, content: Content): void {
  if (typeof content !== 'string') throw new InputError('usage', '-: expected a file: the output is no text');
  io.stdout(content);
}

/** With the mode of the file that it will replace, and its owner where that is allowed. */
async function writeTemporary(path: string, old: Stats | null, content: Content): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const fd = openSync(path, flags, old === null ? 0o666 : 0o600);
  try {
    if (old !== null) keepOwnerAndMode(fd, old);
    await writeContent(fd, content);
  } finally {
    closeSync(fd);
  }
}

function keepOwnerAndMode(fd: number, old: Stats): void {
  const made = fstatSync(fd);
  if (made.uid !== old.uid || made.gid !== old.gid) {
    try {
      fchownSync(fd, old.uid, old.gid);
    } catch {
      // only root may give files away: the file is then the user's own, as one that an editor saves
    }
  }
  fchmodSync(fd, old.mode & 0o777);
}

/** The event loop turns after each piece, so that a signal is heard. */
async function writeContent(fd: number, content: Content): Promise<void> {
  for (const bytes of typeof content === 'string' ? encoded(content) : content) {
    for (let done = 0; done < bytes.length;) {
      const wrote = writeSome(fd, bytes.subarray(done));
      done += wrote;
      await (wrote === 0 ? setTimeout(READER_MS) : setImmediate());
    }
  }
}

async function writeStraight(io: CliIo, path: string, target: OpenTarget, content: Content): Promise<void> {
  const fd = await openStraight(io, path, target);
  try {
    const terminal = fstatSync(fd).isCharacterDevice() && (await import('node:tty')).isatty(fd);
    await writeContent(fd, terminal && typeof content === 'string' ? printable(content) : content);
  } catch (error) {
    // `… --json /dev/stdout | head`: as with `-`
    if (!(target.kind === 'descriptor' && target.fd === STDOUT && codeOf(error) === 'EPIPE')) throw error;
  } finally {
    if (target.kind === 'stream' || fd !== target.fd) closeSync(fd);
  }
}

/** Pipes without blocking, so that a signal is heard while nobody reads. */
async function openStraight(io: CliIo, path: string, target: OpenTarget): Promise<number> {
  const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  if (target.kind === 'descriptor') {
    if (!fstatSync(target.fd).isFIFO()) return target.fd;
    try {
      return openSync(`/proc/self/fd/${target.fd}`, flags);
    } catch {
      // another user's pipe, or no /proc: then it may block
      return target.fd;
    }
  }
  for (let waits = 0; ; waits++) {
    try {
      return openSync(target.path, flags);
    } catch (error) {
      if (codeOf(error) !== 'ENXIO' || !statSync(target.path).isFIFO()) throw error;
      if (waits === 0) io.stderr(`earlyboot: ${path}: waiting for a reader\n`);
      await setTimeout(READER_MS);
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
