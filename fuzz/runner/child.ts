// One child process with a heap limit, seen from the parent: takes commands, gives verdicts, may die of any case.
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ANSWERS_FD, decode, type Command, type Message } from '../child/protocol.ts';
import type { Fault, TargetEntry, Verdict } from '../../src/fuzz/target.ts';

/** What a case may take. */
export interface Limits {
  readonly deadlineMs: number;
  /** Heap of the child, MiB. */
  readonly heapMiB: number;
  /** What the process may hold beside it, MiB: code, WebAssembly memory of v86, buffers that wait for the collector. */
  readonly outsideMiB: number;
}

export const DEFAULT_LIMITS: Limits = { deadlineMs: 5000, heapMiB: 400, outsideMiB: 600 };

const MiB = 2 ** 20;
/** The child's own watcher ends it at the deadline of CPU time, or at so many times that of waiting; where it cannot, the parent does later. */
const IDLE_FACTOR = 4;
const GRACE_MS = 12_000;
const WATCH_MS = 250;
const START_MS = 60_000;
const KEPT_STDERR = 4000;
const CHILD = fileURLToPath(new URL('../child/main.ts', import.meta.url));

/** What became of a command: a verdict for each case that was begun, in order; `died` where the last of them ended the child. */
export interface Answer {
  readonly verdicts: readonly Verdict[];
  readonly died: boolean;
}

interface Pending {
  readonly verdicts: Verdict[];
  readonly resolve: (answer: Answer) => void;
}

/** A running child. */
export class Child {
  readonly #process: ChildProcess;
  readonly #limits: Limits;
  readonly #watch: NodeJS.Timeout;
  #pending: Pending | null = null;
  #caseBegan: number | null = null;
  #sample: readonly string[] = [];
  #fatal: Fault | null = null;
  #stderr = '';

  private constructor(child: ChildProcess, limits: Limits) {
    this.#process = child;
    this.#limits = limits;
    this.#watch = setInterval(() => this.#endIfLate(), WATCH_MS);
    this.#watch.unref();
    child.stderr?.on('data', (data: Buffer) => {
      this.#stderr = (this.#stderr + data.toString()).slice(-KEPT_STDERR);
    });
    child.stdin?.on('error', () => undefined); // the child died: 'close' tells
    child.once('close', (code, signal) => this.#closed(code, signal));
  }

  /** A child that has loaded its target. @throws Error with what it said where it cannot */
  static async start(entry: TargetEntry, limits: Limits): Promise<Child> {
    const rssLimit = (limits.heapMiB + limits.outsideMiB) * MiB;
    const process_ = spawn(
      process.execPath,
      [
        `--max-old-space-size=${limits.heapMiB}`,
        '--disable-warning=ExperimentalWarning',
        CHILD,
        ...[entry.module.href, entry.corpus.href, String(limits.deadlineMs), String(rssLimit)],
      ],
      { stdio: ['pipe', 'ignore', 'pipe', 'pipe'] },
    );
    const child = new Child(process_, limits);
    const answers = process_.stdio[ANSWERS_FD] as Readable;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => child.close(), START_MS);
      createInterface({ input: answers }).on('line', (line) => {
        const message = decode(line);
        if (message.type === 'ready') {
          clearTimeout(timer);
          resolve();
        } else child.#heard(message);
      });
      process_.once('close', () => {
        clearTimeout(timer);
        reject(new Error(`${entry.name}: the child did not start:\n${child.#stderr}`));
      });
    });
    return child;
  }

  /** Runs a command; one at a time. */
  run(command: Command): Promise<Answer> {
    return new Promise((resolve) => {
      this.#pending = { verdicts: [], resolve };
      this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
    });
  }

  close(): void {
    clearInterval(this.#watch);
    this.#process.kill('SIGKILL');
  }

  #heard(message: Message): void {
    switch (message.type) {
      case 'start':
        this.#caseBegan = performance.now();
        this.#sample = [];
        return;
      case 'verdict':
        this.#caseBegan = null;
        this.#pending?.verdicts.push(message.verdict);
        return;
      case 'sample':
        this.#sample = message.stack;
        return;
      case 'fatal':
        this.#fatal = message.fault;
        return;
      case 'done':
        this.#answer(false);
        return;
      case 'ready':
        return;
    }
  }

  #endIfLate(): void {
    const { deadlineMs } = this.#limits;
    if (this.#caseBegan === null || performance.now() - this.#caseBegan < deadlineMs * IDLE_FACTOR + GRACE_MS)
      return;
    this.#fatal ??= { kind: 'hang', message: `no end within ${deadlineMs} ms`, stack: this.#sample };
    this.#process.kill('SIGKILL');
  }

  #closed(code: number | null, signal: NodeJS.Signals | null): void {
    clearInterval(this.#watch);
    const ms = this.#caseBegan === null ? 0 : performance.now() - this.#caseBegan;
    this.#pending?.verdicts.push({
      end: 'failed',
      fault: this.#fatal ?? this.#causeOfDeath(code, signal),
      ms,
    });
    this.#answer(true);
  }

  #causeOfDeath(code: number | null, signal: NodeJS.Signals | null): Fault {
    const stack = this.#sample;
    const oom = /FATAL ERROR: .*(?:heap|memory|allocation)[^\n]*/i.exec(this.#stderr)?.[0];
    if (oom !== undefined)
      return { kind: 'memory', message: `the heap of ${this.#limits.heapMiB} MiB is full`, stack };
    const said = this.#stderr.trim().split('\n').at(-1) ?? '';
    return {
      kind: 'crash',
      message: `the process ended: ${signal ?? `status ${code}`} ${said}`.trim(),
      stack,
    };
  }

  #answer(died: boolean): void {
    const pending = this.#pending;
    this.#pending = null;
    this.#caseBegan = null;
    pending?.resolve({ verdicts: pending.verdicts, died });
  }
}
