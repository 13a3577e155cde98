// Many cases of one target, on some children at once.
import { caseOf, loadTarget } from '../cases.ts';
import type { GoodEnd, TargetEntry, Verdict } from '../../src/fuzz/target.ts';
import { Child, DEFAULT_LIMITS, type Limits } from './child.ts';
import { Groups, type Group } from './groups.ts';

export interface CampaignOptions {
  readonly entry: TargetEntry;
  readonly cases: number;
  readonly seed: number;
  readonly jobs: number;
  readonly limits?: Limits;
  /** The campaign stops after so many cases that ended their child: each costs a deadline and a new child. */
  readonly mostDeaths?: number;
  readonly onProgress?: (done: number, failed: number) => void;
}

export interface CampaignResult {
  readonly target: string;
  /** Cases that were run. */
  readonly cases: number;
  readonly ends: Readonly<Record<GoodEnd, number>>;
  readonly failed: number;
  readonly groups: readonly Group[];
  /** Not all cases were run, because so many ended their child. */
  readonly stopped: boolean;
  readonly ms: number;
  /** The slowest case that ended well. */
  readonly slowest: { readonly index: number; readonly ms: number } | null;
}

/** Cases that a child is given at once. */
const CHUNK = 25;
export const MOST_DEATHS = 60;

interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** Runs the cases of a seed. The result does not depend on `jobs`, but for the times and for what a stop leaves out. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const campaign = new Campaign(options, await loadTarget(options.entry));
  await Promise.all(Array.from({ length: options.jobs }, () => campaign.work()));
  return campaign.result();
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #loaded: Awaited<ReturnType<typeof loadTarget>>;
  readonly #groups = new Groups();
  readonly #ends: Record<GoodEnd, number> = { fine: 0, refused: 0, panic: 0 };
  readonly #left: Chunk[] = [];
  readonly #began = performance.now();
  #next = 0;
  #failed = 0;
  #deaths = 0;
  #slowest: CampaignResult['slowest'] = null;

  constructor(options: CampaignOptions, loaded: Awaited<ReturnType<typeof loadTarget>>) {
    this.#options = options;
    this.#loaded = loaded;
  }

  /** Takes chunks until none is left. */
  async work(): Promise<void> {
    const { entry, limits = DEFAULT_LIMITS, seed, onProgress } = this.#options;
    let child: Child | null = null;
    try {
      for (let chunk = this.#take(); chunk !== null; chunk = this.#take()) {
        child ??= await Child.start(entry, limits);
        const { verdicts, died } = await child.run({ seed, ...chunk });
        verdicts.forEach((verdict, i) => this.#count(chunk.from + i, verdict));
        if (died) {
          child = null;
          this.#deaths++;
          if (chunk.from + verdicts.length < chunk.to)
            this.#left.push({ from: chunk.from + verdicts.length, to: chunk.to });
        }
        onProgress?.(this.#done(), this.#failed);
      }
    } finally {
      child?.close();
    }
  }

  result(): CampaignResult {
    return {
      target: this.#options.entry.name,
      cases: this.#done(),
      ends: this.#ends,
      failed: this.#failed,
      groups: this.#groups.list(),
      stopped: this.#stopped(),
      ms: performance.now() - this.#began,
      slowest: this.#slowest,
    };
  }

  #stopped(): boolean {
    return this.#deaths >= (this.#options.mostDeaths ?? MOST_DEATHS);
  }

  #take(): Chunk | null {
    if (this.#stopped()) return null;
    const left = this.#left.pop();
    if (left) return left;
    const from = this.#next;
    if (from >= this.#options.cases) return null;
    this.#next = Math.min(from + CHUNK, this.#options.cases);
    return { from, to: this.#next };
  }

  #count(index: number, verdict: Verdict): void {
    if (verdict.end === 'failed') {
      this.#failed++;
      this.#groups.add(index, caseOf(this.#loaded, this.#options.seed, index), verdict.fault);
      return;
    }
    this.#ends[verdict.end]++;
    if (verdict.ms > (this.#slowest?.ms ?? 0)) this.#slowest = { index, ms: verdict.ms };
  }

  #done(): number {
    return this.#ends.fine + this.#ends.refused + this.#ends.panic + this.#failed;
  }
}
