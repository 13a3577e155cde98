// Which struct pages are initialised, and which have gone to the buddy allocator: sets of page frames that grow with the
// number of ranges, not of pages. Every page at most once in each, and in the end all of them: the invariants of a run.
import { Bug } from '../../lib/bug.ts';
import { hex, type Pfn } from '../../lib/units.ts';

/** Below this length a loop is faster than splice(), which makes an array of what it takes out. */
const SHORT = 64;

function putIn(list: Pfn[], at: number, pfn: Pfn): void {
  if (list.length >= SHORT) {
    list.splice(at, 0, pfn);
    return;
  }
  list.push(pfn);
  for (let i = list.length - 1; i > at; i -= 1) list[i] = list[i - 1] as Pfn;
  list[at] = pfn;
}

function takeOut(list: Pfn[], at: number): void {
  if (list.length >= SHORT) {
    list.splice(at, 1);
    return;
  }
  for (let i = at + 1; i < list.length; i += 1) list[i - 1] = list[i] as Pfn;
  list.pop();
}

/** Page frames as sorted starts and ends of ranges that do not touch. */
class PfnSet {
  readonly starts: Pfn[] = [];
  readonly ends: Pfn[] = [];

  /** Index of the first range that ends after `pfn`. */
  #find(pfn: Pfn): number {
    let low = 0;
    let high = this.ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.ends[middle] as Pfn) <= pfn) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds [start, end); the first page frame that was there already, or undefined. */
  add(start: Pfn, end: Pfn): Pfn | undefined {
    const at = this.#find(start);
    const next = this.starts[at];
    if (next !== undefined && next < end) return Math.max(next, start);
    const joinsLeft = at > 0 && this.ends[at - 1] === start;
    const joinsRight = next === end;
    if (joinsLeft && joinsRight) {
      this.ends[at - 1] = this.ends[at] as Pfn;
      takeOut(this.starts, at);
      takeOut(this.ends, at);
    } else if (joinsLeft) this.ends[at - 1] = end;
    else if (joinsRight) this.starts[at] = start;
    else {
      putIn(this.starts, at, start);
      putIn(this.ends, at, end);
    }
    return undefined;
  }

  clear(): void {
    // as a rule one range is left; setting the length takes longer
    while (this.starts.length > 0) this.starts.pop();
    while (this.ends.length > 0) this.ends.pop();
  }

  /** The first page frame of [start, end) that is missing, or undefined. */
  missing(start: Pfn, end: Pfn): Pfn | undefined {
    const at = this.#find(start);
    if ((this.starts[at] ?? Infinity) > start) return start;
    const covered = this.ends[at] as Pfn;
    return covered < end ? covered : undefined;
  }
}

/** What became of each struct page of the deferred ranges. */
export class PageLedger {
  readonly #initialised = new PfnSet();
  readonly #freed = new PfnSet();

  /** Forgets everything: another run begins. */
  clear(): void {
    this.#initialised.clear();
    this.#freed.clear();
  }

  /** @throws Bug where a page is initialised a second time */
  init(start: Pfn, end: Pfn): void {
    const twice = this.#initialised.add(start, end);
    if (twice !== undefined) throw new Bug(`struct page of pfn ${hex(twice)} is initialised twice`);
  }

  /** @throws Bug where a page is freed a second time, or before it is initialised */
  free(start: Pfn, end: Pfn): void {
    const early = this.#initialised.missing(start, end);
    if (early !== undefined)
      throw new Bug(`pfn ${hex(early)} is freed before its struct page is initialised`);
    const twice = this.#freed.add(start, end);
    if (twice !== undefined) throw new Bug(`pfn ${hex(twice)} is freed twice`);
  }

  /** The first page of [start, end) whose struct page is not initialised. */
  firstUninitialised(start: Pfn, end: Pfn): Pfn | undefined {
    return this.#initialised.missing(start, end);
  }

  /** Whether the struct page is initialised. */
  initialised(pfn: Pfn): boolean {
    return this.#initialised.missing(pfn, pfn + 1) === undefined;
  }

  /** @throws Bug where a page of these ranges was left out */
  expectAll(ranges: Iterable<{ readonly startPfn: Pfn; readonly endPfn: Pfn }>): void {
    for (const { startPfn, endPfn } of ranges) {
      const lost = this.#initialised.missing(startPfn, endPfn);
      if (lost !== undefined) throw new Bug(`struct page of pfn ${hex(lost)} was never initialised`);
      const kept = this.#freed.missing(startPfn, endPfn);
      if (kept !== undefined) throw new Bug(`pfn ${hex(kept)} was never freed`);
    }
  }
}
