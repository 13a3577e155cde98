// The way in for files: what is a file or a pipe comes whole, anything else and anything without end is refused with a line.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { InputError } from '../../../src/lib/input-error.ts';
import { INPUT_LIMITS } from '../../../src/machine/import/input-limits.ts';
import { checkInputFile, readInput } from '../../../src/machine/import/read-input.ts';
import { shell } from '../../helpers/process.ts';

function temporary(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-input-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A FIFO; the shell command `writer` writes to it. */
function fifo(t: ExecutionContext, writer: string | null): string {
  const folder = temporary(t);
  shell('mkfifo pipe', folder);
  if (writer !== null) {
    const child = spawn('bash', ['-c', `exec ${writer} > pipe`], { cwd: folder, stdio: 'ignore' });
    t.teardown(() => child.kill());
  }
  return join(folder, 'pipe');
}

async function refused(t: ExecutionContext, promise: Promise<unknown>): Promise<string> {
  const error = await t.throwsAsync(promise, { instanceOf: InputError });
  t.is(error.kind, 'file');
  return error.message;
}

test('a file comes whole, at the limit too; a byte more is refused before it is read', async (t) => {
  const path = join(temporary(t), 'table');
  writeFileSync(path, 'hello');
  t.deepEqual(await readInput(path, 'table'), new Uint8Array(Buffer.from('hello')));
  truncateSync(path, INPUT_LIMITS.table);
  t.is((await readInput(path, 'table')).length, INPUT_LIMITS.table);
  truncateSync(path, INPUT_LIMITS.table + 1);
  t.is(
    await refused(t, readInput(path, 'table')),
    `${path}: 16777217 bytes: expected a firmware table of at most 16 MiB`,
  );
  // sparse: nothing of it is on the disk
  truncateSync(path, 2 ** 31);
  t.regex(
    await refused(t, readInput(path, 'log')),
    /: 2147483648 bytes: expected a kernel log of at most 256 MiB$/,
  );
  await refused(t, checkInputFile(path, 'hook'));
});

test('a file of /proc, whose size is said to be 0, comes whole', async (t) => {
  t.true((await readInput('/proc/self/status', 'log')).length > 100);
});

test('what is neither file nor pipe is refused, through links too', async (t) => {
  const folder = temporary(t);
  mkdirSync(join(folder, 'folder'));
  symlinkSync('/dev/zero', join(folder, 'zero'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  symlinkSync('circle', join(folder, 'circle'));
  const server = createServer().listen(join(folder, 'socket'));
  await new Promise((done) => server.once('listening', done));
  t.teardown(() => server.close());
  const cases = [
    ['folder', 'is a folder: expected a file or a pipe'],
    ['zero', 'is a device: expected a file or a pipe'],
    ['socket', 'is a socket: expected a file or a pipe'],
    ['dangling', 'no such file or folder'],
    ['circle', 'symbolic links lead in a circle'],
    ['zero/x', 'is not a folder'],
  ] as const;
  for (const [name, message] of cases) {
    const path = join(folder, name);
    t.is(await refused(t, readInput(path, 'log')), `${path}: ${message}`);
    t.is(await refused(t, checkInputFile(path, 'log')), `${path}: ${message}`);
  }
});

test('a pipe comes whole, in as many pieces as it likes', async (t) => {
  const bytes = await readInput(fifo(t, 'seq 1 100000'), 'log');
  t.is(new TextDecoder().decode(bytes), Array.from({ length: 100_000 }, (_, i) => `${i + 1}\n`).join(''));
});

test('a pipe without end stops at the limit, zeros where text is expected at the first', async (t) => {
  const endless = fifo(t, 'cat /dev/zero');
  t.is(
    await refused(t, readInput(endless, 'table')),
    `${endless}: more than 16777216 bytes: expected a firmware table of at most 16 MiB`,
  );
  const zeros = fifo(t, 'cat /dev/zero');
  t.is(await refused(t, readInput(zeros, 'log', { text: true })), `${zeros}: not a text file: byte 0 is 0`);
});

test('a pipe that brings nothing is given up, whether it has a writer or not', async (t) => {
  const expected = /: nothing came for 0\.05 s: expected a pipe that somebody writes to$/;
  t.regex(await refused(t, readInput(fifo(t, null), 'log', { deadlineMs: 50 })), expected);
  // open for reading and writing: a writer that is silent
  t.regex(await refused(t, readInput(fifo(t, 'cat <> pipe'), 'log', { deadlineMs: 50 })), expected);
});

test('checkInputFile takes no pipe: what loads modules would read it again', async (t) => {
  t.regex(await refused(t, checkInputFile(fifo(t, null), 'hook')), /: is a pipe: expected a file$/);
});
