// The memmap as text: runs of equal struct pages in the format of the captures' memmap/runs.txt
// (tools/capture-linux, page_runs), so that a model's and a real boot's can be compared with diff.
import { PAGES_PER_SECTION } from '../../lib/units.ts';
import type { Pfn } from '../../lib/units.ts';
import type { Memmap } from '../memmap.ts';
import { MAX_ORDER } from './layout.ts';

const HEADER = `# All struct pages of all present sections at the return of page_alloc_init_late, run-length encoded.
# first_pfn npages what...  'buddy' = free block heads of that order, whose tails are the plain
# initialised page (same flags, lru pointing to itself, private 0, mapcount -1, refcount 0) unless
# 'tails:' says otherwise.  mapcount is the raw _mapcount (-1 = none).
`;
const POISON_HIGH = 0xdead0000;

interface Run {
  pfn: Pfn;
  /** Pages a repetition covers: 1, or those of a free block. */
  per: number;
  count: number;
  text: string;
}

/** Every struct page of every present section, as lines. */
export function memmapRuns(memmap: Memmap): string {
  const lines: string[] = [];
  let run: Run | undefined;
  const flush = (): void => {
    if (run) lines.push(`0x${run.pfn.toString(16)} 0x${(run.count * run.per).toString(16)} ${run.text}`);
  };
  for (const section of memmap.shape.sections) {
    const reader = new PageReader(memmap, section * PAGES_PER_SECTION);
    for (let i = 0; i < PAGES_PER_SECTION;) {
      const { text, per } = reader.describe(i);
      const pfn = section * PAGES_PER_SECTION + i;
      if (run && run.text === text && run.per === per && run.pfn + run.count * run.per === pfn) {
        run.count += 1;
      } else {
        flush();
        run = { pfn, per, count: 1, text };
      }
      i += per;
    }
  }
  flush();
  return HEADER + lines.map((line) => line + '\n').join('');
}

/** Reads the struct pages of one section. */
class PageReader {
  readonly #memmap: Memmap;
  readonly #words: Uint32Array;
  readonly #first: number;
  readonly #section: Pfn;
  readonly #baseLow: number;
  readonly #baseHigh: number;

  constructor(memmap: Memmap, section: Pfn) {
    this.#memmap = memmap;
    const pages = memmap.store.section(section);
    this.#words = pages.words;
    this.#first = pages.firstWord;
    this.#section = section;
    this.#baseLow = Number(memmap.shape.bases.vmemmapBase & 0xffffffffn);
    this.#baseHigh = Number(memmap.shape.bases.vmemmapBase >> 32n);
  }

  /** What the page at this offset is, and how many pages that covers. */
  describe(offset: number): { text: string; per: number } {
    const { layout } = this.#memmap.shape;
    const order = this.#word(offset, layout.privateData);
    if ((this.#word(offset, layout.mapcount) | 0) === layout.mapcountBuddy && order < MAX_ORDER) {
      return this.#block(offset, order);
    }
    return { text: `page ${this.#describePage(offset)}`, per: 1 };
  }

  #block(offset: number, order: number): { text: string; per: number } {
    const { layout } = this.#memmap.shape;
    const pages = Math.min(2 ** order, PAGES_PER_SECTION - offset);
    const flags = this.#flags(offset);
    const head = `order=${order} ${flags} refcount=${this.#word(offset, layout.refcount) | 0}`;
    let plain = true;
    for (let k = 1; k < pages && plain; k += 1) plain = this.#isPlainTail(offset, offset + k);
    if (plain) return { text: `buddy ${head}`, per: 2 ** order };
    const tails = this.#describePage(offset + 1);
    for (let k = 2; k < pages; k += 1) {
      if (this.#describePage(offset + k) !== tails) {
        return { text: `buddy-head ${head} (tails not uniform)`, per: 1 };
      }
    }
    return { text: `buddy ${head} tails: ${tails}`, per: 2 ** order };
  }

  /** Whether a page has the head's flags and is otherwise as it was initialised, but not counted. */
  #isPlainTail(head: number, offset: number): boolean {
    const { layout } = this.#memmap.shape;
    return (
      this.#word(offset, layout.flags) === this.#word(head, layout.flags) &&
      this.#word(offset, layout.flags + 4) === this.#word(head, layout.flags + 4) &&
      this.#word(offset, layout.refcount) === 0 &&
      (this.#word(offset, layout.mapcount) | 0) === layout.mapcountNone &&
      this.#word(offset, layout.privateData) === 0 &&
      this.#word(offset, layout.privateData + 4) === 0 &&
      this.#lru(offset) === 'self'
    );
  }

  #word(offset: number, byte: number): number {
    return this.#words[this.#first + (offset * this.#memmap.shape.layout.size + byte) / 4] ?? 0;
  }

  #flags(offset: number): string {
    const { flags } = this.#memmap.shape.layout;
    const value = BigInt(this.#word(offset, flags + 4)) * 2n ** 32n + BigInt(this.#word(offset, flags));
    return `flags=0x${value.toString(16)}`;
  }

  #describePage(offset: number): string {
    const { layout } = this.#memmap.shape;
    const held = this.#word(offset, layout.privateData) | this.#word(offset, layout.privateData + 4);
    const counts = `mapcount=${this.#word(offset, layout.mapcount) | 0} refcount=${this.#word(offset, layout.refcount) | 0}`;
    return `${this.#flags(offset)} lru=${this.#lru(offset)} private=${held === 0 ? '0' : 'set'} ${counts}`;
  }

  #lru(offset: number): 'self' | 'zero' | 'poison' | 'ptr' {
    const { layout } = this.#memmap.shape;
    const [nextLow, nextHigh] = [this.#word(offset, layout.lru), this.#word(offset, layout.lru + 4)];
    const [prevLow, prevHigh] = [this.#word(offset, layout.lru + 8), this.#word(offset, layout.lru + 12)];
    if (nextLow === prevLow && nextHigh === prevHigh) {
      if (nextLow === 0 && nextHigh === 0) return 'zero';
      const own = (this.#section + offset) * layout.size + layout.lru + this.#baseLow;
      const ownHigh = this.#baseHigh + Math.floor(own / 2 ** 32);
      if (nextLow === own >>> 0 && nextHigh === ownHigh) return 'self';
    }
    return (nextHigh & 0xffff0000) >>> 0 === POISON_HIGH ? 'poison' : 'ptr';
  }
}
