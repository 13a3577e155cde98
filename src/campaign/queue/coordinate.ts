// The campaign's side of the queue: hands lots of items out, collects results, and hands out again what Redis has forgotten. Every item is
// written once, however often it ran.
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import { Failure } from '../../lib/failure.ts';
import { treeKey } from '../../lib/tree.ts';
import type { Campaign, ItemResult } from '../campaign.ts';
import type { Sink } from '../results/sink.ts';
import { LotSize, numbersLeft } from '../run/local.ts';
import { queueLibrary } from './connect.ts';
import { announce, PREFIX, queueName, withdraw, type Job, type JobResult } from './names.ts';

export interface CoordinateOptions {
  readonly url: URL;
  readonly campaign: Campaign;
  readonly build: string;
  readonly sink: Sink;
  /** Where results go: two runs of the same campaign are told apart by it. */
  readonly folder: string | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly say: (text: string) => void;
  readonly onResults?: (fresh: readonly ItemResult[]) => void;
}

const POLL_MS = 100;
const ANNOUNCE_MS = 5000;
const FEWEST_OUT = 32;
const MOST_OUT = 8192;
const ATTEMPTS = 5;
const BACKOFF_MS = 500;
const ID_DIGITS = 12;
/** A lot that failed on every worker is handed out again so often. */
const MOST_FAILURES = 3;

/** Runs the campaign on whatever workers there are. false: the time was over before all was done. */
export async function coordinate(options: CoordinateOptions): Promise<boolean> {
  const { campaign, build, url, say } = options;
  const { bullmq, connect } = await queueLibrary();
  const redis = await connect(url, say);
  const queue: Queue<Job, JobResult> = new bullmq.Queue(queueName(build), {
    connection: redis,
    prefix: PREFIX,
  });
  queue.on('error', () => undefined); // the connection tells of itself
  const coordinator = new Coordinator(options, queue, idOf(options));
  const running = { id: coordinator.id, name: campaign.name, build };
  try {
    await coordinator.takeOver();
    let announced = -Infinity;
    while (!coordinator.over()) {
      if (options.now() - announced > ANNOUNCE_MS) {
        announced = options.now();
        await announce(redis, running);
        await coordinator.adapt();
      }
      await coordinator.handOut();
      if (!(await coordinator.collect())) await pause(POLL_MS);
    }
    await withdraw(redis, running.id);
    await coordinator.takeBack();
    return options.sink.done.count === options.sink.done.items;
  } finally {
    await queue.close();
    redis.disconnect();
  }
}

function idOf({ campaign, build, folder }: CoordinateOptions): string {
  const { budget: _budget, ...same } = campaign;
  const place = folder === null ? String(process.pid) : folder;
  return createHash('sha256')
    .update(treeKey([same, build, hostname(), place]))
    .digest('hex')
    .slice(0, ID_DIGITS);
}

class Coordinator {
  readonly id: string;
  readonly #options: CoordinateOptions;
  readonly #queue: Queue<Job, JobResult>;
  readonly #out = new Map<string, readonly number[]>();
  readonly #again: (readonly number[])[] = [];
  readonly #failures = new Map<string, number>();
  readonly #began: number;
  readonly #lots = new LotSize();
  #numbers: Iterator<number> | null = null;
  #most = FEWEST_OUT;

  constructor(options: CoordinateOptions, queue: Queue<Job, JobResult>, id: string) {
    this.#options = options;
    this.#queue = queue;
    this.#began = options.now();
    this.id = id;
  }

  over(): boolean {
    const { sink, campaign, now } = this.#options;
    const { timeMs } = campaign.budget;
    return sink.done.count === sink.done.items || (timeMs !== null && now() - this.#began > timeMs);
  }

  /** What a coordinator that was killed has left: results are collected, what runs is waited for, what waits goes. */
  async takeOver(): Promise<void> {
    for (const job of await this.#ownJobs()) {
      this.#out.set(job.id ?? '', job.data.numbers);
    }
    await this.collect();
    await this.takeBack();
    const taken = new Set([...this.#out.values()].flat());
    const left = numbersLeft(this.#options.sink.done);
    this.#numbers = (function* () {
      for (const number of left) if (!taken.has(number)) yield number;
    })();
  }

  async #ownJobs() {
    const jobs = await this.#queue.getJobs(['completed', 'failed', 'active', 'waiting', 'delayed']);
    return jobs.filter((job) => job?.id?.startsWith(`${this.id}-`) === true);
  }

  /** Lots that nobody has begun. */
  async takeBack(): Promise<void> {
    for (const id of [...this.#out.keys()]) {
      const job = await this.#queue.getJob(id);
      const state = job === undefined ? 'unknown' : await job.getState();
      if (state === 'active') continue;
      this.#out.delete(id);
      await job?.remove().catch(() => undefined); // a worker has just begun with it: its result is not asked for
    }
  }

  async handOut(): Promise<void> {
    const lots: { name: string; data: Job; opts: object }[] = [];
    while (this.#out.size < this.#most) {
      const numbers = this.#again.pop() ?? this.#take();
      if (numbers.length === 0) break;
      const jobId = `${this.id}-${numbers[0]}-${numbers.at(-1)}-${numbers.length}`;
      this.#out.set(jobId, numbers);
      lots.push({
        name: this.#options.campaign.name,
        data: { campaign: this.#options.campaign, numbers },
        opts: { jobId, attempts: ATTEMPTS, backoff: { type: 'exponential', delay: BACKOFF_MS } },
      });
    }
    if (lots.length > 0) await this.#queue.addBulk(lots);
  }

  #take(): number[] {
    const numbers: number[] = [];
    while (numbers.length < this.#lots.size) {
      const next = this.#numbers?.next();
      if (next === undefined || next.done === true) break;
      numbers.push(next.value);
    }
    return numbers;
  }

  /** Whether anything came back. */
  async collect(): Promise<boolean> {
    const { sink, onResults } = this.#options;
    const jobs = await Promise.all(
      [...this.#out].map(async ([id, numbers]) => ({ id, numbers, job: await this.#queue.getJob(id) })),
    );
    let came = false;
    for (const { id, numbers, job } of jobs) {
      if (job === undefined) {
        // Redis was restarted and has forgotten it
        this.#out.delete(id);
        this.#again.push(numbers);
      } else if (job.finishedOn !== undefined && job.failedReason) {
        this.#failed(id, numbers, job.failedReason);
        await job.remove();
      } else if (job.finishedOn !== undefined) {
        const results = job.returnvalue;
        const fresh = sink.append(results);
        onResults?.(fresh);
        this.#lots.took(
          results.length,
          results.reduce((sum, { ms }) => sum + ms, 0),
        );
        this.#out.delete(id);
        await job.remove();
        came = true;
      }
    }
    return came;
  }

  #failed(id: string, numbers: readonly number[], reason: string): void {
    const failures = (this.#failures.get(id) ?? 0) + 1;
    if (failures >= MOST_FAILURES)
      throw new Failure(`items #${numbers[0]} to #${numbers.at(-1)} fail on every worker: ${reason}`);
    this.#failures.set(id, failures);
    this.#out.delete(id);
    this.#again.push(numbers);
  }

  /** More workers than lots: more lots. */
  async adapt(): Promise<void> {
    const waiting = await this.#queue.getWaitingCount();
    if (waiting < this.#most / 4) this.#most = Math.min(MOST_OUT, this.#most * 2);
  }
}
