// Mirrors the command-line half of mm/hugetlb.c (v6.1): gigantic pages are taken from memblock while it is there.
import { GiB, MiB, PAGE_SIZE, type Nid, type PhysAddr } from '../lib/units.ts';
import { memparse } from '../kernel/params.ts';
import type { BootContext } from './context.ts';
import { reserveHugetlbCma } from './hugetlb_cma.ts';
import { keptHugetlbParams } from './hugetlb_params.ts';
import { takeHugePage } from './hugetlb_take.ts';
import { nodesWithMemory } from './pfn_ranges.ts';

const PMD_SIZE = 2 * MiB;
const PUD_SIZE = GiB;

/** struct hstate: one size of huge pages. */
interface Hstate {
  /** Bytes of a page. */
  readonly size: number;
  wanted: number;
  readonly wantedOnNode: Map<Nid, number>;
  /** Position in the list of nodes with memory from which the next page is asked for. */
  nextNode: number;
}

/** A gigantic page that boot took; the page allocator counts it as its own later. */
export interface BootHugePage {
  readonly start: PhysAddr;
  readonly size: number;
}

/** What the parameters set up, in command-line order. One instance a boot. */
export class HugetlbParams {
  readonly pages: BootHugePage[] = [];
  readonly #ctx: BootContext;
  /** Gigantic pages are taken as each parameter is parsed. */
  readonly #allocAtOnce: boolean;
  readonly #hstates: Hstate[] = [];
  /** Pages asked for before any size was named. */
  readonly #unsized: Hstate = { size: 0, wanted: 0, wantedOnNode: new Map(), nextNode: 0 };
  #parsed: Hstate | null = null;
  #parsedValidSize = true;
  #defaultParsed: Hstate | null = null;
  #last: Hstate | null = null;

  constructor(ctx: BootContext) {
    this.#ctx = ctx;
    this.#allocAtOnce = ctx.profile.rules.hugetlbAt === 'parse_args';
  }

