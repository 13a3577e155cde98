// Deferred init on emulated CPUs: kernel threads, locks and hand-out on the host in virtual time, page loops in the guests.
import { kernelInit } from '../../init/kernel_init.ts';
import { setCpuOnline } from '../../kernel/cpu.ts';
import { bootKernel, KernelText } from '../../kernel/kernel.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { PADATA_FUNCTIONS } from '../../kernel/padata.ts';
import type { TraceEvent } from '../../kernel/trace.ts';
import { WORKQUEUE_FUNCTIONS } from '../../kernel/workqueue.ts';
import type { CpuId } from '../../lib/units.ts';
import { DEFERRED_CHUNK, deferredFunctions } from '../../mm/deferred.ts';
import { PageLedger } from '../../mm/deferred/ledger.ts';
import { LocalMemory } from '../../cpu/memory.ts';
import { simpleCosts } from '../simulated/cost-model.ts';
import type { CostModel } from '../simulated/cost-model.ts';
import { Recorder } from '../simulated/recorder.ts';
import { Simulator } from '../simulated/simulator.ts';
import type { EndingRun, SimEvent } from '../simulated/simulator.ts';
import { bringUpEmulatedCpus } from './bring-up.ts';
import type { EmulatedCpus, EmulatedCpusOptions } from './bring-up.ts';
import type { CpuLost } from './fault.ts';
import { GuestLeaf } from './leaf.ts';
import type { LeafEnd } from './leaf.ts';
import { cpuRecords, EMULATED_RECORD_VERSION } from './record.ts';
import type { EmulatedRecord, HandOut } from './record.ts';
import { EVENT_KINDS } from './events.ts';
import type { EmulatedBoot, EmulatedOptions, EmulatedRunResult } from './run-types.ts';

export type { EmulatedBoot, EmulatedOptions, EmulatedRunResult } from './run-types.ts';

/** Brings CPUs up, then runs deferred init on them. */
export async function runEmulated(
  boot: EmulatedBoot,
  options: EmulatedOptions & EmulatedCpusOptions,
): Promise<EmulatedRunResult> {
  options.signal?.throwIfAborted();
  return runOnEmulatedCpus(boot, await bringUpEmulatedCpus(options), options);
}

/**
 * Runs deferred init to its end on CPUs that are up, and ends them, whatever happens.
 * @throws CpuLost where a CPU is lost: the boot CPU, or any where that is not tolerated
 * @throws Bug where a page is left out or done twice
 */
export async function runOnEmulatedCpus(
  boot: EmulatedBoot,
  cpus: EmulatedCpus,
  options: EmulatedOptions = {},
): Promise<EmulatedRunResult> {
  try {
    options.signal?.throwIfAborted();
    cpus.machine.attachBanks(boot.memmap.memory.banks);
    return await new EmulatedRun(boot, cpus, options).run();
  } finally {
    await cpus.machine.kill();
  }
}

class EmulatedRun {
  readonly #boot: EmulatedBoot;
  readonly #cpus: EmulatedCpus;
  readonly #options: EmulatedOptions;
  readonly #kernel: Kernel;
  readonly #simulator: Simulator;
  readonly #recorder: Recorder;
  readonly #leaf: GuestLeaf;
  readonly #log: EmulatedRunResult['log'][number][] = [];
  readonly #handOuts: HandOut[] = [];
  readonly #host: EmulatedRunResult['host'][number][] = [];
  readonly #lost: CpuLost[] = [];
  /** Guest instructions of the chunk that is being begun. */
  #instructions = 0;
  /** How the chunk came out that is being ended. */
  #settled: LeafEnd | null = null;
  readonly #originNs = performance.now() * 1e6;

