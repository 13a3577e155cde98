// A small table in shared memory, under a lock: threads that wait for a worker, and leaves that wait for a CPU.
import { Bug } from '../../lib/bug.ts';
import type { CpuId } from '../../lib/units.ts';

/** What decides who takes an entry. Entries are taken in the order of their ids. */
export interface SlotRequest {
  readonly id: number;
  readonly numbers: readonly [number, number, number, number];
  /** CPUs that it is for; null for any. */
  readonly cpus: readonly CpuId[] | null;
}

/** One entry. */
export interface SlotRecord extends SlotRequest {
  /** At most 63 bytes of UTF-8 each. */
  readonly texts: readonly [string, string];
}

const FREE = 0;
const WAITING = 1;
const TAKEN = 2;
const DONE = 3;

const TEXT_BYTES = 64;
const NUMBERS = 4;
/** Words of an entry: state, id, any CPU, one of padding; then the numbers, the texts and the CPU mask. */
const STATE = 0;
const ID = 1;
const ANY_CPU = 2;
const HEAD_INTS = 4;
const MASK_AT = HEAD_INTS + (NUMBERS * 8 + 2 * TEXT_BYTES) / 4;
/** The lock, the number of entries that wait, and the rest of their cache line. */
const LOCK = 0;
const COUNT = 1;
const LOCK_INTS = 16;

export class SharedSlots {
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

  static create(cpus: number): SharedSlots {
    return new SharedSlots(new SharedArrayBuffer(4 * (LOCK_INTS + slots(cpus) * slotInts(cpus))), cpus);
  }

  /** Adds an entry and returns its slot; the caller rings the bell for workers that sleep. */
  put(record: SlotRecord): number {
    this.#lock();
    let slot = 0;
    while (slot < this.#slots && this.#ints[this.#at(slot) + STATE] !== FREE) slot += 1;
    if (slot < this.#slots) {
      this.#write(this.#at(slot), record);
      Atomics.add(this.#ints, COUNT, 1);
    }
    this.#unlock();
    if (slot === this.#slots) throw new Bug(`more than ${slot} threads or leaves wait`);
    return slot;
  }

  /** Takes the waiting entry with the lowest id among those that `wanted` likes; finish() or free() it later. */
  take(wanted: (request: SlotRequest) => boolean): { slot: number; record: SlotRecord } | undefined {
    if (Atomics.load(this.#ints, COUNT) === 0) return undefined;
    this.#lock();
    let waiting = Atomics.load(this.#ints, COUNT);
    let best: { slot: number; request: SlotRequest } | undefined;
    for (let slot = 0; waiting > 0 && slot < this.#slots; slot += 1) {
      if (this.#ints[this.#at(slot) + STATE] !== WAITING) continue;
      waiting -= 1;
      const request = this.#read(this.#at(slot));
      if ((best === undefined || request.id < best.request.id) && wanted(request)) best = { slot, request };
    }
    if (best) {
      this.#ints[this.#at(best.slot) + STATE] = TAKEN;
      Atomics.sub(this.#ints, COUNT, 1);
    }
    this.#unlock();
    return (
      best && { slot: best.slot, record: { ...best.request, texts: this.#readTexts(this.#at(best.slot)) } }
    );
  }

  /** Forgets an entry that was taken. */
  free(slot: number): void {
    Atomics.store(this.#ints, this.#at(slot) + STATE, FREE);
  }

  /** Leaves results in an entry that was taken, for whoever put it there. */
  finish(slot: number, result: number, cpu: CpuId): void {
    const at = this.#at(slot);
    this.#view.setFloat64((at + HEAD_INTS) * 4, result);
    this.#view.setFloat64((at + HEAD_INTS) * 4 + 8, cpu);
    Atomics.store(this.#ints, at + STATE, DONE);
  }

  /** Whether finish() was called. */
  isDone(slot: number): boolean {
    return Atomics.load(this.#ints, this.#at(slot) + STATE) === DONE;
  }

  /** The results of an entry that is done, which is free then. */
  collect(slot: number): { result: number; cpu: CpuId } {
    const at = (this.#at(slot) + HEAD_INTS) * 4;
    const results = { result: this.#view.getFloat64(at), cpu: this.#view.getFloat64(at + 8) };
    this.free(slot);
    return results;
  }

  #at(slot: number): number {
    return LOCK_INTS + slot * this.#slotInts;
  }

  #write(at: number, { id, texts, numbers, cpus }: SlotRecord): void {
    const bytes = (at + HEAD_INTS) * 4;
    this.#ints[at + ID] = id;
    this.#ints[at + ANY_CPU] = cpus === null ? 1 : 0;
    numbers.forEach((number, i) => this.#view.setFloat64(bytes + 8 * i, number));
    texts.forEach((text, i) => this.#writeText(bytes + 8 * NUMBERS + TEXT_BYTES * i, text));
    this.#ints.fill(0, at + MASK_AT, at + this.#slotInts);
    for (const cpu of cpus ?? []) {
      const word = at + MASK_AT + (cpu >> 5);
      this.#ints[word] = (this.#ints[word] ?? 0) | (1 << (cpu & 31));
    }
    Atomics.store(this.#ints, at + STATE, WAITING);
  }

  #read(at: number): SlotRequest {
    const bytes = (at + HEAD_INTS) * 4;
    const number = (i: number): number => this.#view.getFloat64(bytes + 8 * i);
    return {
      id: this.#ints[at + ID] ?? 0,
      numbers: [number(0), number(1), number(2), number(3)],
      cpus: this.#ints[at + ANY_CPU] === 1 ? null : this.#readMask(at + MASK_AT),
    };
  }

  #readTexts(at: number): [string, string] {
    const bytes = (at + HEAD_INTS) * 4 + 8 * NUMBERS;
    return [this.#readText(bytes), this.#readText(bytes + TEXT_BYTES)];
  }

  #readMask(at: number): CpuId[] {
    const cpus: CpuId[] = [];
    for (let cpu = 0; cpu < this.#cpus; cpu += 1) {
      if (((this.#ints[at + (cpu >> 5)] ?? 0) & (1 << (cpu & 31))) !== 0) cpus.push(cpu);
    }
    return cpus;
  }

  #writeText(at: number, text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length >= TEXT_BYTES) throw new Bug(`a name is too long: ${text}`);
    this.#bytes[at] = bytes.length;
    this.#bytes.set(bytes, at + 1);
  }

  #readText(at: number): string {
    // A copy, for decoders refuse shared memory.
    return new TextDecoder().decode(this.#bytes.slice(at + 1, at + 1 + (this.#bytes[at] ?? 0)));
  }

  /** 0 free, 1 held, 2 held and somebody sleeps. */
  #lock(): void {
    if (Atomics.compareExchange(this.#ints, LOCK, 0, 1) === 0) return;
    while (Atomics.exchange(this.#ints, LOCK, 2) !== 0) Atomics.wait(this.#ints, LOCK, 2);
  }

  #unlock(): void {
    if (Atomics.exchange(this.#ints, LOCK, 0) === 2) Atomics.notify(this.#ints, LOCK, 1);
  }
}

/** As many as there are CPUs for padata's works, and some for the nodes' own threads. */
function slots(cpus: number): number {
  return 2 * cpus + 64;
}

function slotInts(cpus: number): number {
  return MASK_AT + 2 * Math.ceil(cpus / 64);
}
