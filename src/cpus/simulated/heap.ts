// Events ordered by time, those of equal time by the order in which they were added: a binary heap.

/** Earliest first. */
export class EventHeap<T> {
  // an event's parts lie apart: numbers are cheap to compare and to move so
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
    const order = this.#added;
    this.#added += 1;
    let at = this.#items.length;
    this.#put(at, atNs, order, item);
    // what is later than the new one moves down, and it goes to where that was
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#times[parent] as number) <= atNs) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, atNs, order, item);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    const atNs = this.#times.pop();
    const order = this.#orders.pop();
    const item = this.#items.pop();
    if (atNs === undefined || order === undefined || this.#items.length === 0) return item;
    this.#sink(atNs, order, item as T);
    return first;
  }

  /** Fills the place at the top: what is earlier than the given event moves up, and the event goes to where that was. */
  #sink(atNs: number, order: number, item: T): void {
    const { length } = this.#items;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (
        child + 1 < length &&
        this.#before(child + 1, this.#times[child] as number, this.#orders[child] as number)
      )
        child += 1;
      if (!this.#before(child, atNs, order)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, atNs, order, item);
  }

  /** Whether the event at `a` comes before that of `atNs` and `order`. */
  #before(a: number, atNs: number, order: number): boolean {
    const time = this.#times[a] as number;
    return time < atNs || (time === atNs && (this.#orders[a] as number) < order);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] as number, this.#orders[from] as number, this.#items[from] as T);
  }

  #put(at: number, atNs: number, order: number, item: T): void {
    this.#times[at] = atNs;
    this.#orders[at] = order;
    this.#items[at] = item;
  }
}
