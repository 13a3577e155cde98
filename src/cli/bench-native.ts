// The same work in C, as a child process that is asked for one run at a time: bench/native/pages.c, compiled with -O3.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Bug } from '../lib/bug.ts';
import type { BenchRun } from '../cpus/threads/bench.ts';

/** bench/native/ of a checkout, from src/cli/ and from dist/; the published package does not carry it. */
const SOURCES = ['../../bench/native/pages.c', '../bench/native/pages.c'].map(
  (path) => new URL(path, import.meta.url),
);

/** Why there is no native yardstick, or the path of the program. */
export type NativeProgram = { readonly path: string } | { readonly missing: string };

/** Compiles the C program into a folder of its own; removeNative() deletes it. */
export function compileNative(): NativeProgram {
  const source = SOURCES.find((url) => existsSync(url));
  if (source === undefined) return { missing: 'no bench/native/pages.c beside this installation' };
  const path = join(mkdtempSync(join(tmpdir(), 'earlyboot-bench-')), 'pages');
  const gcc = spawnSync('gcc', ['-O3', '-pthread', '-o', path, fileURLToPath(source)], { encoding: 'utf8' });
  if (gcc.error) return { missing: 'gcc is not installed' };
  if (gcc.status !== 0) return { missing: `gcc failed: ${gcc.stderr.trim().split('\n')[0] ?? ''}` };
  return { path };
}

export function removeNative(program: NativeProgram): void {
  if ('path' in program) rmSync(join(program.path, '..'), { recursive: true, force: true });
}

/** A running program with its memory touched. */
export class NativePages {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, null>) {
    this.#child = child;
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
  }
}
