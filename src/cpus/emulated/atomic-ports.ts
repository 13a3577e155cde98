// One CPU's ports for atomic operations on shared memory. LOCK is no help between instances: a read-modify-write of theirs
// is two accesses. These ports are one.
import * as layout from './layout.ts';

/** What a word reads as where no memory is. */
const OPEN_BUS = 0xffffffff;

export class AtomicPorts {
  #shared: Int32Array | null = null;
  /** Index of the word. */
  #at = 0;
  #expect = 0;
  /** What the word held before the last operation. */
  seen = 0;

  /** The window's first bank. */
  attach(bank: WebAssembly.Memory | undefined): void {
    this.#shared = bank ? new Int32Array(bank.buffer) : null;
  }

  write(port: number, value: number): void {
    const shared = this.#shared;
    if (port === layout.PORT_ATOMIC_AT) this.#at = value >>> 2;
    else if (port === layout.PORT_ATOMIC_EXPECT) this.#expect = value;
    else if (shared === null || this.#at >= shared.length) this.seen = OPEN_BUS;
    else if (port === layout.PORT_ATOMIC_ADD) this.seen = Atomics.add(shared, this.#at, value) >>> 0;
    else this.seen = Atomics.compareExchange(shared, this.#at, this.#expect | 0, value | 0) >>> 0;
  }
}
