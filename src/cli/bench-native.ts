// The same work in C, as a child process that is asked for one run at a time: bench/native/pages.c, compiled with -O3.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Bug } from '../lib/bug.ts';
import type { BenchRun } from '../cpus/threads/bench.ts';
import { cleanUpAtEnd } from './interrupt.ts';

/** bench/native/ of a checkout, from src/cli/ and from dist/; the published package does not carry it. */
const SOURCES = ['../../bench/native/pages.c', '../bench/native/pages.c'].map(
  (path) => new URL(path, import.meta.url),
);

/** Why there is no native yardstick, or the path of the program, which is there until `remove` is called or the process ends. */
export type NativeProgram =
  { readonly path: string; readonly remove: () => void } | { readonly missing: string };

/** Compiles the C program into a folder of its own. */
export async function compileNative(): Promise<NativeProgram> {
  const source = SOURCES.find((url) => existsSync(url));
  if (source === undefined) return { missing: 'no bench/native/pages.c beside this installation' };
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-bench-'));
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  const done = cleanUpAtEnd(removeFolder);
  const remove = (): void => {
    removeFolder();
    done();
  };
  const path = join(folder, 'pages');
  const problem = await gcc(folder, ['-O3', '-pthread', '-o', path, fileURLToPath(source)]);
  if (problem === null) return { path, remove };
  remove();
  return { missing: problem };
}

/** Runs gcc, whose own temporary files go to `folder`; what went wrong, or null. */
async function gcc(folder: string, args: readonly string[]): Promise<string | null> {
  // a process group of its own: the compiler proper is a child of gcc
  const options = { detached: true, env: { ...process.env, TMPDIR: folder } };
  const child = spawn('gcc', args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
  const done = cleanUpAtEnd(() => {
    if (child.pid !== undefined) kill(-child.pid);
  });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  try {
    const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    return status === 0 ? null : `gcc failed: ${complaint.trim().split('\n')[0] ?? ''}`;
  } catch {
    return 'gcc is not installed';
  } finally {
    done();
  }
}

/** It may have ended meanwhile. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A running program with its memory touched. */
export class NativePages {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: () => void;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
    this.#ended = cleanUpAtEnd(() => child.kill('SIGKILL'));
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async start(path: string, sections: number, threads: number): Promise<NativePages> {
    const child = spawn(path, [String(sections), String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const pages = new NativePages(child);
    if ((await pages.#line()) !== 'ready') throw new Bug('the native program did not start');
    return pages;
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Bug('the native program ended');
    return value;
  }

  /** One run with so many threads. */
  async run(threads: number): Promise<BenchRun> {
    this.#child.stdin.write(`${threads}\n`);
    const [wallNs = NaN, cpuNs = NaN] = (await this.#line()).split(' ').map(Number);
    return { wallNs, cpuNs };
  }

  close(): void {
    this.#child.stdin.end();
    this.#ended();
  }
}
