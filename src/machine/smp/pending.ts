// Threads that were started and wait for a CPU, in shared memory: whoever has an idle CPU takes one.
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';
import type { EntryName, Word } from '../op.ts';

/** A thread that has been started and runs nowhere yet. */
export interface PendingThread {
  readonly id: number;
  readonly entry: EntryName;
  readonly name: string;
  readonly arg: Word;
  /** CPUs it may run on; null for any. */
  readonly cpus: readonly CpuId[] | null;
}

/** Longest name of an entry or a thread in UTF-8, and one byte for its length. */
const TEXT_BYTES = 64;
/** Words of an entry before its texts. */
const USED = 0;
const ID = 1;
const ANY_CPU = 2;
const HEAD_INTS = 4;
const MASK_AT = HEAD_INTS + (2 * TEXT_BYTES + 8) / 4;
/** The lock, the number of threads that wait, and the rest of their cache line. */
const LOCK = 0;
const COUNT = 1;
const LOCK_INTS = 16;

export class PendingThreads {
  readonly buffer: SharedArrayBuffer;
  readonly #cpus: number;
  readonly #slots: number;
  readonly #slotInts: number;
  readonly #ints: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  /** A view of a buffer that create() made for as many CPUs. */
  constructor(buffer: SharedArrayBuffer, cpus: number) {
    this.buffer = buffer;
    this.#cpus = cpus;
    this.#slots = slots(cpus);
    this.#slotInts = slotInts(cpus);
    this.#ints = new Int32Array(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#view = new DataView(buffer);
  }

  static create(cpus: number): PendingThreads {
    return new PendingThreads(new SharedArrayBuffer(4 * (LOCK_INTS + slots(cpus) * slotInts(cpus))), cpus);
  }

  /** Queues a thread; the caller rings the bell for workers that sleep. */
  push(thread: PendingThread): void {
    this.#lock();
    const slot = this.#freeSlot();
    if (slot !== undefined) this.#write(slot, thread);
    if (slot !== undefined) Atomics.add(this.#ints, COUNT, 1);
    this.#unlock();
    if (slot === undefined) throw new Bug(`more than ${this.#slots} threads wait for a CPU`);
  }

  /** Takes the thread that has waited longest among those that `mayRun` gives a CPU. */
  take(
    mayRun: (thread: PendingThread) => CpuId | undefined,
  ): { thread: PendingThread; cpu: CpuId } | undefined {
    if (Atomics.load(this.#ints, COUNT) === 0) return undefined;
    this.#lock();
    let best: { at: number; thread: PendingThread; cpu: CpuId } | undefined;
    for (let i = 0; i < this.#slots; i += 1) {
      const at = LOCK_INTS + i * this.#slotInts;
      if (this.#ints[at + USED] === 0) continue;
      const thread = this.#read(at);
      const cpu = best === undefined || thread.id < best.thread.id ? mayRun(thread) : undefined;
      if (cpu !== undefined) best = { at, thread, cpu };
    }
    if (best) this.#ints[best.at + USED] = 0;
    if (best) Atomics.sub(this.#ints, COUNT, 1);
    this.#unlock();
    return best;
  }

  #freeSlot(): number | undefined {
    for (let i = 0; i < this.#slots; i += 1) {
      const at = LOCK_INTS + i * this.#slotInts;
      if (this.#ints[at + USED] === 0) return at;
    }
    return undefined;
  }

  #write(at: number, thread: PendingThread): void {
    const mask = at + MASK_AT;
    this.#ints[at + USED] = 1;
    this.#ints[at + ID] = thread.id;
    this.#ints[at + ANY_CPU] = thread.cpus === null ? 1 : 0;
    const text = (at + HEAD_INTS) * 4;
    this.#writeText(text, thread.entry);
    this.#writeText(text + TEXT_BYTES, thread.name);
    this.#view.setFloat64(text + 2 * TEXT_BYTES, thread.arg);
    this.#ints.fill(0, mask, at + this.#slotInts);
    for (const cpu of thread.cpus ?? []) {
      this.#ints[mask + (cpu >> 5)] = (this.#ints[mask + (cpu >> 5)] ?? 0) | (1 << (cpu & 31));
    }
  }

  #read(at: number): PendingThread {
    const mask = at + MASK_AT;
    const text = (at + HEAD_INTS) * 4;
    const cpus: CpuId[] = [];
    for (let cpu = 0; cpu < this.#cpus; cpu += 1) {
      if (((this.#ints[mask + (cpu >> 5)] ?? 0) & (1 << (cpu & 31))) !== 0) cpus.push(cpu);
    }
    return {
      id: this.#ints[at + ID] ?? 0,
      entry: this.#readText(text),
      name: this.#readText(text + TEXT_BYTES),
      arg: this.#view.getFloat64(text + 2 * TEXT_BYTES),
      cpus: this.#ints[at + ANY_CPU] === 1 ? null : cpus,
    };
  }

  #writeText(at: number, text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length >= TEXT_BYTES) throw new Bug(`name of a thread is too long: ${text}`);
    this.#bytes[at] = bytes.length;
    this.#bytes.set(bytes, at + 1);
  }

  #readText(at: number): string {
    // A copy, for decoders refuse shared memory.
    return new TextDecoder().decode(this.#bytes.slice(at + 1, at + 1 + (this.#bytes[at] ?? 0)));
  }

  #lock(): void {
    while (Atomics.compareExchange(this.#ints, LOCK, 0, 1) !== 0) Atomics.wait(this.#ints, LOCK, 1, 1);
  }

  #unlock(): void {
    Atomics.store(this.#ints, LOCK, 0);
    Atomics.notify(this.#ints, LOCK, 1);
  }
}

/** As many as there are CPUs for padata's works, and some for the nodes' own threads. */
function slots(cpus: number): number {
  return 2 * cpus + 64;
}

function slotInts(cpus: number): number {
  return MASK_AT + 2 * Math.ceil(cpus / 64);
}
