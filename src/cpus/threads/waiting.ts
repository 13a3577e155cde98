// The threads of one worker that cannot go on: each waits for a word or for a leaf, and is ready again when a wake-up names it.
import type { SharedMemory } from '../../cpu/memory.ts';
import type { Op, Word } from '../../cpu/op.ts';
import type { Control } from './control.ts';
import type { SharedSlots } from './slots.ts';
import type { Thread } from './thread.ts';
import type { WakeToken, Wakeups } from './wakeups.ts';

export interface WaitingParts {
  readonly control: Control;
  readonly memory: SharedMemory;
  readonly wakeups: Wakeups;
  readonly leaves: SharedSlots;
}

export class Waiting {
  /** Threads that can go on, longest first. */
  readonly ready: Thread[] = [];
  readonly #parts: WaitingParts;
  readonly #parked = new Map<Word, Thread[]>();
  readonly #inLeaf = new Map<number, Thread>();
  #spinning = 0;

  constructor(parts: WaitingParts) {
    this.#parts = parts;
  }

  /** Whether a thread spins for a lock: it may hold another, so that its worker must be free to go on with it. */
  get anySpins(): boolean {
    return this.#spinning > 0;
  }

  /** Makes threads ready whose word has changed or whose leaf is done. */
  wakeUp(): void {
    const look = (token: WakeToken): void => {
      if (token >= 0) this.#lookAtWord(token);
      else this.#lookAtLeaf(-1 - token);
    };
    if (this.#parts.wakeups.drain(look)) return;
    for (const word of [...this.#parked.keys()]) this.#lookAtWord(word);
    for (const slot of [...this.#inLeaf.keys()]) this.#lookAtLeaf(slot);
  }

  #lookAtWord(word: Word): void {
    const threads = this.#parked.get(word);
    if (!threads) return;
    const now = this.#parts.memory.readOnce(word);
    const still: Thread[] = [];
    let spinners = 0;
    for (const thread of threads) {
      // Of those that spin for a lock one is enough: it takes it and lets it go, or another has it and will.
      const spins = thread.parked?.spin === true;
      if (thread.parked?.value === now || (spins && spinners > 0)) still.push(thread);
      else this.#unpark(thread, word);
      if (spins) spinners += 1;
    }
    if (still.length > 0) this.#parked.set(word, still);
    else this.#parked.delete(word);
  }

  #unpark(thread: Thread, word: Word): void {
    this.#parts.wakeups.removeWaiter(word);
    if (thread.parked?.spin === true) this.#spinning -= 1;
    thread.parked = null;
    this.ready.push(thread);
  }

  #lookAtLeaf(slot: number): void {
    const thread = this.#inLeaf.get(slot);
    if (!thread || !this.#parts.leaves.isDone(slot)) return;
    this.#inLeaf.delete(slot);
    const { result, cpu } = this.#parts.leaves.collect(slot);
    thread.answer = result;
    thread.cpu = cpu;
    this.ready.push(thread);
  }

  /** Whether the thread waits now: not where the word has changed meanwhile. */
  park(thread: Thread, op: Op & { op: 'wait' }): boolean {
    const { memory, wakeups } = this.#parts;
    wakeups.addWaiter(op.at);
    if (memory.readOnce(op.at) !== op.value) {
      wakeups.removeWaiter(op.at);
      return false;
    }
    thread.parked = { value: op.value, spin: op.spin === true };
    if (op.spin === true) this.#spinning += 1;
    const others = this.#parked.get(op.at);
    if (others) others.push(thread);
    else this.#parked.set(op.at, [thread]);
    return true;
  }

  wake(at: Word): void {
    const { control, wakeups } = this.#parts;
    if (!wakeups.hasWaiters(at)) return;
    wakeups.post(at);
    control.ring();
  }

  /** The thread waits for the leaf of a slot. */
  parkForLeaf(slot: number, thread: Thread): void {
    this.#inLeaf.set(slot, thread);
  }
}
