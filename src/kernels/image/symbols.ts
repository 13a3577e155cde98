// Symbols by name and by address, as %pS looks them up (kernel/kallsyms.c, get_symbol_pos).
import { badImage } from './bytes.ts';
import type { RawSymbols } from './kallsyms.ts';

/** A function or object, and where it ends: where the next symbol begins. */
export interface Symbol1 {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** All symbols of a kernel. Addresses are physical without relocation. */
export class Symbols {
  /** `kallsyms`, `symbol table` or a System.map's name. */
  readonly from: string;
  readonly #raw: RawSymbols;
  readonly #byName: Map<string, number>;
  /** Indexes of the symbols with an address, in its order; of several with one address, the first comes first. */
  readonly #order: Uint32Array;

  constructor(raw: RawSymbols, from: string) {
    this.from = from;
    this.#raw = raw;
    this.#byName = new Map();
    // the first of a name is the one that counts: a static function can have a namesake
    for (let i = raw.names.length - 1; i >= 0; i--) this.#byName.set(raw.names[i] as string, i);
    const placed = raw.names.map((_, i) => i).filter((i) => !Number.isNaN(raw.addresses[i]));
    const sorted = placed.every(
      (i, at) =>
        at === 0 || (raw.addresses[i] as number) >= (raw.addresses[placed[at - 1] as number] as number),
    );
    if (!sorted) placed.sort((a, b) => (raw.addresses[a] as number) - (raw.addresses[b] as number) || a - b);
    this.#order = Uint32Array.from(placed);
  }

  get size(): number {
    return this.#raw.names.length;
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The symbol's address, or the value of an absolute one; undefined where the image has none of that name. */
  find(name: string): number | undefined {
    const index = this.#byName.get(name);
    if (index === undefined) return undefined;
    const address = this.#raw.addresses[index] as number;
    return Number.isNaN(address) ? this.#raw.absolute.get(index) : address;
  }

  /** @throws InputError 'image' where the image has no symbol of that name */
  need(name: string): number {
    const found = this.find(name);
    if (found === undefined)
      throw badImage(
        `symbols (${this.from}): no ${name}: expected the symbols of an x86-64 kernel of 5.10 or later`,
      );
    return found;
  }

  /** The symbol that holds `address`; null before the first. */
  at(address: number): Symbol1 | null {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#address(middle) <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return null;
    const start = this.#address(low - 1);
    let first = low - 1;
    while (first > 0 && this.#address(first - 1) === start) first -= 1;
    const end = low < this.#order.length ? this.#address(low) : start;
    return { name: this.#raw.names[this.#order[first] as number] as string, start, end };
  }

  /** The symbol of that name, with its end. */
  extent(name: string): Symbol1 | undefined {
    const start = this.find(name);
    const found = start === undefined ? null : this.at(start);
    return found && found.start === start ? { ...found, name } : undefined;
  }

  /** Names that begin with `prefix`, in the order of their addresses. */
  *named(prefix: string): Generator<string> {
    for (const name of this.#raw.names) if (name.startsWith(prefix)) yield name;
  }

  /** `name+0x8d/0x34d`, as %pS prints a return address. */
  text(address: number): string {
    const symbol = this.at(address);
    if (!symbol) return `0x${address.toString(16)}`;
    return `${symbol.name}+0x${(address - symbol.start).toString(16)}/0x${(symbol.end - symbol.start).toString(16)}`;
  }

  #address(at: number): number {
    return this.#raw.addresses[this.#order[at] as number] as number;
  }
}