  /** All parameters, and then the gigantic pages of each size (hugetlb_bootmem_alloc). */
  bootmemAlloc(): void {
    // from 7.2 on hugetlb_cma= comes first (mm_core_init_early)
    const cma = this.#ctx.profile.rules.zonesAt === 'mm_core_init_early' && reserveHugetlbCma(this.#ctx) > 0;
    for (const { name, value } of keptHugetlbParams(this.#ctx.params.list)) this.parse(name, value);
    for (const hstate of this.#hstates) {
      if (hstate.size !== PUD_SIZE) continue;
      if (cma) this.#warn('hugetlb_cma is enabled, skip boot time allocation');
      else this.#allocGigantic(hstate);
    }
  }

  /** Acts on one parameter, if it is one of the three. */
  parse(name: string, value: string | null): void {
    if (value === null) return;
    if (name === 'hugepagesz') this.#hugepagesz(value);
    else if (/^default[-_]hugepagesz$/.test(name)) this.#defaultHugepagesz(value);
    else if (name === 'hugepages') this.#hugepages(value);
  }

  /** Pages of the normal huge size (2 MiB) that hugetlb_init will take from the page allocator. */
  get wantedPmdPages(): number {
    const pmd = this.#hstates.find((h) => h.size === PMD_SIZE);
    if (this.#defaultParsed) return pmd?.wanted ?? 0;
    return this.#unsized.wanted || (pmd?.wanted ?? 0);
  }

  #warn(text: string, level = 4): void {
    this.#ctx.printk.print(`HugeTLB: ${text}`, level);
  }

  #isValidSize(size: number): boolean {
    return size === PMD_SIZE || (size === PUD_SIZE && this.#ctx.features.gbPages);
  }

  #addHstate(size: number): Hstate {
    const known = this.#hstates.find((h) => h.size === size);
    if (known) return known;
    this.#parsed = { size, wanted: 0, wantedOnNode: new Map(), nextNode: 0 };
    this.#hstates.push(this.#parsed);
    return this.#parsed;
  }

  #hugepagesz(text: string): void {
    this.#parsedValidSize = false;
    const size = memparse(text).value;
    if (!this.#isValidSize(size)) return this.#warn(`unsupported hugepagesz=${text}`, 3);
    const known = this.#hstates.find((h) => h.size === size);
    if (known && (known !== this.#defaultParsed || known.wanted > 0))
      return this.#warn(`hugepagesz=${text} specified twice, ignoring`);
    this.#parsed = known ?? this.#addHstate(size);
    this.#parsedValidSize = true;
  }

  #defaultHugepagesz(text: string): void {
    this.#parsedValidSize = false;
    if (this.#defaultParsed)
      return this.#warn(`default_hugepagesz previously specified, ignoring ${text}`, 3);
    const size = memparse(text).value;
    if (!this.#isValidSize(size)) return this.#warn(`unsupported default_hugepagesz=${text}`, 3);
    const hstate = this.#addHstate(size);
    this.#parsedValidSize = true;
    this.#defaultParsed = hstate;
    if (this.#unsized.wanted === 0) return;
    hstate.wanted = this.#unsized.wanted;
    for (const [nid, count] of this.#unsized.wantedOnNode) hstate.wantedOnNode.set(nid, count);
    if (size === PUD_SIZE && this.#allocAtOnce) this.#allocGigantic(hstate);
    this.#unsized.wanted = 0;
  }

  #hugepages(text: string): void {
    if (!this.#parsedValidSize) {
      this.#warn(`hugepages=${text} does not follow a valid hugepagesz, ignoring`);
      this.#parsedValidSize = true;
      return;
    }
    const hstate = this.#hstates.length === 0 ? this.#unsized : (this.#parsed ?? this.#unsized);
    if (hstate === this.#last)
      return this.#warn(
        `hugepages= specified twice without interleaving hugepagesz=, ignoring hugepages=${text}`,
      );
    const invalid = this.#readCounts(hstate, text);
    if (invalid !== null) {
      hstate.wanted = 0;
      hstate.wantedOnNode.clear();
      return this.#warn(`Invalid hugepages parameter ${invalid}`);
    }
    if (hstate.size === PUD_SIZE && this.#allocAtOnce) this.#allocGigantic(hstate);
    this.#last = hstate;
  }

  /** `N`, or `NODE:N,…`; returns what could not be read, or null. */
  #readCounts(hstate: Hstate, text: string): string | null {
    let rest = text;
    while (rest !== '') {
      const match = /^(\d+)(?::(\d+))?(,?)/.exec(rest);
      if (!match) return rest;
      const number = Number(match[1]);
      if (match[2] === undefined) {
        if (rest !== text || rest.startsWith(`${match[1]}:`)) return rest;
        hstate.wanted = number;
        return null;
      }
      if (!this.#ctx.onlineNodes().includes(number)) return rest;
      hstate.wantedOnNode.set(number, Number(match[2]));
      hstate.wanted += Number(match[2]);
      if (match[3] === '') break;
      rest = rest.slice(match[0].length);
    }
    return null;
  }

  /** hugetlb_hstate_alloc_pages for pages larger than the page allocator's blocks. */
  #allocGigantic(hstate: Hstate): void {
    if (hstate.wanted === 0) return;
    const onNodes = this.#ctx.onlineNodes().filter((nid) => (hstate.wantedOnNode.get(nid) ?? 0) > 0);
    for (const nid of onNodes) this.#allocOnNode(hstate, nid);
    if (onNodes.length > 0) return;
    let got = 0;
    while (got < hstate.wanted && this.#allocPage(hstate, this.#nextNode(hstate), false)) got++;
    if (got < hstate.wanted) {
      this.#warn(
        `allocating ${hstate.wanted} of page size 1.00 GiB failed.  Only allocated ${got} hugepages.`,
      );
      hstate.wanted = got;
    }
  }

  #allocOnNode(hstate: Hstate, nid: Nid): void {
    const wanted = hstate.wantedOnNode.get(nid) ?? 0;
    let got = 0;
    while (got < wanted && this.#allocPage(hstate, nid, true)) got++;
    if (got === wanted) return;
    this.#warn(
      `allocating ${wanted} of page size 1.00 GiB failed node${nid}.  Only allocated ${got} hugepages.`,
    );
    hstate.wanted -= wanted - got;
    hstate.wantedOnNode.set(nid, got);
  }

  #nextNode(hstate: Hstate): Nid {
    const nodes = nodesWithMemory(this.#ctx);
    return nodes[hstate.nextNode++ % nodes.length] ?? 0;
  }

  #allocPage({ size }: Hstate, nid: Nid, named: boolean): boolean {
    const start = takeHugePage(this.#ctx, size, nid, named);
    if (start && this.#ctx.profile.rules.hugePageTails === 'no-init')
      this.#ctx.memblock.reservedMarkNoinit(start + PAGE_SIZE, size - PAGE_SIZE);
    if (start) this.pages.push({ start, size });
    return start !== 0;
  }
}
