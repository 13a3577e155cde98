// Which items are done: a bit each.

export class DoneItems {
  readonly #bits: Uint8Array;
  readonly items: number;
  count = 0;

  constructor(items: number) {
    this.items = items;
    this.#bits = new Uint8Array(Math.ceil(items / 8));
  }

  has(item: number): boolean {
    return ((this.#bits[item >>> 3] ?? 0) & (1 << (item & 7))) !== 0;
  }

  /** false where the item was done before, or is none of the campaign's. */
  add(item: number): boolean {
    if (item >= this.items || this.has(item)) return false;
    this.#bits[item >>> 3] = (this.#bits[item >>> 3] ?? 0) | (1 << (item & 7));
    this.count += 1;
    return true;
  }
}
