// What the host and the workers of an SMP machine share beside the window: a state, a mailbox and the last event of each
// CPU, bells to sleep by, and the RAM that a starting CPU copies. Numbers in shared buffers.
import type { CpuId } from '../../lib/units.ts';
import { EVENT_KINDS, FAULTS } from './events.ts';
import type { CpuEvent, EventKind, FaultKind } from './events.ts';
import { ARGUMENTS_MAX, RAM_BYTES } from './layout.ts';

/**
 * A CPU waits for its SIPI, has got one, runs, sleeps (HLT with interrupts on), or is dead. CPU 0 starts at power-on.
 */
export const CPU_STATES = ['waiting', 'starting', 'running', 'asleep', 'dead'] as const;
export type CpuState = (typeof CPU_STATES)[number];

/** Distance of words that different threads write, in 32-bit words: a cache line. */
const LINE = 16;
const STOP = 0;
const HOST_BELL = LINE;
const COPIES = 2 * LINE;
const WORKERS = 3 * LINE;
/** For each worker: its bell and news for it, its heartbeat. */
const WORKER_INTS = 2 * LINE;
/** For each CPU, in 32-bit words. */
const CPU_INTS = 2 * LINE;
const STATE = 0;
const VECTOR = 1;
const RESET = 2;
const ASKED = 3;
const ANSWERED = 4;
const COMMAND = 5;
const ARGUMENTS = 6;
const BANK = 7;
const RESULT = 8;
const REPORTED = 9;
const APIC_ID = 10;
const CPUID = 11;
const TSC = 12;
const SIGNAL = 13;
const FAULT = 14;
const EVENT_KIND = 15;
/** For each CPU, in 64-bit floats. */
const CPU_FLOATS = 8;
const INSTRUCTIONS = 0;
const BUDGET = 1;
const EVENT_AT = 2;
const EVENT_A = 3;
const EVENT_B = 4;
const DONE_AT = 5;

/** A bit above every 8-bit value, so that 0 means none yet. */
const SIGNALLED = 0x100;

/** What a CPU told of itself when it started. */
export interface CpuReport {
  /** Its local APIC's ID register. */
  readonly apicIdRegister: number;
  /** EBX of its CPUID leaf 1. */
  readonly cpuidEbx: number;
}

export class Control {
  readonly buffer: SharedArrayBuffer;
  readonly ram: SharedArrayBuffer;
  readonly #ints: Int32Array;
  readonly #floats: Float64Array;
  readonly #arguments: Uint32Array;
  readonly #cpusAt: number;

  /** A view of buffers that create() made for as many CPUs and workers. */
  constructor(buffers: { buffer: SharedArrayBuffer; ram: SharedArrayBuffer }, cpus: number, workers: number) {
    this.buffer = buffers.buffer;
    this.ram = buffers.ram;
    this.#cpusAt = WORKERS + workers * WORKER_INTS;
    const ints = this.#cpusAt + cpus * CPU_INTS;
    this.#ints = new Int32Array(this.buffer, 0, ints);
    this.#floats = new Float64Array(this.buffer, ints * 4, cpus * CPU_FLOATS);
    this.#arguments = new Uint32Array(this.buffer, ints * 4 + cpus * CPU_FLOATS * 8);
  }

  static create(cpus: number, workers: number): Control {
    const ints = WORKERS + workers * WORKER_INTS + cpus * CPU_INTS;
    const bytes = ints * 4 + cpus * (CPU_FLOATS * 8 + ARGUMENTS_MAX * 4);
    const buffers = { buffer: new SharedArrayBuffer(bytes), ram: new SharedArrayBuffer(RAM_BYTES) };
    return new Control(buffers, cpus, workers);
  }

