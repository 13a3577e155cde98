// What a kernel thread has at hand wherever it runs: shared memory, the kernel's functions by name, the machine's CPUs, and
// the way to the log. Each JavaScript thread makes its own; what they share is in `mem`.
import { Bug } from '../lib/bug.ts';
import type { CpuId, Nid } from '../lib/units.ts';
import type { Memory } from '../cpu/memory.ts';
import type { EntryName, Kthread, Word, WorkName } from '../cpu/op.ts';
import { initListHead } from './list.ts';
import type { PadataRules } from './padata/rules.ts';
import { PADATA_6_1 } from './padata/profiles.ts';
import type { TraceEvent } from './trace.ts';

/** A function that a word can name: a kernel thread's, a work's, a callback's. */
export type KernelFunction = (k: Kernel, arg: Word) => Kthread;

/** The kernel's functions and leaves, each with an address: the same on every CPU, as all are built from the same lists. */
export class KernelText {
  readonly #names: string[] = [];
  readonly #functions: (KernelFunction | undefined)[] = [];
  readonly #addresses = new Map<string, number>();

  constructor(functions: Readonly<Record<EntryName, KernelFunction>>, leaves: readonly WorkName[] = []) {
    for (const [name, fn] of Object.entries(functions)) this.#add(name, fn);
    for (const name of leaves) this.#add(name, undefined);
  }

  #add(name: string, fn: KernelFunction | undefined): void {
    this.#names.push(name);
    this.#functions.push(fn);
    this.#addresses.set(name, this.#names.length);
  }

  /** The number that stands for a function in shared memory; never 0. */
  address(name: string): number {
    const address = this.#addresses.get(name);
    if (address === undefined) throw new Bug(`the kernel has no function ${name}`);
    return address;
  }

  name(address: number): string {
    return this.#names[address - 1] ?? `0x${address.toString(16)}`;
  }

  at(address: number): KernelFunction {
    const fn = this.#functions[address - 1];
    if (fn === undefined) throw new Bug(`jump to ${this.name(address)}`);
    return fn;
  }

  named(name: string): KernelFunction {
    return this.at(this.address(name));
  }
}

/** The machine's CPUs and nodes, as setup_arch found them. Does not change while threads run. */
export interface Topology {
  /** nr_cpu_ids: one past the highest possible CPU. */
  readonly nrCpuIds: number;
  /** num_possible_cpus(). */
  readonly nrPossible: number;
  /** Node of each CPU by its number; -1 where unknown. */
  readonly nodeOfCpu: readonly Nid[];
  readonly nrNodeIds: number;
}

/** Where the kernel's static data is in shared memory; see data.ts. */
export interface Kernel {
  readonly mem: Memory;
  readonly text: KernelText;
  readonly topology: Topology;
  readonly data: KernelData;
  /** CPUs of each node by its number, ascending: cpumask_of_node() with all CPUs up. */
  readonly cpusOfNode: readonly (readonly CpuId[])[];
  /** The version's rules for multithreaded jobs. */
  readonly padata: PadataRules;
  /** pr_info() and pr_warn(). */
  readonly prInfo: (text: string) => void;
  readonly prWarn: (text: string) => void;
  readonly trace: (event: TraceEvent) => void;
}

/** Words of the kernel's static data. */
export interface KernelData {
  /** cpu_online_mask: bit b of word w is CPU 32 w + b. */
  readonly cpuOnlineMask: Word;
  readonly maskWords: number;
  /** cpu_hotplug_lock. */
  readonly cpuHotplugLock: Word;
  /** Per-CPU kernels' hotplug callbacks: a list of padata instances. */
  readonly padataInstances: Word;
  /** worker_pool of each node for unbound work, then one for CPUs without a node. */
  readonly unboundPools: Word;
  /** worker_pool of each CPU; 0 until workqueue_init. */
  readonly cpuPools: Word;
  readonly padataWorksLock: Word;
  /** padata_free_works, a list head. */
  readonly padataFreeWorks: Word;
  /** Node that the last numa-aware work went to (6.9). */
  readonly padataLastUsedNid: Word;
  /** pgdat_init_n_undone. */
  readonly pgdatInitNUndone: Word;
  /** pgdat_init_all_done_comp. */
  readonly pgdatInitAllDone: Word;
  /** The deferred_pages static branch: 1 while struct pages may be missing. */
  readonly deferredPages: Word;
  /** For each node: node_size_lock, first_deferred_pfn. */
  readonly pgdats: Word;
  /** Readers of RCU, and the word that counts grace periods. */
  readonly rcuReaders: Word;
  /** First word after all of it. */
  readonly end: Word;
}

