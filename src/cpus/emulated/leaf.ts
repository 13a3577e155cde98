// The leaf of deferred init on emulated CPUs: the guest initialises struct pages, then the host frees them.
import { Bug } from '../../lib/bug.ts';
import { InputError } from '../../lib/input-error.ts';
import type { CpuId } from '../../lib/units.ts';
import { DEFERRED_CHUNK, nodeOfArg, zoneArg } from '../../mm/deferred.ts';
import type { DeferredContext } from '../../mm/deferred.ts';
import { deferredChunk } from '../../mm/deferred/chunk.ts';
import type { PageLedger } from '../../mm/deferred/ledger.ts';
import { STRUCT_PAGE_6_1 } from '../../mm/memmap.ts';
import type { MemmapMemory, MemmapShape } from '../../mm/memmap.ts';
import type { WorkDone } from '../simulated/cost-model.ts';
import type { EndingRun } from '../simulated/simulator.ts';
import type { EmulatedCpus } from './bring-up.ts';
import { CpuLost } from './fault.ts';
import { COMMANDS } from './layout.ts';
import { ChunkPlanner } from './plan.ts';
import type { PageBatch, PlanZone } from './plan.ts';

/** What firmware/smp/pages.inc has written out; bits of `flags` are told to it. */
const GUEST_MEMBERS = ['size', 'flags', 'lru', 'mapcount', 'refcount', 'mapcountNone'] as const;

/** Which of the firmware's two loops initialises pages. */
export type PageLoop = 'sse' | 'plain';

/** Instructions of the guest's loops (firmware/smp/pages.inc): for a page, for a run, for a command. */
export const GUEST_COST = {
  page: { sse: 10, plain: 20 },
  run: 40,
  command: 20,
} as const;
/** A command that takes so many times what it should has hung; no less than the least. */
const PATIENCE = 8;
const BUDGET_LEAST = 1_000_000;

/** A CPU goes wrong on purpose, in place of its `atRun`-th chunk (from 1). */
export interface EmulatedFault {
  readonly cpu: CpuId;
  readonly atRun: number;
  readonly kind: 'hang' | 'triple-fault' | 'dead-halt' | 'kill-worker';
}

const FAULT_COMMANDS = {
  hang: COMMANDS.faultLoop,
  'triple-fault': COMMANDS.faultTriple,
  'dead-halt': COMMANDS.faultHalt,
} as const;

export interface LeafOptions {
  readonly cpus: EmulatedCpus;
  readonly deferred: DeferredContext;
  readonly memmap: { readonly shape: MemmapShape; readonly memory: MemmapMemory };
  readonly ledger: PageLedger;
  readonly loop: PageLoop;
  readonly fault: EmulatedFault | null;
  /** Host time in nanoseconds. */
  readonly nowNs: () => number;
  /** So many pages more are initialised: part of a chunk. */
  readonly onPages?: ((pages: number) => void) | undefined;
}

/** How a chunk in the guest's hands came out. */
export interface LeafEnd {
  readonly lost: CpuLost | null;
  readonly instructions: number;
  readonly hostStartNs: number;
  readonly hostEndNs: number;
}

export class GuestLeaf {
  readonly #options: LeafOptions;
  readonly #planner: ChunkPlanner;
  readonly #zones: ReadonlyMap<number, PlanZone>;
  readonly #inHand = new Map<CpuId, Promise<LeafEnd | { readonly error: unknown }>>();
  readonly #runs = new Map<CpuId, number>();

