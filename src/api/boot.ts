// One finished boot as the library hands it out: its record, and handles that answer questions about it.
import { explainAddress, type Explanation } from '../ask/explain/explain.ts';
import type {
  RecordE820,
  RecordJob,
  RecordMemblockEvent,
  RecordNode,
  RecordRegion,
  RecordZone,
  RunRecord,
} from '../init/record.ts';
import type { LogLine } from '../kernel/printk.ts';
import type { ZoneName } from './names.ts';
import { explanationText } from '../ask/explain/text.ts';
import type { CpuId, Nid, Pfn, PhysAddr } from '../lib/units.ts';
import { plural } from '../lib/plural.ts';

/** A struct page of the memmap, where the boot made one (`cpus: 'threads'` or `'emulated'`). */
export interface StructPage {
  readonly pfn: Pfn;
  /** Page flags, all 64 bits. */
  readonly flags: bigint;
  /** `_mapcount` as stored: -1 where nothing maps the page, and for a free block's head the buddy mark. */
  readonly mapcount: number;
  readonly refcount: number;
  /** `private`: a free block's order. */
  readonly private: bigint;
}

/** memblock as memblock_free_all found it. */
export interface MemblockView {
  readonly memory: readonly RecordRegion[];
  readonly reserved: readonly RecordRegion[];
  /** Whether the byte at a physical address is reserved. */
  isReserved(address: PhysAddr): boolean;
  /** Whether every byte of [start, start + size) is reserved. */
  isRangeReserved(start: PhysAddr, size: number): boolean;
  /** The last change that took the byte: who has it; null where nobody took it, or it was given back before. */
  ownerOf(address: PhysAddr): RecordMemblockEvent | null;
}

/** One thing that a CPU did, for timelines: page frames [start, end), nanoseconds of the record's clock. */
export interface TimelineEntry {
  readonly cpu: CpuId;
  readonly node: Nid;
  readonly start: Pfn;
  readonly end: Pfn;
  readonly startNs: number;
  readonly endNs: number;
}

/** What a boot may hold beyond its record; freed by disposing of it. */
export interface BootResources {
  readonly page?: (pfn: Pfn) => StructPage | null;
  readonly memmapRuns?: () => string | null;
  readonly dispose?: () => Promise<void>;
}

/**
 * A finished boot. Everything but `page` is plain data of the record; nothing here starts work.
 * `await using boot = await bootMachine(…)` frees a memmap and workers at the end of the block.
 */
export class Boot {
  // private, so that a test runner that prints a boot does not print thousands of lines
  readonly #record: RunRecord;
  readonly #memblock: MemblockView;
  readonly #resources: BootResources;

  constructor(record: RunRecord, resources: BootResources = {}) {
    this.#record = record;
    this.#memblock = memblockView(record);
    this.#resources = resources;
  }

  /** The JSON run record (docs/run-record.md). */
  get record(): RunRecord {
    return this.#record;
  }

  /** memblock at memblock_free_all. */
  get memblock(): MemblockView {
    return this.#memblock;
  }

  /** What `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    const { machine, kernel, cpus, logLines, jobs } = this.#record;
    return `Boot { ${machine}, kernel ${kernel}, ${cpus} CPUs, ${plural(logLines.length, 'log line')}, ${plural(jobs.length, 'job')} }`;
  }

  /** The kernel log with levels and boot steps. */
  get log(): readonly LogLine[] {
    return this.#record.logLines;
  }

  /** The firmware's map as the payload found it; `end` is the last byte. */
  get e820(): readonly RecordE820[] {
    return this.#record.e820;
  }

  get nodes(): readonly RecordNode[] {
    return this.#record.nodes;
  }

  get zones(): readonly RecordZone[] {
    return this.#record.zones;
  }

  /** Calls of padata_do_multithreaded, in the order in which they were made. */
  get jobs(): readonly RecordJob[] {
    return this.#record.jobs;
  }

  /** What affects memory and is not modelled. */
  get warnings(): readonly string[] {
    return this.#record.warnings;
  }

  /** A node's zone by name; undefined where it spans nothing. */
  zone(node: Nid, name: ZoneName): RecordZone | undefined {
    return this.#record.zones.find((zone) => zone.node === node && zone.name === name);
  }

  /** Every chunk of every job in the order in which they started. */
  get timeline(): readonly TimelineEntry[] {
    return this.#record.jobs
      .flatMap(({ node, chunks }) => chunks.map((chunk) => ({ node, ...chunk })))
      .sort((a, b) => a.startNs - b.startNs || a.cpu - b.cpu);
  }

  /** What lies at a physical address, who took it and what became of it. */
  explain(address: PhysAddr): Explanation {
    return explainAddress(this.#record, address);
  }

  /** The same as one screen of text. */
  explainText(address: PhysAddr): string {
    return explanationText(this.#record, this.explain(address));
  }

  /** A struct page; null where no section holds it, or where the boot made no memmap. */
  page(pfn: Pfn): StructPage | null {
    return this.#resources.page?.(pfn) ?? null;
  }

  /** Every struct page as runs of equal ones, a line each (`first_pfn npages what`); null where the boot made no memmap. */
  memmapRuns(): string | null {
    return this.#resources.memmapRuns?.() ?? null;
  }

  /** Frees a memmap and ends workers that belong to this boot. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.dispose?.();
  }
}

const TAKES: readonly string[] = ['reserve', 'alloc'];
/** What memblock frees of its own tables later (free-late) was reserved at memblock_free_all. */
const GIVES_BACK = 'free';

function memblockView({ memblock, memblockEvents }: RunRecord): MemblockView {
  const { memory, reserved } = memblock;
  const at = (address: PhysAddr): RecordRegion | undefined =>
    reserved.find((r) => address >= r.base && address < r.base + r.size);
  return {
    memory,
    reserved,
    isReserved: (address) => at(address) !== undefined,
    isRangeReserved: (start, size) => {
      for (let next = start; next < start + size;) {
        const region = at(next);
        if (!region) return false;
        next = region.base + region.size;
      }
      return true;
    },
    ownerOf: (address) => {
      let owner: RecordMemblockEvent | null = null;
      for (const event of memblockEvents) {
        if (address < event.base || address >= event.base + event.size) continue;
        if (TAKES.includes(event.op)) owner = event;
        else if (event.op === GIVES_BACK) owner = null;
      }
      return owner;
    },
  };
}
