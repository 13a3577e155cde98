// An x86 machine with several CPUs, made of v86 cores in worker threads: the host's side. docs/smp.md says what it offers.
import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { InputError } from '../../lib/input-error.ts';
import type { CpuId } from '../../lib/units.ts';
import type { FwCfgFile } from '../../board/fw-cfg.ts';
import { Control } from './control.ts';
import type { CpuReport } from './control.ts';
import { CpuLost } from './fault.ts';
import type { LossKind } from './fault.ts';
import { apicIdOf, icrHighOf } from './lapic.ts';
import { ARGUMENTS_MAX, COMMANDS, LAPIC_DEFAULT } from './layout.ts';
import { APIC_ID_MAX_NARROW, checkBanks, checkOptions } from './options.ts';
import type { CommandOptions, SmpOptions } from './options.ts';
import type { CpuRemains, WorkerEnd, WorkerSetup } from './messages.ts';

/** What a CPU answered, and its instruction count then. */
export interface SmpAnswer {
  readonly result: number;
  readonly instructions: number;
}

const BUDGET = 50_000_000;
const DEADLINE_MS = 10_000;
const LOOK_MS = 200;

interface WorkerLife {
  readonly worker: Worker;
  readonly later: MessagePort;
  readonly ended: Promise<void>;
  /** Why it ended; '' for as it should, null while it lives. */
  end: string | null;
  remains: readonly CpuRemains[];
  beats: number;
  beatMs: number;
}

/**
 * CPUs made of v86 cores, each with RAM, registers and a local APIC of its own, over one block of shared memory. Made by
 * create() (createSmpMachine() of earlyboot/smp); to be ended by stop() or kill(), or its worker threads stay.
 */
export class SmpMachine {
  readonly cpuCount: number;
  readonly #options: SmpOptions;
  readonly #control: Control;
  readonly #wide: boolean;
  readonly #workers: WorkerLife[] = [];

  private constructor(options: SmpOptions) {
    checkOptions(options);
    this.#options = options;
    this.cpuCount = options.cpus.length;
    this.#wide = options.cpus.some(({ apicId }) => apicId > APIC_ID_MAX_NARROW);
    const workers = Math.max(1, Math.min(options.workers, this.cpuCount));
    this.#control = Control.create(this.cpuCount, workers);
    for (let i = 0; i < workers; i += 1) this.#workers.push(this.#startWorker(i, workers));
  }

  /**
   * Makes the machine and switches it on. Without a payload of its own the boot CPU is awaited: it has reported and takes
   * commands.
   * @throws CpuLost where it does not come up; InputError for options that cannot be
   */
  static async create(options: SmpOptions): Promise<SmpMachine> {
    const machine = new SmpMachine(options);
    if (options.payload !== undefined) return machine;
    try {
      await machine.#until(0, () => machine.#control.state(0) === 'asleep');
    } catch (error) {
      await machine.kill();
      throw error;
    }
    return machine;
  }

