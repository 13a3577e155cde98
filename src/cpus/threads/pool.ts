// Worker threads that stay: started once, used for many runs, gone when the pool is closed or one of them fails.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Bug } from '../../lib/bug.ts';
import type { RunRequest, WorkerMessage } from './messages.ts';

/** threads-worker.ts beside this file, threads-worker.js in the published package. */
const here = import.meta.url;
const WORKER = new URL(`./threads-worker${here.slice(here.lastIndexOf('.'))}`, here);

export type Done = Extract<WorkerMessage, { kind: 'done' }>;

/** A worker that threw, or is gone. */
export class WorkerFailure extends Error {
  readonly worker: number;
  readonly report: Extract<WorkerMessage, { kind: 'failed' }> | null;

  constructor(
    worker: number,
    text: string,
    message: Extract<WorkerMessage, { kind: 'failed' }> | null = null,
  ) {
    super(text);
    this.name = 'WorkerFailure';
    this.worker = worker;
    this.report = message;
  }
}

interface Slot {
  readonly worker: Worker;
  /** Settles what the worker is asked for now: its start or a run. */
  settle: { resolve: (message: WorkerMessage) => void; reject: (error: Error) => void } | null;
  failure: Error | null;
}

export class WorkerPool {
  readonly #slots: Slot[] = [];
  #closed = false;

  private constructor() {}

  /** Starts `size` workers, as many as the host has cores where it is left out, and waits until each has loaded. */
  static async start(size = availableParallelism()): Promise<WorkerPool> {
    const pool = new WorkerPool();
    try {
      await Promise.all(Array.from({ length: size }, async (_, index) => pool.#answer(pool.#add(index))));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  get size(): number {
    return this.#slots.length;
  }

  get closed(): boolean {
    return this.#closed;
  }

  #add(index: number): Slot {
    const slot: Slot = { worker: new Worker(WORKER), settle: null, failure: null };
    const fail = (error: Error): void => {
      slot.failure = error;
      slot.settle?.reject(error);
    };
    slot.worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'failed') fail(new WorkerFailure(index, message.error, message));
      else slot.settle?.resolve(message);
    });
    slot.worker.on('error', (error) => fail(new WorkerFailure(index, error.stack ?? error.message)));
    slot.worker.on('exit', (code) =>
      fail(new WorkerFailure(index, `worker ${index} exited with code ${code}`)),
    );
    this.#slots.push(slot);
    return slot;
  }

  async #answer(slot: Slot): Promise<WorkerMessage> {
    try {
      return await new Promise<WorkerMessage>((resolve, reject) => {
        slot.settle = { resolve, reject };
        if (slot.failure) reject(slot.failure);
      });
    } finally {
      slot.settle = null;
    }
  }

  /** Gives each worker its request, the first worker the first one, and waits for all of them. */
  async run(requests: readonly RunRequest[]): Promise<Done[]> {
    if (this.#closed) throw new Bug('the pool of workers is closed');
    return Promise.all(
      requests.map(async (request, index) => {
        const slot = this.#slots[index];
        if (slot === undefined) throw new Bug(`worker ${index} of ${this.#slots.length}`);
        const answer = this.#answer(slot);
        slot.worker.postMessage(request);
        const message = await answer;
        if (message.kind !== 'done') throw new Bug(`worker ${index} answered ${message.kind}`);
        return message;
      }),
    );
  }

  /** Ends every worker, whatever it does. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#slots.map((slot) => slot.worker.terminate()));
  }
}
