// padata's serial life: objects handed in by several threads while CPUs come and go and masks change. Expect: each accepted object
// is called back once, after all that came before it are done, and in order on its callback CPU.
import type { CpuId } from '../lib/units.ts';
import { waitOf, atomicAddReturn, type Kthread, type Word } from '../cpu/op.ts';
import type { Scenario, StepWork } from '../cpus/simulated/explore/scenario.ts';
import {
  complete,
  COMPLETION_FIELDS,
  COMPLETION_WORDS,
  initCompletion,
  waitForCompletion,
} from '../kernel/completion.ts';
import { cpusOfMask, type Kernel, type KernelFunction } from '../kernel/kernel.ts';
import { kthreadRun } from '../kernel/kthread.ts';
import {
  padataAlloc,
  padataAllocShell,
  padataDoParallel,
  padataDoSerial,
  padataInit,
  padataSetCpumask,
} from '../kernel/padata.ts';
import { hotplugCpuDown, hotplugCpuUp } from '../kernel/padata/hotplug.ts';
import { SEQ_WRAP } from '../kernel/padata/parallel-data.ts';
import {
  EBUSY,
  PADATA_PRIV_WORDS,
  PADATA_RESET,
  PD_CPU,
  PD_PROCESSED,
  PD_SEQ_NR,
  pdPcpu,
  PINST_FLAGS,
  PRIV_CB_CPU,
  PRIV_FIELDS,
  PRIV_INFO,
  PRIV_PARALLEL,
  PRIV_PD,
  PRIV_SEQ_NR,
  PRIV_SERIAL,
  SHELL_PD,
  SHELL_PINST,
} from '../kernel/padata/structs.ts';
import { workqueueInit } from '../kernel/workqueue.ts';
import { called, expectOnce, unseen, type Seen } from './serial-check.ts';
import { expectFullPool, UNITS, worldMaker, worldText } from './world.ts';

/** One thing that somebody does to the CPUs while objects are in flight. */
export type Disturbance =
  | { readonly kind: 'down' | 'up'; readonly cpu: CpuId }
  | { readonly kind: 'parallel' | 'serial'; readonly cpus: readonly CpuId[] };

export interface SerialOptions {
  readonly name: string;
  readonly about: string;
  readonly cpus: number;
  readonly submitters: number;
  /** Objects of each. */
  readonly objects: number;
  /** Threads that disturb, each with its list. */
  readonly disturb?: readonly (readonly Disturbance[])[];
  /** padata_do_serial(), or a version of it with a fault. */
  readonly doSerial?: KernelFunction;
  /** Touching memory that was given back is no failure. */
  readonly lenient?: boolean;
  /** The first object's sequence number. */
  readonly firstSeqNr?: number;
}

export function serialScenario<Name extends string>(
  options: SerialOptions & { readonly name: Name },
): Scenario<Name> {
  const { name, about, cpus, submitters, objects, disturb = [], doSerial = padataDoSerial } = options;
  const runs = new WeakMap<Kernel['mem'], Seen[]>();
  const seenIn = (k: Kernel): Seen[] => runs.get(k.mem) as Seen[];
  const callback: KernelFunction = function* (k, padata) {
    const seen = seenIn(k)[k.mem.load(padata + PRIV_INFO)] as Seen;
    seen.pd = k.mem.load(padata + PRIV_PD);
    seen.seqNr = k.mem.load(padata + PRIV_SEQ_NR);
    seen.cbCpu = k.mem.load(padata + PRIV_CB_CPU);
    yield { op: 'run', work: UNITS, arg: k.mem.load(padata + PRIV_INFO), start: 0, end: 1 };
    seen.parallel += 1;
    yield* doSerial(k, padata);
  };
  const serialised: KernelFunction = function* (k, padata) {
    called(seenIn(k), k.mem.load(padata + PRIV_INFO));
  };
  const submitter: KernelFunction = function* (k, arg) {
    const [shell, shared, first] = [0, 1, 2].map((i) => k.mem.readOnce(arg + i)) as [Word, Word, number];
    for (let i = 0; i < objects; i += 1) yield* submit(k, shell, first + i, seenIn(k));
    yield* oneDone(k, shared);
  };
  const disturber: KernelFunction = function* (k, arg) {
    const [shell, shared, index] = [0, 1, 2].map((i) => k.mem.readOnce(arg + i)) as [Word, Word, number];
    const pinst = k.mem.readOnce(shell + SHELL_PINST);
    for (const step of disturb[index] ?? []) yield* disturbOnce(k, pinst, step);
    yield* oneDone(k, shared);
  };
  const text = worldText({ callback, serialised, submitter, disturber });
  const world = worldMaker({ nodeOfCpu: new Array<number>(cpus).fill(0), text });
  // where padata_alloc_shell() puts it, in every run: the prelude may be kept
  const state = { shell: 0 };
  const works = { [UNITS]: work };
  return {
    name,
    about,
    cpus,
    lenient: options.lenient === true,
    setup: (mem) => {
      const k = world(mem);
      const seen = Array.from({ length: submitters * objects }, unseen);
      runs.set(mem, seen);
      return {
        prelude: prelude(k, state, options.firstSeqNr),
        preludeInMemory: true,
        boot: boot(k, state, options),
        spawn: (entry, arg) => text.named(entry)(k, arg),
        works,
        check: () => {
          for (const object of seen) expectOnce(object);
          expectFullPool(k);
        },
      };
    },
  };
}

