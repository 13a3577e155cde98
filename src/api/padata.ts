// padata for one's own functions: the kernel's multithreaded and serial jobs, on the simulator or on worker threads.
import type { BootProfile } from '../kernels/list.ts';
import { profileNamed } from '../kernels/profile_named.ts';
import { InputError } from '../lib/input-error.ts';
import type { Nid } from '../lib/units.ts';
import { WorkerPool } from '../cpus/threads/pool.ts';
import { JOB, SERIAL_JOB } from './padata/job-options.ts';
import type { RulesName } from './names.ts';
import { CHECKED_LATER, checkOptions, oneOf, SEED, TEXT, type OptionRules } from './options.ts';
import { functionsOf, isModule, loadFunctions } from './padata/module.ts';
import { jobResult, serialResult, type TaskRun } from './padata/runs.ts';
import { runSimulated } from './padata/simulated.ts';
import type { Task } from './padata/text.ts';
import type {
  PadataJob,
  PadataJobResult,
  PadataSerialJob,
  PadataSerialResult,
  SerialWork,
  ThreadFn,
  WorkModule,
} from './padata/types.ts';
import { runWorkers } from './padata/workers.ts';

/** The machine that the jobs run on. */
export interface PadataOptions {
  /** CPUs of one node, or the node of each CPU. */
  readonly cpus: number | readonly Nid[];
  /** `simulator` (default): virtual time, any number of CPUs; `workers`: real threads, measured. */
  readonly on?: 'simulator' | 'workers';
  /** Worker threads that carry the CPUs; as many as CPUs, but no more than the host's cores, where it is left out. */
  readonly workers?: number;
  /** Kernel whose rules apply, by the name of its profile; 6.1 where it is left out. */
  readonly kernel?: RulesName;
  /** Seed of the simulated CPUs. */
  readonly seed?: number;
}

const UNIT_NS = 1000;

const OPTIONS: OptionRules<PadataOptions> = {
  cpus: {
    expected: 'a number of CPUs, or the node of each',
    holds: (value) => typeof value === 'number' || Array.isArray(value),
  },
  on: oneOf('simulator', 'workers'),
  workers: CHECKED_LATER,
  kernel: TEXT,
  seed: SEED,
};

/**
 * padata on a machine of one's own. Jobs of one Padata run one after another; two Padatas share nothing.
 * `await using padata = new Padata(…)` ends its workers at the end of the block.
 */
export class Padata {
  readonly nodeOfCpu: readonly Nid[];
  readonly #options: PadataOptions;
  readonly #profile: BootProfile;
  #pool: Promise<WorkerPool> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** @throws InputError 'usage' where the CPUs or the kernel's name make no sense */
  constructor(options: PadataOptions) {
    checkOptions('new Padata', options, OPTIONS);
    const { cpus } = options;
    this.nodeOfCpu = typeof cpus === 'number' ? new Array<Nid>(wholeFrom1('cpus', cpus)).fill(0) : [...cpus];
    if (this.nodeOfCpu.length === 0 || this.nodeOfCpu.some((node) => !Number.isSafeInteger(node) || node < 0))
      throw new InputError('usage', `cpus [${this.nodeOfCpu.join()}]: expected the node of each CPU, from 0`);
    if (options.workers !== undefined) wholeFrom1('workers', options.workers);
    this.#options = options;
    this.#profile = profileNamed(options.kernel ?? '6.1');
  }

  /**
   * padata_do_multithreaded(): every unit of [start, start + size) is worked on once.
   * @throws InputError 'usage' for numbers that make no sense or a function where workers need a module, 'hook' for a module without
   * `threadFn`; Bug where a worker fails; on the simulator whatever the thread function throws; the signal's reason
   */
  async multithreaded(job: PadataJob): Promise<PadataJobResult> {
    checkOptions('multithreaded', job, JOB);
    const { start, size, align = 1, minChunk = 1, maxThreads = this.nodeOfCpu.length } = job;
    wholeFrom0('start', start);
    wholeFrom0('size', size);
    for (const [name, value] of Object.entries({ align, minChunk, maxThreads })) wholeFrom1(name, value);
    const task: Task = { kind: 'multithreaded', start, size, align, minChunk, maxThreads };
    const chunkNs = job.costNs ?? ((from: number, to: number) => UNIT_NS * (to - from));
    const run = await this.#run(task, job.work, job.signal, chunkNs, () => 0);
    return jobResult(run, size);
  }

