// A little kernel for a scenario: CPUs, text, padata's pool, and a ledger of what its leaves did.
import { bugOn } from '../lib/bug.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import { COMPLETION_FIELDS, COMPLETION_WORDS } from '../kernel/completion.ts';
import { setCpuOnline } from '../kernel/cpu.ts';
import { bootKernel, KernelText, type Kernel, type KernelFunction, type ThreadFn } from '../kernel/kernel.ts';
import { PADATA_FUNCTIONS } from '../kernel/padata.ts';
import { PADATA_6_1 } from '../kernel/padata/profiles.ts';
import type { PadataRules } from '../kernel/padata/rules.ts';
import { padataFreeWorks } from '../kernel/padata/works.ts';
import { WORKQUEUE_FUNCTIONS } from '../kernel/workqueue.ts';
import { LocalMemory, type Memory } from '../cpu/memory.ts';
import type { Word, WorkName } from '../cpu/op.ts';
import type { LeafStep, StepWork } from '../cpus/simulated/explore/scenario.ts';
import { PageLedger } from '../mm/deferred/ledger.ts';

/** The leaf of scenarios that need no struct pages: marks [start, end) as done. */
export const UNITS: WorkName = 'units';

export interface WorldOptions {
  /** Node of each CPU. All are online. */
  readonly nodeOfCpu: readonly Nid[];
  readonly text: KernelText;
  readonly padata?: PadataRules;
  readonly prInfo?: (text: string) => void;
  readonly shouldFail?: NonNullable<Kernel['shouldFail']>;
}

/** Text with everything that padata and workqueues need, and what the scenario adds or replaces. */
export function worldText(
  functions: Readonly<Record<string, KernelFunction>> = {},
  leaves: readonly WorkName[] = [UNITS],
  threadFns: Readonly<Record<WorkName, ThreadFn>> = {},
): KernelText {
  return new KernelText({ ...WORKQUEUE_FUNCTIONS, ...PADATA_FUNCTIONS, ...functions }, leaves, threadFns);
}

/** Makes the kernel of one run after another: what all runs have in common is made once. */
export function worldMaker(options: WorldOptions): (mem: Memory) => Kernel {
  const { nodeOfCpu, text, padata, prInfo, shouldFail } = options;
  const cpus = nodeOfCpu.length;
  const topology = { nrCpuIds: cpus, nrPossible: cpus, nodeOfCpu, nrNodeIds: 1 + Math.max(...nodeOfCpu) };
  const first = bootKernel({
    mem: new LocalMemory(),
    text,
    topology,
    padata: padata ?? PADATA_6_1,
    ...(prInfo && { prInfo }),
    ...(shouldFail && { shouldFail }),
  });
  const words = first.data.end - BASE;
  const named = namesOf(first);
  let k: Kernel = first;
  return (mem) => {
    if (k.mem !== mem) k = { ...first, mem };
    bugOn(mem.alloc(words) !== BASE, 'static data is not at the start of memory');
    // before anything is written to them
    for (const [at, size, what, fields] of named) mem.fresh(at, size, what, fields);
    for (let cpu: CpuId = 0; cpu < cpus; cpu += 1) setCpuOnline(k, cpu, true);
    return k;
  };
}

/** Where bootKernel() puts the static data. */
const BASE = 1;

type Named = readonly [at: Word, words: number, what: string, fields?: readonly string[]];

/** Names of static words, for drawings. */
function namesOf({ data, topology }: Kernel): readonly Named[] {
  return [
    [data.cpuOnlineMask, data.maskWords, 'cpu_online_mask'],
    [data.cpuHotplugLock, 1, 'cpu_hotplug_lock'],
    [data.padataInstances, 2, 'padata_instances', LIST],
    [data.cpuPools, topology.nrCpuIds, 'cpu', ['pools']],
    [data.padataWorksLock, 1, 'padata_works_lock'],
    [data.padataFreeWorks, 2, 'padata_free_works', LIST],
    [data.padataLastUsedNid, 1, 'padata_last_used_nid'],
    [data.pgdatInitNUndone, 1, 'pgdat_init_n_undone'],
    [data.pgdatInitAllDone, COMPLETION_WORDS, 'pgdat_init_all_done_comp', COMPLETION_FIELDS],
    [data.deferredPages, 1, 'deferred_pages'],
    [data.rcuReaders, 2, 'rcu', ['readers', 'grace_period']],
    ...Array.from({ length: topology.nrNodeIds }, (_, node): Named => {
      const fields = ['node_size_lock', 'first_deferred_pfn'];
      return [data.pgdats + 2 * node, 2, `node ${node}`, fields];
    }),
  ];
}

const LIST = ['next', 'prev'];

/** What is done of a job's units. */
export class UnitsDone {
  readonly ledger: PageLedger;
  /** Pieces of this size belong to one thread each: which. */
  readonly unit: number | undefined;
  readonly owners = new Map<number, number>();

  constructor(ledger: PageLedger, unit?: number) {
    this.ledger = ledger;
    this.unit = unit;
  }

  /** A leaf of two steps, begin and end, each noted in the ledger. */
  readonly leaf: StepWork = (_arg, start, end, step) => new UnitsSteps(this, start, end, step);
}

/** By hand, as a generator for each chunk would cost more than what it does. */
class UnitsSteps implements Iterator<string, number> {
  readonly #done: UnitsDone;
  readonly #start: number;
  readonly #end: number;
  readonly #step: LeafStep;
  #begun = false;

  constructor(done: UnitsDone, start: number, end: number, step: LeafStep) {
    this.#done = done;
    this.#start = start;
    this.#end = end;
    this.#step = step;
  }

  next(): IteratorResult<string, number> {
    const start = this.#start;
    const end = this.#end;
    const { ledger } = this.#done;
    if (this.#begun) {
      ledger.free(start, end);
      return { done: true, value: end - start };
    }
    this.#begun = true;
    this.#begin(this.#done);
    return this.#step.told ? { done: false, value: `begin [${start}, ${end})` } : BEGUN;
  }

  #begin({ ledger, owners, unit }: UnitsDone): void {
    const step = this.#step;
    const grain = unit ?? 1;
    for (let u = Math.floor(this.#start / grain); u * grain < this.#end; u += 1) step.touch(u);
    ledger.init(this.#start, this.#end);
    if (unit !== undefined) claim(owners, unit, this.#start, this.#end, step.id);
  }
}

const BEGUN: IteratorResult<string, number> = { done: false, value: '' };

/** @throws Bug where another thread has worked in one of the units of [start, end) */
export function claim(
  owners: Map<number, number>,
  unit: number,
  start: number,
  end: number,
  task: number,
): void {
  for (let u = Math.floor(start / unit); u * unit < end; u += 1) {
    const owner = owners.get(u) ?? task;
    bugOn(owner !== task, `section ${u} is shared by two threads of one job`);
    owners.set(u, task);
  }
}

/** @throws Bug where padata's works are not all back in the pool */
export function expectFullPool(k: Kernel): void {
  const free = padataFreeWorks(k);
  bugOn(free !== k.topology.nrPossible, `${free} of ${k.topology.nrPossible} works are back in the pool`);
}