  constructor(boot: EmulatedBoot, cpus: EmulatedCpus, options: EmulatedOptions) {
    const { topology, deferred } = boot;
    this.#boot = boot;
    this.#cpus = cpus;
    this.#options = options;
    const memory = new LocalMemory();
    this.#recorder = new Recorder(new Map(deferred.nodes.map((node) => [node.nid, node.zoneName])));
    const functions = { ...WORKQUEUE_FUNCTIONS, ...PADATA_FUNCTIONS, ...deferredFunctions(deferred) };
    const text = new KernelText(functions, [DEFERRED_CHUNK]);
    this.#kernel = bootKernel({
      ...{ mem: memory, text, topology, ...(boot.padata && { padata: boot.padata }) },
      prInfo: (line) => this.#say('info', line),
      prWarn: (line) => this.#say('warn', line),
      trace: (event) => this.#trace(event),
    });
    this.#leaf = new GuestLeaf({
      ...{ cpus, deferred, memmap: boot.memmap, ledger: new PageLedger(), loop: options.loop ?? 'sse' },
      ...{ fault: options.fault ?? null, onPages: options.onPages },
      nowNs: () => this.#hostNs(),
    });
    this.#simulator = new Simulator({
      cpus: Array.from({ length: topology.nrCpuIds }, (_, cpu) => ({ node: topology.nodeOfCpu[cpu] ?? -1 })),
      ...{ memory, cost: this.#costs(), hz: deferred.hz, seed: options.seed },
      spawn: (entry, arg) => text.named(entry)(this.#kernel, arg),
      works: { [DEFERRED_CHUNK]: (arg, start, end, cpu) => this.#begin(arg, start, end, cpu) },
      onEvent: (event) => this.#event(event),
    });
  }

  async run(): Promise<EmulatedRunResult> {
    const { online } = this.#cpus; // they are up: nothing can fail here any more
    const init = { ...this.#boot, present: online, maxCpus: online.length };
    await this.#simulator.runSettled(kernelInit(this.#kernel, init), (run) => this.#settle(run));
    const wallNs = this.#hostNs();
    this.#leaf.expectAll();
    const { jobs, serial, deferredInit, grow } = this.#recorder;
    const lostCpus = this.#lost.map(({ cpu }) => cpu);
    const workers = this.#cpus.machine.liveWorkers;
    return {
      ...{ jobs, serial, deferredInit, grow, log: this.#log },
      ...{ lines: this.#cpus.lines, broughtUp: this.#cpus.online },
      lost: [...this.#cpus.failed, ...this.#lost],
      online: this.#cpus.online.filter((cpu) => !lostCpus.includes(cpu)),
      ...{ record: await this.#record(), wallNs, host: this.#host, workers },
    };
  }

  /** A nanosecond for each guest instruction; no CPU slows another down. */
  #costs(): CostModel {
    const { stepNs, wakeNs, startNs, cpuUpNs } = simpleCosts();
    return {
      ...{ stepNs, wakeNs, startNs, cpuUpNs },
      workNs: () => this.#instructions,
      domain: (run) => run.cpu,
      rates: (_runs, rates) => rates.fill(1),
    };
  }

  #begin(arg: number, start: number, end: number, cpu: CpuId): ReturnType<GuestLeaf['begin']> {
    const done = this.#leaf.begin(arg, start, end, cpu);
    this.#instructions = done.instructions;
    return done;
  }

  async #settle(run: EndingRun): Promise<boolean> {
    const end = await this.#leaf.settle(run);
    this.#options.signal?.throwIfAborted();
    this.#settled = end;
    if (end.lost === null) return true;
    // Without the boot CPU no machine goes on.
    if (!this.#cpus.tolerateCpuLoss || run.cpu === 0) throw end.lost;
    this.#lost.push(end.lost);
    setCpuOnline(this.#kernel, run.cpu, false);
    return false;
  }

  #event(event: SimEvent): void {
    this.#recorder.event(event);
    if (event.kind !== 'run' || this.#settled === null) return;
    const { cpu, start, end, startNs, endNs, done } = event;
    const { instructions, hostStartNs, hostEndNs } = this.#settled;
    this.#handOuts.push({ cpu, start, end, pages: done.pages, startNs, endNs, instructions });
    this.#host.push({ startNs: hostStartNs, endNs: hostEndNs });
  }

  #say(level: 'info' | 'warn', text: string): void {
    this.#log.push({ atNs: this.#simulator.nowNs, level, text });
  }

  #trace(event: TraceEvent): void {
    this.#recorder.trace(event, this.#simulator.where());
  }

  #hostNs(): number {
    return performance.now() * 1e6 - this.#originNs;
  }

  async #record(): Promise<EmulatedRecord> {
    return {
      ...{ version: EMULATED_RECORD_VERSION, seed: this.#options.seed ?? null, kinds: EVENT_KINDS },
      handOuts: this.#handOuts,
      cpus: cpuRecords(await this.#cpus.machine.stop(), this.#cpus),
    };
  }
}
