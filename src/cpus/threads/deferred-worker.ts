// The kernel as a worker thread sees it during deferred init: the functions behind the names, over shared words and shared
// struct pages. Everything here is made of plain data that crossed from the thread that booted.
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import { kernelInit, type GrowCall } from '../../init/kernel_init.ts';
import { attachKernel, KernelText } from '../../kernel/kernel.ts';
import type { Topology } from '../../kernel/kernel.ts';
import { PADATA_FUNCTIONS } from '../../kernel/padata.ts';
import { padataRules, type PadataChoices } from '../../kernel/padata/profiles.ts';
import { runtimeVariant, type RuntimeVariant } from '../../kernel/padata/rfc2022/rules.ts';
import type { TraceEvent } from '../../kernel/trace.ts';
import { WORKQUEUE_FUNCTIONS } from '../../kernel/workqueue.ts';
import { DEFERRED_CHUNK, deferredFunctions, nodeOfArg, zoneArg } from '../../mm/deferred.ts';
import type { DeferredContext } from '../../mm/deferred.ts';
import { deferredRules, type DeferredChoices } from '../../mm/deferred/profiles.ts';
import { Memmap } from '../../mm/memmap.ts';
import type { MemmapMemory, MemmapShape } from '../../mm/memmap.ts';
import { deferredInitMemmapChunk } from '../../mm/memmap/deferred_chunk.ts';
import type { Word } from '../../cpu/op.ts';
import type { CreateKernel } from './threads-worker.ts';

/** The root thread of a run. */
export const KERNEL_INIT = 'kernelInitFreeable';

/** Plain data: rules are the choices that they are made of, hooks are tables of their results. */
export interface DeferredKernelData {
  /** Where bootKernel() put the static data. */
  readonly base: Word;
  readonly topology: Topology;
  readonly nodes: DeferredContext['nodes'];
  readonly hz: number;
  readonly deferredRules: DeferredChoices;
  readonly padataRules: PadataChoices | RuntimeVariant;
  /** maxThreads() for each list of a node's online CPUs, joined by commas. */
  readonly maxThreads: ReadonlyMap<string, number>;
  /** CPUs that smp_init() brings up, and how many may be online. */
  readonly present: readonly CpuId[];
  readonly maxCpus: number;
  readonly grow: readonly GrowCall[];
  readonly memmap: { readonly shape: MemmapShape; readonly memory: MemmapMemory };
  /** Counts deferred pages that are initialised: shared by all workers. */
  readonly done: BigInt64Array;
}

/** What the kernel tells: a log line or a trace point. */
export type DeferredTold =
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly text: string }
  | { readonly kind: 'trace'; readonly event: TraceEvent };

export const createKernel: CreateKernel = (unknown, mem, tell) => {
  // runOnThreads() made this.
  const data = unknown as DeferredKernelData;
  const say = (told: DeferredTold): void => tell(told);
  const context: DeferredContext = {
    rules: deferredRules(data.deferredRules),
    hz: data.hz,
    nodes: data.nodes,
    maxThreads: (cpus) => data.maxThreads.get(cpus.join()) ?? 1,
  };
  const text = new KernelText(
    {
      ...WORKQUEUE_FUNCTIONS,
      ...PADATA_FUNCTIONS,
      ...deferredFunctions(context),
      [KERNEL_INIT]: (k) => kernelInit(k, { ...data, deferred: context }),
    },
    [DEFERRED_CHUNK],
  );
  const k = attachKernel(
    {
      ...{ mem, text, topology: data.topology },
      padata:
        typeof data.padataRules === 'string'
          ? runtimeVariant(data.padataRules)
          : padataRules(data.padataRules),
      prInfo: (line) => say({ kind: 'log', level: 'info', text: line }),
      prWarn: (line) => say({ kind: 'log', level: 'warn', text: line }),
      trace: (event) => say({ kind: 'trace', event }),
    },
    data.base,
  );
  const memmap = new Memmap(data.memmap.shape, data.memmap.memory);
  const zones = new Map(
    data.nodes.map((node) => [
      zoneArg(node.nid, node.zid),
      { area: memmap.area(node.nid, node.zid), ranges: node.ranges },
    ]),
  );
  return {
    start: (entry, arg) => text.named(entry)(k, arg),
    run: (work, arg, start, end, alive) => {
      const zone = zones.get(arg);
      if (work !== DEFERRED_CHUNK || zone === undefined) throw new Bug(`${work} on node ${nodeOfArg(arg)}`);
      const pages = deferredInitMemmapChunk(memmap, zone.area, zone.ranges, context.rules, start, end, alive);
      Atomics.add(data.done, 0, BigInt(pages));
      return pages;
    },
  };
};
