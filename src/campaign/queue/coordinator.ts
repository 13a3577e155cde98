// Lots of items that are out at Redis: handed out, collected, and handed out again where Redis has forgotten them.
import type { Queue } from 'bullmq';
import { Failure } from '../../lib/failure.ts';
import type { Campaign, ItemResult } from '../campaign.ts';
import type { Sink } from '../results/sink.ts';
import { LotSize, numbersLeft } from '../run/local.ts';
import type { Job, JobResult } from './names.ts';

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

const FEWEST_OUT = 32;
const MOST_OUT = 8192;
const ATTEMPTS = 5;
const BACKOFF_MS = 500;
/** A lot that failed on every worker is handed out again so often. */
const MOST_FAILURES = 3;

export class Coordinator {
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
