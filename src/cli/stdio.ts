// The process's streams. Every write is complete when it returns, so that the process may end at any time without losing what was
// printed: a pipe's reader may be slow, a disk may be full. (process.stdout loses the rest of a write that a disk took in part.)
import { fstatSync } from 'node:fs';
import { Failure } from '../lib/failure.ts';
import { printable, printableProgress, printableStyled } from '../lib/printable.ts';
import { fileErrorText } from '../machine/import/file-error.ts';
import { encoded, writeSome } from './bytes.ts';
import type { CliIo } from './io.ts';

const STDOUT = 1;
const STDERR = 2;
const DEFAULT_COLUMNS = 80;
/** How long to wait for a reader that does not take more, where the descriptor does not block by itself. */
const READER_MS = 5;

/** The part of CliIo that is streams. */
export type Stdio = Pick<
  CliIo,
  'stdout' | 'stderr' | 'styledStdout' | 'styledStderr' | 'stdoutIsTTY' | 'stderrIsTTY' | 'columns'
>;

/**
 * The streams of this process. Text for a terminal has its control characters escaped, but for what is styled by us.
 * stdout throws Failure where it cannot take everything; a reader that has gone (`| head`) ends the process quietly. What stderr cannot
 * take is lost: there is no place left to say so.
 */
export function openStdio(): Stdio {
  // a limit on file sizes becomes an error of the write, as a full disk is
  process.on('SIGXFSZ', () => undefined);
  const stdoutIsTTY = isTerminal(STDOUT);
  const stderrIsTTY = isTerminal(STDERR);
  const stdout = (text: string): void => {
    try {
      writeText(STDOUT, text);
    } catch (error) {
      if (isBrokenPipe(error)) process.exit();
      throw new Failure(`stdout: ${fileErrorText(error)}`);
    }
  };
  const stderr = (text: string): void => {
    try {
      writeText(STDERR, text);
    } catch {
      // lost
    }
  };
  return {
    stdout: stdoutIsTTY ? (text) => stdout(printable(text)) : stdout,
    stderr: stderrIsTTY ? (text) => stderr(printable(text)) : stderr,
    styledStdout: stdoutIsTTY ? (text) => stdout(printableStyled(text)) : stdout,
    styledStderr: stderrIsTTY ? (text) => stderr(printableProgress(text)) : stderr,
    stdoutIsTTY,
    stderrIsTTY,
    columns: (stdoutIsTTY ? process.stdout.columns : 0) || DEFAULT_COLUMNS,
  };
}

/** Node's own streams are made for character devices only: they take time to load. */
function isTerminal(fd: typeof STDOUT | typeof STDERR): boolean {
  if (!fstatSync(fd).isCharacterDevice()) return false;
  return (fd === STDOUT ? process.stdout : process.stderr).isTTY === true;
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

/** All of `text`, as UTF-8. @throws what the system says */
function writeText(fd: number, text: string): void {
  for (const bytes of encoded(text)) {
    for (let done = 0; done < bytes.length;) {
      const wrote = writeSome(fd, bytes.subarray(done));
      if (wrote === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, READER_MS);
      done += wrote;
    }
  }
}
