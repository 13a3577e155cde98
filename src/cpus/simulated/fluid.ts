// Leaves in progress as a fluid: each flows at a rate that depends on what else runs in its domain, and the rates are set
// anew whenever one starts or ends. Cost of an event grows with the runs of one domain only.
import { bugOn } from '../../lib/bug.ts';
import type { ActiveRun, CostModel } from './cost-model.ts';

/** A leaf with what is left of it; `owner` is whatever the caller wants back when it ends. */
interface Flow<T> {
  readonly run: ActiveRun;
  readonly owner: T;
  remainingNs: number;
}

/** Runs that share something, and how far they are at `atNs`. */
class Domain<T> {
  flows: Flow<T>[] = [];
  runs: ActiveRun[] = [];
  rates = new Float64Array(8);
  atNs = 0;
  /** Raised at each change: a finish computed before is void. */
  version = 0;

  /** Lets everything flow until `nowNs`. */
  advance(nowNs: number): void {
    const elapsed = nowNs - this.atNs;
    this.atNs = nowNs;
    if (elapsed === 0) return;
    for (let i = 0; i < this.flows.length; i += 1) {
      const flow = this.flows[i] as Flow<T>;
      flow.remainingNs -= elapsed * (this.rates[i] as number);
    }
  }

  changed(cost: CostModel): void {
    this.version += 1;
    if (this.rates.length < this.runs.length) this.rates = new Float64Array(2 * this.runs.length);
    cost.rates(this.runs, this.rates);
  }

  /** Index of the flow that ends first; -1 where there is none. */
  first(): number {
    let best = -1;
    let bestNs = Infinity;
    for (let i = 0; i < this.flows.length; i += 1) {
      const needs = (this.flows[i] as Flow<T>).remainingNs / (this.rates[i] as number);
      if (needs < bestNs) {
        best = i;
        bestNs = needs;
      }
    }
    return best;
  }
}

/** When a domain's next run ends, as far as is known now. */
export interface Finish {
  readonly domain: number;
  readonly version: number;
  readonly atNs: number;
}

/** All leaves in progress. */
export class Fluid<T> {
  readonly #cost: CostModel;
  readonly #domains = new Map<number, Domain<T>>();

  constructor(cost: CostModel) {
    this.#cost = cost;
  }

  /** Starts a leaf at `nowNs`; the domain's next finish. */
  start(run: ActiveRun, owner: T, nowNs: number): Finish {
    const id = this.#cost.domain(run);
    let domain = this.#domains.get(id);
    if (domain === undefined) this.#domains.set(id, (domain = new Domain<T>()));
    domain.advance(nowNs);
    domain.flows.push({ run, owner, remainingNs: Math.max(this.#cost.workNs(run), 0) });
    domain.runs.push(run);
    domain.changed(this.#cost);
    return this.#next(id, domain) as Finish;
  }

  /** Sets all rates anew at `nowNs`, as after a change of priority; each domain's next finish. */
  retune(nowNs: number): Finish[] {
    return [...this.#domains].flatMap(([id, domain]) => {
      domain.advance(nowNs);
      domain.changed(this.#cost);
      return this.#next(id, domain) ?? [];
    });
  }

  /** Whose run `finish` announces; undefined where it is out of date. */
  owner(finish: Finish): T | undefined {
    const domain = this.#domains.get(finish.domain);
    return domain?.version === finish.version ? domain.flows[domain.first()]?.owner : undefined;
  }

  /** Ends the run that `finish` announced, with the domain's next finish; undefined where it is out of date. */
  end(finish: Finish): { readonly owner: T; readonly next: Finish | undefined } | undefined {
    const domain = this.#domains.get(finish.domain);
    if (domain === undefined || domain.version !== finish.version) return undefined;
    const index = domain.first();
    bugOn(index < 0, 'a finish without a run');
    domain.advance(finish.atNs);
    const [flow] = domain.flows.splice(index, 1);
    domain.runs.splice(index, 1);
    domain.changed(this.#cost);
    return { owner: (flow as Flow<T>).owner, next: this.#next(finish.domain, domain) };
  }

  #next(id: number, domain: Domain<T>): Finish | undefined {
    const index = domain.first();
    if (index < 0) return undefined;
    const flow = domain.flows[index] as Flow<T>;
    const needs = Math.max(flow.remainingNs, 0) / (domain.rates[index] as number);
    return { domain: id, version: domain.version, atNs: domain.atNs + needs };
  }
}
