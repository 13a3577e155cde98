// What a kernel thread has at hand wherever it runs: shared memory, the kernel's functions by name, the machine's CPUs, and
// the way to the log. Each JavaScript thread makes its own; what they share is in `mem`.
import { Bug } from '../lib/bug.ts';
import type { CpuId } from '../lib/units.ts';
import type { Memory } from '../cpu/memory.ts';
import type { EntryName, Kthread, Word, WorkName } from '../cpu/op.ts';
import { layoutKernelData, MASK_BITS, type KernelData, type Topology } from './data.ts';
import { initListHead } from './list.ts';
import type { Lockdep } from './locking/lockdep.ts';
import type { PadataRules } from './padata/rules.ts';
import { PADATA_6_1 } from './padata/profiles.ts';
import type { TraceEvent } from './trace.ts';

export { layoutKernelData, MASK_BITS, POOL_WORDS, type KernelData, type Topology } from './data.ts';

/** A function that a word can name: a kernel thread's, a work's, a callback's. */
export type KernelFunction = (k: Kernel, arg: Word) => Kthread;

/** A job's thread function that needs locks: does [start, end) and returns 0 or an error below 0. A leaf is the plain kind. */
export type ThreadFn = (k: Kernel, start: number, end: number, arg: number) => Kthread<number>;

/** The kernel's functions and leaves, each with an address: the same on every CPU, as all are built from the same lists. */
export class KernelText {
  readonly #names: string[] = [];
  readonly #functions: (KernelFunction | undefined)[] = [];
  readonly #addresses = new Map<string, number>();

  readonly #threadFns: ReadonlyMap<WorkName, ThreadFn>;

  constructor(
    functions: Readonly<Record<EntryName, KernelFunction>>,
    leaves: readonly WorkName[] = [],
    threadFns: Readonly<Record<WorkName, ThreadFn>> = {},
  ) {
    this.#threadFns = new Map(Object.entries(threadFns));
    for (const [name, fn] of Object.entries(functions)) this.#add(name, fn);
    for (const name of [...leaves, ...this.#threadFns.keys()]) this.#add(name, undefined);
  }

  /** The thread function of that name; undefined for a leaf. */
  threadFn(name: WorkName): ThreadFn | undefined {
    return this.#threadFns.get(name);
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
  /** Checks the order of locks where somebody asked for it. */
  readonly lockdep?: Lockdep | undefined;
  /** Fault injection, as CONFIG_FAULT_INJECTION: whether what is named fails, `at` this place. */
  readonly shouldFail?: ((what: Failure, at: number) => boolean) | undefined;
}

/** What can be made to fail: making the n-th helper, pinning or allocating at a page. */
export type Failure = 'kthread' | 'pin' | 'alloc';

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
  readonly lockdep?: Lockdep;
  readonly shouldFail?: (what: Failure, at: number) => boolean;
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
    let bits = k.mem.readOnce(mask + w);
    for (let cpu = w * MASK_BITS; bits !== 0; cpu += 1) {
      if (bits % 2 === 1) cpus.push(cpu);
      bits = Math.floor(bits / 2);
    }
  }
  return cpus;
}