  #startWorker(index: number, workers: number): WorkerLife {
    const { cpus, images, faults, payload } = this.#options;
    const lapicAddress = this.#options.lapicAddress ?? LAPIC_DEFAULT;
    const { port1: later, port2: theirs } = new MessageChannel();
    later.unref();
    const setup: WorkerSetup = {
      ...{
        worker: index,
        workers,
        apicIds: cpus.map(({ apicId }) => apicId),
        wide: this.#wide,
        lapicAddress,
      },
      ...{ control: this.#control.buffer, ram: this.#control.ram },
      ...{ v86: images.v86, windowModules: images.window, firmware: images.firmware },
      ...{ banks: this.#options.banks ?? null, direct: this.#options.direct ?? false, later: theirs },
      files: files(lapicAddress, payload),
      record: this.#options.record ?? false,
      startBudget: this.#options.startBudget ?? BUDGET,
      ...{ deaf: faults?.deaf ?? [], hostClock: faults?.hostClock ?? false },
    };
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
    const worker = new Worker(new URL(`./smp-worker${extension}`, import.meta.url), {
      workerData: setup,
      transferList: [theirs],
    });
    let ended = (): void => undefined;
    const life: WorkerLife = {
      ...{ worker, later, end: null, remains: [], beats: 0, beatMs: this.#options.now() },
      ended: new Promise((resolve) => (ended = resolve)),
    };
    worker.on('message', (message: WorkerEnd) => {
      life.remains = message.cpus;
      life.end = '';
    });
    worker.on(
      'error',
      (error: unknown) => (life.end = error instanceof Error ? error.message : String(error)),
    );
    worker.on('exit', (code) => {
      life.end ??= `exit code ${code}`;
      this.#control.ringHost();
      ended();
    });
    return life;
  }

  /** Puts shared memory in the window of a machine that was made without. Before any command that touches it. */
  attachBanks(banks: readonly WebAssembly.Memory[]): void {
    checkBanks(banks, this.#options.lapicAddress ?? LAPIC_DEFAULT);
    this.#workers.forEach(({ later }, index) => {
      later.postMessage(banks);
      this.#control.giveNews(index);
    });
  }

  /** What a CPU told of itself; null before. */
  report(cpu: CpuId): { readonly apicId: number; readonly cpuid: CpuReport } | null {
    const report = this.#control.report(cpu);
    return report && { apicId: apicIdOf(report.apicIdRegister, this.#wide), cpuid: report };
  }

  /** What a CPU last wrote to port 0xF4; null for nothing yet. */
  signal(cpu: CpuId): number | null {
    return this.#control.signal(cpu);
  }

  /** Waits for a CPU to write to port 0xF4. @throws CpuLost */
  async signalled(cpu: CpuId): Promise<number> {
    await this.#until(cpu, () => this.#control.signal(cpu) !== null);
    return this.#control.signal(cpu) ?? 0;
  }

  /** Instructions that a CPU has executed, as of its last slice. */
  instructions(cpu: CpuId): number {
    return this.#control.instructions(cpu);
  }

  /**
   * Gives a CPU that was started a command with arguments (32 bits each), and waits until it is done and sleeps.
   * @throws CpuLost where it does not within its budget; InputError where it was not started, or has a command in hand
   */
  async command(
    cpu: CpuId,
    command: number,
    args: readonly number[] = [],
    options: CommandOptions = {},
  ): Promise<SmpAnswer> {
    if (args.length > ARGUMENTS_MAX) throw new InputError('schema', `more than ${ARGUMENTS_MAX} arguments`);
    this.#check(cpu);
    if (this.#control.state(cpu) === 'waiting') throw new InputError('schema', `CPU ${cpu} was not started`);
    if (this.#control.asked(cpu)) throw new InputError('schema', `CPU ${cpu} has a command in hand`);
    const { bank = 0, budget = BUDGET } = options;
    this.#control.ask(cpu, { command, arguments: args, bank, budget });
    this.#control.ringWorker(this.#workerOf(cpu));
    await this.#until(cpu, () => !this.#control.asked(cpu));
    const { result, at } = this.#control.answered(cpu);
    return { result, instructions: at };
  }

  /**
   * The boot CPU sends INIT, SIPI, SIPI to another, as Linux does; resolves once that one has reported and sleeps.
   * @throws CpuLost where it does not: `no-answer` where the SIPI had no effect
   */
  async startCpu(cpu: CpuId): Promise<void> {
    await this.command(0, COMMANDS.startAp, [icrHighOf(this.#apicId(cpu), this.#wide)]);
    await this.#up(cpu);
  }

  /** The same to all at once: "all but self" in place of a destination. Who did not come up is in the list. */
  async startOthers(): Promise<CpuLost[]> {
    await this.command(0, COMMANDS.startOthers);
    const others = Array.from({ length: this.cpuCount - 1 }, (_, i) => i + 1);
    const ends = await Promise.allSettled(others.map((cpu) => this.#up(cpu)));
    return ends.flatMap((end) => {
      if (end.status === 'fulfilled') return [];
      if (end.reason instanceof CpuLost) return [end.reason];
      throw end.reason;
    });
  }

  async #up(cpu: CpuId): Promise<void> {
    // The SIPI acts when it is sent: who still waits for one afterwards has not heard it.
    if (this.#control.state(cpu) === 'waiting') throw this.#lost(cpu, 'no-answer', '');
    await this.#until(cpu, () => this.#control.report(cpu) !== null && this.#control.state(cpu) === 'asleep');
  }

  /** Ends the machine in order; what is left of each CPU, by number. CPUs of workers that died are missing. */
  async stop(): Promise<CpuRemains[]> {
    this.#control.stop();
    await Promise.all(this.#workers.map((life) => this.#end(life)));
    return this.#workers.flatMap((life) => [...life.remains]).sort((a, b) => a.cpu - b.cpu);
  }

  async #end(life: WorkerLife): Promise<void> {
    const deadline = setTimeout(() => void life.worker.terminate(), this.#deadlineMs);
    await life.ended;
    clearTimeout(deadline);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#control.stop();
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()));
  }

  /** Ends the worker thread that carries a CPU, with all its CPUs: for tests of what happens then. */
  async killWorkerOf(cpu: CpuId): Promise<void> {
    await this.#workers[this.#workerOf(cpu)]?.worker.terminate();
  }

  /** Worker threads that live. */
  get liveWorkers(): number {
    return this.#workers.filter((life) => life.end === null).length;
  }

  get #deadlineMs(): number {
    return this.#options.deadlineMs ?? DEADLINE_MS;
  }

  #workerOf(cpu: CpuId): number {
    return cpu % this.#workers.length;
  }

  #apicId(cpu: CpuId): number {
    const description = this.#options.cpus[cpu];
    if (description === undefined) throw new InputError('schema', `no CPU ${cpu}`);
    return description.apicId;
  }

  #lost(cpu: CpuId, kind: LossKind, detail: string): CpuLost {
    const name = this.#options.cpus[cpu]?.name ?? cpu;
    return new CpuLost(name, this.#apicId(cpu), kind, detail, this.#control.lastEvent(cpu));
  }

  /** Waits until `done`, as long as the CPU and its worker live. */
  async #until(cpu: CpuId, done: () => boolean): Promise<void> {
    for (;;) {
      const seen = this.#control.hostBell;
      if (done()) return;
      this.#check(cpu);
      await this.#control.hostSleep(seen, LOOK_MS);
    }
  }

  #check(cpu: CpuId): void {
    this.#apicId(cpu);
    const index = this.#workerOf(cpu);
    const life = this.#workers[index];
    if (life === undefined) return;
    if (this.#control.state(cpu) === 'dead') {
      const executed = `${this.#control.instructions(cpu)} instructions executed`;
      throw this.#lost(cpu, this.#control.fault(cpu), executed);
    }
    if (life.end !== null) throw this.#lost(cpu, 'worker-ended', life.end);
    const beats = this.#control.heartbeat(index);
    const now = this.#options.now();
    if (beats !== life.beats) {
      life.beats = beats;
      life.beatMs = now;
    } else if (now - life.beatMs > this.#deadlineMs) {
      throw this.#lost(cpu, 'worker-stuck', `for ${this.#deadlineMs} ms`);
    }
  }
}

function files(lapicAddress: number, payload: Uint8Array | undefined): FwCfgFile[] {
  if (payload) return [{ name: 'opt/earlyboot/payload', bytes: payload }];
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, lapicAddress, true);
  return [{ name: 'opt/earlyboot/smp', bytes }];
}