  /** Whether the machine is to end. */
  get stopped(): boolean {
    return Atomics.load(this.#ints, STOP) !== 0;
  }

  stop(): void {
    Atomics.store(this.#ints, STOP, 1);
    for (let at = WORKERS; at < this.#cpusAt; at += WORKER_INTS) this.#ring(at);
  }

  /** How often the host was told of something. */
  get hostBell(): number {
    return Atomics.load(this.#ints, HOST_BELL);
  }

  ringHost(): void {
    this.#ring(HOST_BELL);
  }

  /** Resolves once the host's bell has rung since it was read as `seen`, or after `ms`. */
  async hostSleep(seen: number, ms: number): Promise<void> {
    const waiting = Atomics.waitAsync(this.#ints, HOST_BELL, seen, ms);
    if (waiting.async) await waiting.value;
  }

  workerBell(worker: number): number {
    return Atomics.load(this.#ints, this.#worker(worker));
  }

  ringWorker(worker: number): void {
    this.#ring(this.#worker(worker));
  }

  workerSleep(worker: number, seen: number, ms: number): void {
    Atomics.wait(this.#ints, this.#worker(worker), seen, ms);
  }

  /** A message waits for the worker. */
  giveNews(worker: number): void {
    Atomics.store(this.#ints, this.#worker(worker) + 1, 1);
    this.ringWorker(worker);
  }

  takeNews(worker: number): boolean {
    const at = this.#worker(worker) + 1;
    return Atomics.load(this.#ints, at) !== 0 && Atomics.exchange(this.#ints, at, 0) !== 0;
  }

  /** A worker is alive: counted at each look at its CPUs. */
  beat(worker: number): void {
    Atomics.add(this.#ints, this.#worker(worker) + LINE, 1);
  }

  heartbeat(worker: number): number {
    return Atomics.load(this.#ints, this.#worker(worker) + LINE);
  }

  state(cpu: CpuId): CpuState {
    return CPU_STATES[Atomics.load(this.#ints, this.#cpu(cpu) + STATE)] ?? 'dead';
  }

  setState(cpu: CpuId, state: CpuState): void {
    Atomics.store(this.#ints, this.#cpu(cpu) + STATE, CPU_STATES.indexOf(state));
  }

  /** A SIPI: the CPU starts where it waits for one; false elsewhere. */
  startAt(cpu: CpuId, vector: number): boolean {
    const at = this.#cpu(cpu);
    this.#ints[at + VECTOR] = vector;
    return Atomics.compareExchange(this.#ints, at + STATE, 0, 1) === 0;
  }

  vector(cpu: CpuId): number {
    return this.#ints[this.#cpu(cpu) + VECTOR] ?? 0;
  }

  /** INIT: the CPU's worker resets it at its next look. */
  askReset(cpu: CpuId): void {
    Atomics.store(this.#ints, this.#cpu(cpu) + RESET, 1);
  }

  takeReset(cpu: CpuId): boolean {
    return Atomics.exchange(this.#ints, this.#cpu(cpu) + RESET, 0) !== 0;
  }

  /** Posts a command; the CPU answers it once asleep. `budget`: instructions that it may take. */
  ask(
    cpu: CpuId,
    request: { command: number; arguments: readonly number[]; bank: number; budget: number },
  ): void {
    const at = this.#cpu(cpu);
    this.#ints[at + COMMAND] = request.command;
    this.#ints[at + ARGUMENTS] = request.arguments.length;
    this.#ints[at + BANK] = request.bank;
    this.#arguments.set(request.arguments, cpu * ARGUMENTS_MAX);
    this.#floats[cpu * CPU_FLOATS + BUDGET] = request.budget;
    Atomics.add(this.#ints, at + ASKED, 1);
  }

  /** Whether a command waits for its answer. */
  asked(cpu: CpuId): boolean {
    const at = this.#cpu(cpu);
    return Atomics.load(this.#ints, at + ASKED) !== Atomics.load(this.#ints, at + ANSWERED);
  }

  request(cpu: CpuId): { command: number; arguments: Uint32Array; bank: number; budget: number } {
    const at = this.#cpu(cpu);
    const first = cpu * ARGUMENTS_MAX;
    const count = this.#ints[at + ARGUMENTS] ?? 0;
    return {
      command: this.#ints[at + COMMAND] ?? 0,
      arguments: this.#arguments.subarray(first, first + count),
      bank: this.#ints[at + BANK] ?? 0,
      budget: this.#floats[cpu * CPU_FLOATS + BUDGET] ?? 0,
    };
  }

  answer(cpu: CpuId, result: number, at: number): void {
    const base = this.#cpu(cpu);
    this.#ints[base + RESULT] = result;
    this.#floats[cpu * CPU_FLOATS + DONE_AT] = at;
    Atomics.store(this.#ints, base + ANSWERED, Atomics.load(this.#ints, base + ASKED));
  }

  /** The last answer, and the CPU's instruction count when it gave it. */
  answered(cpu: CpuId): { result: number; at: number } {
    const result = (this.#ints[this.#cpu(cpu) + RESULT] ?? 0) >>> 0;
    return { result, at: this.#floats[cpu * CPU_FLOATS + DONE_AT] ?? 0 };
  }

  /** Notes one half of a CPU's report; it is complete with both. */
  tell(cpu: CpuId, what: 'apicId' | 'cpuid', value: number): void {
    const at = this.#cpu(cpu);
    this.#ints[at + (what === 'apicId' ? APIC_ID : CPUID)] = value;
    Atomics.or(this.#ints, at + REPORTED, what === 'apicId' ? 1 : 2);
  }

  report(cpu: CpuId): CpuReport | null {
    const at = this.#cpu(cpu);
    if (Atomics.load(this.#ints, at + REPORTED) !== 3) return null;
    const word = (index: number): number => (this.#ints[at + index] ?? 0) >>> 0;
    return { apicIdRegister: word(APIC_ID), cpuidEbx: word(CPUID) };
  }

  setTsc(cpu: CpuId, value: number): void {
    this.#ints[this.#cpu(cpu) + TSC] = value;
  }

  /** What the CPU last wrote to port 0xF4; null for nothing yet. */
  signal(cpu: CpuId): number | null {
    const value = Atomics.load(this.#ints, this.#cpu(cpu) + SIGNAL);
    return value === 0 ? null : value - SIGNALLED;
  }

  setSignal(cpu: CpuId, value: number): void {
    Atomics.store(this.#ints, this.#cpu(cpu) + SIGNAL, SIGNALLED + value);
  }

  setFault(cpu: CpuId, kind: FaultKind): void {
    this.#ints[this.#cpu(cpu) + FAULT] = FAULTS.indexOf(kind);
    this.setState(cpu, 'dead');
  }

  /** Why a dead CPU is dead. */
  fault(cpu: CpuId): FaultKind {
    return FAULTS[this.#ints[this.#cpu(cpu) + FAULT] ?? 0] ?? 'hang';
  }

  setInstructions(cpu: CpuId, count: number): void {
    this.#floats[cpu * CPU_FLOATS + INSTRUCTIONS] = count;
  }

  instructions(cpu: CpuId): number {
    return this.#floats[cpu * CPU_FLOATS + INSTRUCTIONS] ?? 0;
  }

  setLastEvent(cpu: CpuId, at: number, kind: EventKind, a: number, b: number): void {
    const first = cpu * CPU_FLOATS;
    this.#floats[first + EVENT_AT] = at;
    this.#floats[first + EVENT_A] = a;
    this.#floats[first + EVENT_B] = b;
    this.#ints[this.#cpu(cpu) + EVENT_KIND] = EVENT_KINDS.indexOf(kind) + 1;
  }

  lastEvent(cpu: CpuId): CpuEvent | null {
    const kind = EVENT_KINDS[(this.#ints[this.#cpu(cpu) + EVENT_KIND] ?? 0) - 1];
    const [at = 0, a = 0, b = 0] = this.#floats.subarray(cpu * CPU_FLOATS + EVENT_AT);
    return kind === undefined ? null : { at, kind, a, b };
  }

  /**
   * Claims the RAM copy for `starters` CPUs of other workers; false while an earlier one is not taken by all. 0 to -1
   * while it is written, then as many as will copy it.
   */
  claimRam(): boolean {
    return Atomics.compareExchange(this.#ints, COPIES, 0, -1) === 0;
  }

  offerRam(starters: number): void {
    Atomics.store(this.#ints, COPIES, starters);
  }

  /** One CPU has copied it. */
  ramTaken(): void {
    Atomics.sub(this.#ints, COPIES, 1);
    Atomics.notify(this.#ints, COPIES);
  }

  /** Sleeps a little while the RAM copy is in use. */
  ramSleep(ms: number): void {
    const copies = Atomics.load(this.#ints, COPIES);
    if (copies !== 0) Atomics.wait(this.#ints, COPIES, copies, ms);
  }

  #ring(at: number): void {
    Atomics.add(this.#ints, at, 1);
    Atomics.notify(this.#ints, at);
  }

  #worker(worker: number): number {
    return WORKERS + worker * WORKER_INTS;
  }

  #cpu(cpu: CpuId): number {
    return this.#cpusAt + cpu * CPU_INTS;
  }
}
