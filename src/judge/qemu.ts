// Runs one guest under QEMU: its console line by line, a deadline, and nothing left running whatever happens.
import { spawn, type ChildProcess } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { InputError } from '../lib/input-error.ts';
import { Tail, watchSizes } from './console-file.ts';
import { patientTimer, type PatientTimer } from './patience.ts';
import type { Accel } from './qemu-memory.ts';

export const DEFAULT_QEMU = 'qemu-system-x86_64';
/** memory-backend-ram with reserve=off, and machines with memory-backend, came with 6.1. */
const LEAST_VERSION: readonly [number, number] = [6, 1];
const INSTALL = 'apt-get install qemu-system-x86, or --qemu PATH';
/** A QEMU that does not end when it is asked to is killed after this; ms. */
const PATIENCE_MS = 3000;
const STDERR_MAX = 4096;
/** A guest may take so many times as long as it may be silent. */
const SILENCES = 5;

/** How a guest ended. */
export interface GuestEnd {
  /** QEMU's exit status; null where a signal ended it. */
  readonly status: number | null;
  /** The deadline was reached. */
  readonly late: boolean;
  /** What QEMU itself said on stderr, at most 4 KiB. */
  readonly stderr: string;
}

/** Has `clean` called where the process ends before the function returned is called. It is synchronous. */
export type AtEnd = (clean: () => void) => () => void;

export interface GuestOptions {
  readonly qemu: string;
  readonly args: readonly string[];
  /** By the clock on the wall; null: five times as long as it may be silent. */
  readonly deadlineMs: number | null;
  /**
   * A guest that prints nothing for so long, on either serial port, is given up as well. Both are longer on a host where others work: see
   * patience.ts.
   */
  readonly silenceMs: number;
  /** Where QEMU writes the first serial port: a file, since characters are lost where a pipe is not read at once. */
  readonly console: string;
  /** ... and the second one. */
  readonly second: string;
  /** Each line of it, without its end, soon after it was written. */
  readonly onLine: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly atEnd?: AtEnd | undefined;
}

/**
 * QEMU's version, `7.2.22`.
 * @throws InputError 'tool' where there is no such program, it is no QEMU, or it is too old
 */
export async function qemuVersion(qemu: string): Promise<string> {
  const text = await output(qemu, ['--version']);
  const match = /QEMU emulator version (\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!match)
    throw new InputError('tool', `${qemu}: no QEMU: expected "QEMU emulator version …" of --version`);
  const [major, minor] = [Number(match[1]), Number(match[2])];
  const [least, leastMinor] = LEAST_VERSION;
  if (major < least || (major === least && minor < leastMinor))
    throw new InputError('tool', `${qemu}: QEMU ${major}.${minor}: expected ${least}.${leastMinor} or later`);
  return `${major}.${minor}${match[3] === undefined ? '' : `.${match[3]}`}`;
}

/**
 * Complains where QEMU could not use the host's CPU.
 * @throws InputError 'tool' where there is no KVM, or it is not this user's to use
 */
export async function needAccel(accel: Accel, device = '/dev/kvm'): Promise<void> {
  if (accel === 'tcg') return;
  await access(device, constants.R_OK | constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'this host has none' : 'not accessible to this user';
    throw new InputError('tool', `--accel kvm: ${device}: ${why}: expected KVM, or --accel tcg`);
  });
}

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.on('error', (error) => reject(startError(program, error)));
    child.on('close', () => resolve(text));
  });
}

function startError(program: string, error: Error & { code?: string }): InputError {
  const why = error.code === 'ENOENT' ? 'not found' : error.message;
  return new InputError('tool', `judge needs QEMU: ${program}: ${why} (${INSTALL})`);
}

/**
 * Runs a guest until QEMU exits or the deadline is reached.
 * @throws InputError 'tool' where QEMU cannot be started; the signal's reason where it was aborted, when QEMU is gone
 */
export async function runGuest(options: GuestOptions): Promise<GuestEnd> {
  options.signal?.throwIfAborted();
  const child = spawn(options.qemu, options.args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    if (stderr.length < STDERR_MAX) stderr += chunk;
  });
  let late = false;
  const giveUp = (): void => {
    late = true;
    endProcess(child);
  };
  const { deadlineMs, silenceMs } = options;
  // without a process there is an error below
  const pid = child.pid ?? process.pid;
  const deadline =
    deadlineMs === null ? patientTimer(pid, SILENCES * silenceMs, giveUp) : wallTimer(deadlineMs, giveUp);
  const silence = patientTimer(pid, silenceMs, giveUp);
  const tail = new Tail(options.console, options.onLine);
  const heard = watchSizes([options.console, options.second], () => silence.refresh());
  const abort = (): void => endProcess(child);
  const done = options.atEnd?.(() => child.kill('SIGKILL'));
  options.signal?.addEventListener('abort', abort, { once: true });
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on('error', (error) => reject(startError(options.qemu, error)));
      child.on('close', (code) => resolve(code));
    });
    tail.end();
    options.signal?.throwIfAborted();
    return { status, late, stderr };
  } finally {
    tail.stop();
    clearInterval(heard);
    deadline.stop();
    silence.stop();
    options.signal?.removeEventListener('abort', abort);
    endProcess(child);
    done?.();
  }
}

function wallTimer(ms: number, late: () => void): Pick<PatientTimer, 'stop'> {
  const timer = setTimeout(late, ms);
  return { stop: () => clearTimeout(timer) };
}

/** Asks the process to end, and makes it end where it does not. */
function endProcess(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  child.once('exit', () => clearTimeout(kill));
}
