// How a thread of a job does its part: a leaf is a request to the CPU, a thread function is code that may take locks.
import type { KthreadPart, Op, WorkName } from '../../cpu/op.ts';
import type { Kernel } from '../kernel.ts';

/** Does [start, end); 0, or an error below 0 (merged jobs ignore it: their thread_fn returns nothing). */
export function callThreadFn(
  k: Kernel,
  work: WorkName,
  arg: number,
  start: number,
  end: number,
): KthreadPart<number> {
  return k.text.threadFn(work)?.(k, start, end, arg) ?? new Leaf({ op: 'run', work, arg, start, end });
}

/** return Math.min(yield request, 0): by hand, as a generator for each chunk would cost more than all else that is done for it. */
class Leaf implements Iterator<Op, number, number> {
  #request: Op | null;

  constructor(request: Op) {
    this.#request = request;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(result: number): IteratorResult<Op, number> {
    const request = this.#request;
    if (request === null) return { done: true, value: Math.min(result, 0) };
    this.#request = null;
    return { done: false, value: request };
  }
}