  /**
   * padata_do_parallel() and padata_do_serial(): objects are worked on in any order and called back in theirs.
   * @throws as multithreaded(), with `parallel` for the module's export
   */
  async serial(job: PadataSerialJob): Promise<PadataSerialResult> {
    checkOptions('serial', job, SERIAL_JOB);
    wholeFrom0('objects', job.objects);
    const callbackCpus = Array.from({ length: job.objects }, (_, object) => job.callbackCpu?.(object) ?? 0);
    const wrong = callbackCpus.find((cpu) => this.nodeOfCpu[cpu] === undefined);
    if (wrong !== undefined)
      throw new InputError('usage', `callbackCpu ${wrong}: expected a CPU below ${this.nodeOfCpu.length}`);
    const task: Task = { kind: 'serial', callbackCpus };
    const run = await this.#run(task, job.work, job.signal, () => 0, job.costNs ?? (() => UNIT_NS));
    return serialResult(run);
  }

  /** Ends the workers; a later job starts new ones. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await (await pool)?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #run(
    task: Task,
    work: ThreadFn | SerialWork | WorkModule,
    signal: AbortSignal | undefined,
    chunkNs: (start: number, end: number) => number,
    objectNs: (object: number) => number,
  ): Promise<TaskRun> {
    signal?.throwIfAborted();
    const before = this.#last;
    const run = (async () => {
      await before;
      signal?.throwIfAborted();
      return this.#options.on === 'workers'
        ? this.#onWorkers(task, work, signal)
        : this.#simulated(task, work, chunkNs, objectNs);
    })();
    this.#last = run.catch(() => undefined);
    return run;
  }

  async #simulated(
    task: Task,
    work: ThreadFn | SerialWork | WorkModule,
    chunkNs: (start: number, end: number) => number,
    objectNs: (object: number) => number,
  ): Promise<TaskRun> {
    const functions = isModule(work) ? await loadFunctions(work, exportOf(task)) : functionsOf(work);
    const { nodeOfCpu } = this;
    const rules = this.#profile.padata;
    return runSimulated({ nodeOfCpu, rules, seed: this.#options.seed, task, functions, chunkNs, objectNs });
  }

  async #onWorkers(
    task: Task,
    work: ThreadFn | SerialWork | WorkModule,
    signal: AbortSignal | undefined,
  ): Promise<TaskRun> {
    if (!isModule(work))
      throw new InputError('usage', 'work: functions cannot cross to workers: expected { module, data }');
    // loaded here too, so that a module that cannot work is told of as such
    await loadFunctions(work, exportOf(task));
    this.#pool ??= startPool(this.#options.workers, this.nodeOfCpu.length);
    const pool = await this.#pool;
    const data = { module: String(work.module), data: work.data };
    const { nodeOfCpu } = this;
    try {
      return await runWorkers(pool, { nodeOfCpu, kernel: this.#profile.name, task, work: data }, signal);
    } finally {
      if (pool.closed) this.#pool = null;
    }
  }
}

async function startPool(workers: number | undefined, cpus: number): Promise<WorkerPool> {
  if (workers !== undefined) return WorkerPool.start(workers);
  const { availableParallelism } = await import('node:os');
  return WorkerPool.start(Math.min(cpus, availableParallelism()));
}

const exportOf = (task: Task): 'threadFn' | 'parallel' =>
  task.kind === 'multithreaded' ? 'threadFn' : 'parallel';

function wholeFrom0(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InputError('usage', `${name} ${value}: expected a whole number from 0`);
}

function wholeFrom1(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InputError('usage', `${name} ${value}: expected a whole number from 1`);
}
