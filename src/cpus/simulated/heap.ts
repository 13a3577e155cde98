// Events ordered by time, those of equal time by the order in which they were added: a binary heap.

/** Earliest first. */
export class EventHeap<T> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: T[] = [];
  #added = 0;

  get size(): number {
    return this.#items.length;
  }

  /** Time of the next event; Infinity where there is none. */
  get nextNs(): number {
    return this.#times[0] ?? Infinity;
  }

  push(atNs: number, item: T): void {
    let at = this.#items.length;
    this.#times.push(atNs);
    this.#orders.push(this.#added);
    this.#items.push(item);
    this.#added += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): T | undefined {
    const last = this.#items.length - 1;
    if (last < 0) return undefined;
    this.#swap(0, last);
    this.#times.pop();
    this.#orders.pop();
    const item = this.#items.pop();
    this.#sink(last);
    return item;
  }

  #sink(length: number): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= length) return;
      const right = left + 1;
      const least = right < length && this.#before(right, left) ? right : left;
      if (!this.#before(least, at)) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const difference = (this.#times[a] as number) - (this.#times[b] as number);
    return difference < 0 || (difference === 0 && (this.#orders[a] as number) < (this.#orders[b] as number));
  }

  #swap(a: number, b: number): void {
    swap(this.#times, a, b);
    swap(this.#orders, a, b);
    swap(this.#items, a, b);
  }
}

function swap<V>(list: V[], a: number, b: number): void {
  const kept = list[a] as V;
  list[a] = list[b] as V;
  list[b] = kept;
}