  constructor(options: LeafOptions) {
    const { deferred, memmap } = options;
    const { layout } = memmap.shape;
    const member = GUEST_MEMBERS.find((name) => layout[name] !== STRUCT_PAGE_6_1[name]);
    if (member !== undefined)
      throw new InputError(
        'guest',
        `struct page has ${member} ${layout[member]}: expected ${STRUCT_PAGE_6_1[member]}, which is what the guest's loops write`,
      );
    this.#options = options;
    const planner = new ChunkPlanner(memmap, deferred.rules);
    this.#planner = planner;
    this.#zones = new Map(
      deferred.nodes.map((node) => [
        zoneArg(node.nid, node.zid),
        { area: planner.area(node.nid, node.zid), ranges: node.ranges },
      ]),
    );
  }

  /** Hands a chunk to a CPU; it is under way when this returns. What it will have done, and its guest instructions. */
  begin(arg: number, start: number, end: number, cpu: CpuId): WorkDone & { readonly instructions: number } {
    if (this.#inHand.has(cpu)) throw new Bug(`CPU ${cpu} has a chunk in hand`);
    const batches = this.#planner.plan(this.#zone(arg), start, end);
    const work = this.#guestWork(cpu, batches);
    // Who is told of an error is whoever settles the chunk.
    this.#inHand.set(
      cpu,
      work.catch((error: unknown) => ({ error })),
    );
    const pages = batches.reduce((sum, batch) => sum + batch.pages, 0);
    const runs = batches.reduce((sum, batch) => sum + batch.runs, 0);
    const { page, run, command } = GUEST_COST;
    const instructions = pages * page[this.#options.loop] + runs * run + batches.length * command;
    return { pages, node: nodeOfArg(arg), rangesWalked: 0, instructions };
  }

  /** Waits for the guest to be done with a chunk, then frees its pages. Nothing is freed where the CPU is lost. */
  async settle({ cpu, work, arg, start, end }: EndingRun): Promise<LeafEnd> {
    const inHand = this.#inHand.get(cpu);
    if (inHand === undefined || work !== DEFERRED_CHUNK) throw new Bug(`CPU ${cpu} has no ${work} in hand`);
    const done = await inHand;
    this.#inHand.delete(cpu);
    if ('error' in done) throw done.error;
    if (done.lost === null) this.#free(arg, start, end);
    return done;
  }

  #free(arg: number, start: number, end: number): void {
    const { deferred, ledger } = this.#options;
    const zone = this.#zone(arg);
    const freed = this.#planner.free(zone, start, end);
    const { pages } = deferredChunk(deferred.rules, zone.ranges, ledger, nodeOfArg(arg), start, end);
    if (freed !== pages) throw new Bug(`${freed} pages freed of ${pages}`);
  }

  /** @throws Bug where a deferred page was left out */
  expectAll(): void {
    const { deferred, ledger } = this.#options;
    for (const { ranges, firstDeferredPfn } of deferred.nodes) {
      const from = firstDeferredPfn ?? Infinity;
      const clipped = ranges.map(({ startPfn, endPfn }) => ({ startPfn: Math.max(startPfn, from), endPfn }));
      ledger.expectAll(clipped.filter(({ startPfn, endPfn }) => startPfn < endPfn));
    }
  }

  async #guestWork(cpu: CpuId, batches: readonly PageBatch[]): Promise<LeafEnd> {
    const { nowNs } = this.#options;
    const hostStartNs = nowNs();
    let instructions = 0;
    try {
      await this.#faultOf(cpu);
      for (const batch of batches) instructions = await this.#batch(cpu, batch);
    } catch (error) {
      if (!(error instanceof CpuLost)) throw error;
      return { lost: error, instructions, hostStartNs, hostEndNs: nowNs() };
    }
    return { lost: null, instructions, hostStartNs, hostEndNs: nowNs() };
  }

  async #batch(cpu: CpuId, batch: PageBatch): Promise<number> {
    const { cpus, loop } = this.#options;
    const { page, run, command } = GUEST_COST;
    const expected = batch.pages * page[loop] + batch.runs * run + command;
    const answer = await cpus.machine.command(
      slotOf(cpus, cpu),
      loop === 'sse' ? COMMANDS.pagesSse : COMMANDS.pagesPlain,
      batch.arguments,
      { bank: batch.bank, budget: Math.max(BUDGET_LEAST, PATIENCE * expected) },
    );
    if (answer.result !== batch.pages)
      throw new Bug(`CPU ${cpu} initialised ${answer.result} pages of ${batch.pages}`);
    this.#options.onPages?.(batch.pages);
    return answer.instructions;
  }

  /** Breaks the CPU, where a test asked for that. */
  async #faultOf(cpu: CpuId): Promise<void> {
    const { fault, cpus } = this.#options;
    const runs = (this.#runs.get(cpu) ?? 0) + 1;
    this.#runs.set(cpu, runs);
    if (fault === null || fault.cpu !== cpu || fault.atRun !== runs) return;
    const slot = slotOf(cpus, cpu);
    if (fault.kind === 'kill-worker') await cpus.machine.killWorkerOf(slot);
    else await cpus.machine.command(slot, FAULT_COMMANDS[fault.kind], [], { budget: BUDGET_LEAST });
  }

  #zone(arg: number): PlanZone {
    const zone = this.#zones.get(arg);
    if (zone === undefined) throw new Bug(`a chunk of node ${nodeOfArg(arg)}, which defers nothing`);
    return zone;
  }
}

function slotOf(cpus: EmulatedCpus, cpu: CpuId): number {
  const slot = cpus.slotOf.get(cpu);
  if (slot === undefined) throw new Bug(`CPU ${cpu} is not there`);
  return slot;
}