const work: StepWork = function* (arg, _start, _end, step) {
  yield step.told ? `object ${arg}` : '';
  return 1;
};

function* prelude(k: Kernel, state: { shell: Word }, firstSeqNr: number | undefined): Kthread {
  yield* workqueueInit(k);
  padataInit(k);
  const pinst = yield* padataAlloc(k);
  state.shell = yield* padataAllocShell(k, pinst);
  if (firstSeqNr === undefined) return;
  const pd = k.mem.readOnce(state.shell + SHELL_PD);
  const pcpus = cpusOfMask(k, pdPcpu(pd));
  k.mem.writeOnce(pd + PD_SEQ_NR, (firstSeqNr + SEQ_WRAP - 1) % SEQ_WRAP);
  k.mem.writeOnce(pd + PD_PROCESSED, firstSeqNr);
  k.mem.writeOnce(pd + PD_CPU, pcpus[firstSeqNr % pcpus.length] as CpuId);
}

/** Hands one object in; waits while the instance's CPUs change. */
function* submit(k: Kernel, shell: Word, id: number, seen: readonly Seen[]): Kthread {
  const { mem } = k;
  const padata = mem.alloc(PADATA_PRIV_WORDS);
  mem.fresh(padata, PADATA_PRIV_WORDS, `object ${id}`, PRIV_FIELDS);
  mem.store(padata + PRIV_INFO, id);
  mem.store(padata + PRIV_PARALLEL, k.text.address('callback'));
  mem.store(padata + PRIV_SERIAL, k.text.address('serialised'));
  const flags = mem.readOnce(shell + SHELL_PINST) + PINST_FLAGS;
  for (;;) {
    const error = yield* padataDoParallel(k, shell, padata, id % k.topology.nrCpuIds);
    if (error !== EBUSY) {
      (seen[id] as Seen).accepted = error === 0;
      return;
    }
    for (let now = mem.readOnce(flags); (now & PADATA_RESET) !== 0; now = mem.readOnce(flags))
      yield waitOf(flags, now);
  }
}

function* disturbOnce(k: Kernel, pinst: Word, step: Disturbance): Kthread {
  switch (step.kind) {
    case 'down':
      yield* hotplugCpuDown(k, step.cpu);
      return;
    case 'up':
      yield* hotplugCpuUp(k, step.cpu);
      return;
    default:
      yield* padataSetCpumask(k, pinst, step.kind, step.cpus);
  }
}

function* oneDone(k: Kernel, shared: Word): Kthread {
  if ((yield* atomicAddReturn(shared, -1)) === 0) yield* complete(k, shared + 1);
}

function* boot(k: Kernel, state: { shell: Word }, options: SerialOptions): Kthread {
  const { mem } = k;
  const disturbers = options.disturb?.length ?? 0;
  const shared = mem.alloc(1 + COMPLETION_WORDS);
  mem.fresh(shared, 1 + COMPLETION_WORDS, 'threads', ['running', ...COMPLETION_FIELDS]);
  mem.writeOnce(shared, options.submitters + disturbers);
  initCompletion(k, shared + 1);
  const argOf = (value: number): Word => {
    const arg = mem.alloc(3);
    mem.fresh(arg, 3, 'argument', ['shell', 'threads', 'value']);
    [state.shell, shared, value].forEach((word, i) => mem.writeOnce(arg + i, word));
    return arg;
  };
  for (let i = 0; i < options.submitters; i += 1)
    yield* kthreadRun('submitter', argOf(i * options.objects), `submit${i}`);
  for (let i = 0; i < disturbers; i += 1) yield* kthreadRun('disturber', argOf(i), `disturb${i}`);
  yield* waitForCompletion(k, shared + 1);
}