/** Bits of a CPU mask that one word holds. */
export const MASK_BITS = 32;
/** Words of a worker_pool; see workqueue.ts. */
export const POOL_WORDS = 16;

/** Lays the static data out from `base` on: a function of the topology alone, so that every CPU finds the same. */
export function layoutKernelData(topology: Topology, base: Word): KernelData {
  let next = base;
  const words = (count: number): Word => {
    const at = next;
    next += count;
    return at;
  };
  const maskWords = Math.ceil(topology.nrCpuIds / MASK_BITS);
  return {
    maskWords,
    cpuOnlineMask: words(maskWords),
    cpuHotplugLock: words(1),
    padataInstances: words(2),
    unboundPools: words(POOL_WORDS * (topology.nrNodeIds + 1)),
    cpuPools: words(topology.nrCpuIds),
    padataWorksLock: words(1),
    padataFreeWorks: words(2),
    padataLastUsedNid: words(1),
    pgdatInitNUndone: words(1),
    pgdatInitAllDone: words(2),
    deferredPages: words(1),
    pgdats: words(2 * topology.nrNodeIds),
    rcuReaders: words(2),
    end: next,
  };
}

/** What to make a Kernel of. */
export interface KernelParts {
  readonly mem: Memory;
  readonly text: KernelText;
  readonly topology: Topology;
  /** 6.1's where it is left out. */
  readonly padata?: PadataRules;
  readonly prInfo?: (text: string) => void;
  readonly prWarn?: (text: string) => void;
  readonly trace?: (event: TraceEvent) => void;
}

const silent = (): void => undefined;

/** The kernel on fresh memory, all static data zero but CPU 0 online. The static data is at the memory's first words. */
export function bootKernel(parts: KernelParts): Kernel {
  const data = layoutKernelData(parts.topology, 0);
  const base = parts.mem.alloc(data.end);
  const k = attachKernel(parts, base);
  k.mem.store(k.data.cpuOnlineMask, 1);
  // LIST_HEAD(): empty from the start, so that a job before padata_init() finds no works
  for (const head of [k.data.padataFreeWorks, k.data.padataInstances]) initListHead(k.mem, head);
  return k;
}

/** The same kernel as seen from another JavaScript thread: `base` is where bootKernel() put the static data. */
export function attachKernel(parts: KernelParts, base: Word = 1): Kernel {
  return {
    prInfo: silent,
    prWarn: silent,
    trace: silent,
    padata: PADATA_6_1,
    ...parts,
    data: layoutKernelData(parts.topology, base),
    cpusOfNode: cpusOfNode(parts.topology),
  };
}

function cpusOfNode({ nodeOfCpu, nrNodeIds }: Topology): CpuId[][] {
  const lists: CpuId[][] = Array.from({ length: nrNodeIds }, () => []);
  nodeOfCpu.forEach((node, cpu) => lists[node]?.push(cpu));
  return lists;
}

/** The CPUs of a mask in ascending order. */
export function cpusOfMask(k: Kernel, mask: Word): CpuId[] {
  const cpus: CpuId[] = [];
  for (let w = 0; w < k.data.maskWords; w += 1) {
    const bits = k.mem.readOnce(mask + w);
    for (let b = 0; bits !== 0 && b < MASK_BITS; b += 1)
      if (Math.floor(bits / 2 ** b) % 2 === 1) cpus.push(w * MASK_BITS + b);
  }
  return cpus;
}
