// Reads what a capture of a real boot holds beside its log: padata.txt, memblock.txt, zoneinfo.txt.
import type { CpuId, Nid, Pfn } from '../../lib/units.ts';
import type { RecordJob, RecordRegion } from '../../init/record.ts';

/** A job as gdb saw it, with the chunks handed out for its node until the next job of that node. */
export interface CapturedJob extends Omit<RecordJob, 'workers' | 'chunkSize' | 'chunks'> {
  /** From the HELPER events; 1 and null where the caller ran the job alone. */
  workers: number;
  chunkSize: number | null;
  readonly chunks: { readonly start: Pfn; readonly end: Pfn; readonly cpu: CpuId }[];
}

/** What padata.txt tells. */
export interface CapturedPadata {
  readonly firstDeferredPfn: ReadonlyMap<Nid, Pfn | null>;
  readonly jobs: readonly CapturedJob[];
  /** Calls of deferred_grow_zone before page_alloc_init_late. */
  readonly grows: readonly { readonly node: Nid; readonly order: number; readonly fromPfn: Pfn | null }[];
}

const ULONG_MAX = '0xffffffffffffffff';

/** Splits an event line into its positional values and its key=value fields. */
function fields(line: string): { readonly positional: string[]; readonly named: Map<string, string> } {
  const positional: string[] = [];
  const named = new Map<string, string>();
  for (const word of line.trim().split(/\s+/)) {
    const equals = word.indexOf('=');
    if (equals > 0) named.set(word.slice(0, equals), word.slice(equals + 1));
    else positional.push(word);
  }
  return { positional, named };
}

/** Reads padata.txt; unknown events are skipped, the order of events is kept. */
export function parsePadata(text: string): CapturedPadata {
  const firstDeferredPfn = new Map<Nid, Pfn | null>();
  const jobs: CapturedJob[] = [];
  const grows: { node: Nid; order: number; fromPfn: Pfn | null }[] = [];
  const pfn = (value: string | undefined): Pfn | null => (value === ULONG_MAX ? null : Number(value));
  const lastJob = (node: Nid): CapturedJob | undefined => jobs.findLast((job) => job.node === node);
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) continue;
    const { positional, named } = fields(line);
    const node = Number(named.get('node'));
    const value = (i: number): number => Number(positional[i]);
    switch (positional[0]) {
      case 'DEFINIT':
        firstDeferredPfn.set(value(2), pfn(positional[4]));
        break;
      case 'GROW':
        grows.push({ node, order: value(3), fromPfn: pfn(named.get('first_deferred_pfn')) });
        break;
      case 'JOB':
        jobs.push({
          node,
          zone: named.get('zone') ?? '',
          start: value(2),
          size: value(3),
          align: value(4),
          minChunk: value(5),
          maxThreads: value(6),
          workers: 1,
          chunkSize: null,
          chunks: [],
        });
        break;
      case 'HELPER': {
        const job = lastJob(node);
        if (!job) break;
        job.workers = Number(named.get('nworks'));
        job.chunkSize = Number(named.get('chunk_size'));
        break;
      }
      case 'CHUNK':
        lastJob(node)?.chunks.push({ start: value(2), end: value(3), cpu: value(1) });
        break;
    }
  }
  return { firstDeferredPfn, jobs, grows };
}

/** One snapshot of memblock's two tables. */
export interface MemblockSnapshot {
  readonly memory: readonly RecordRegion[];
  readonly reserved: readonly RecordRegion[];
}

const FLAG_VALUES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ HOTPLUG: 1, MIRROR: 2, NOMAP: 4, DRIVER_MANAGED: 8 },
    ...{ RSRV_NOINIT: 16, RSRV_KERN: 32, KHO_SCRATCH: 64 },
  }),
);
/** Debian's MAX_NUMNODES: the node of a region that has none. */
const MAX_NUMNODES = 1024;

/** Reads memblock.txt: the tables at memblock_free_all, and at page_alloc_init_late. */
export function parseMemblockSnapshots(text: string): { freeAll: MemblockSnapshot; late: MemblockSnapshot } {
  const snapshots: { memory: RecordRegion[]; reserved: RecordRegion[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('@')) snapshots.push({ memory: [], reserved: [] });
    const match = /^(memory|reserved) \d+ base (\w+) end (\w+) nid (-?\d+) flags (\S+)/.exec(line);
    if (!match) continue;
    const base = Number(match[2]);
    const nid = Number(match[4]);
    const flags = (match[5] as string)
      .split('|')
      .reduce((sum, name) => sum + (FLAG_VALUES.get(name) ?? 0), 0);
    const region = { base, size: Number(match[3]) - base, flags, nid: nid === MAX_NUMNODES ? -1 : nid };
    snapshots.at(-1)?.[match[1] as 'memory' | 'reserved'].push(region);
  }
  const empty = { memory: [], reserved: [] };
  return { freeAll: snapshots[0] ?? empty, late: snapshots[1] ?? empty };
}

/** A zone as /proc/zoneinfo prints it. */
export interface CapturedZone {
  readonly node: Nid;
  readonly name: string;
  readonly spanned: number;
  readonly present: number;
  readonly managed: number;
  /** null for an empty zone, which prints none. */
  readonly startPfn: Pfn | null;
}

/** Reads zoneinfo.txt. */
export function parseZoneinfo(text: string): CapturedZone[] {
  return text
    .split(/^(?=Node \d+, zone)/m)
    .filter((block) => block.startsWith('Node'))
    .map((block) => {
      const head = /^Node (\d+), zone\s+(\w+)/.exec(block);
      const number = (name: string): number =>
        Number(new RegExp(`^[ \\t]{1,8}${name}[ \\t]{1,80}(\\d{1,16})`, 'm').exec(block)?.[1] ?? 0);
      const start = /^[ \t]{1,8}start_pfn:[ \t]{1,80}(\d{1,16})/m.exec(block)?.[1];
      return {
        node: Number(head?.[1]),
        name: head?.[2] ?? '',
        spanned: number('spanned'),
        present: number('present'),
        managed: number('managed'),
        startPfn: start === undefined ? null : Number(start),
      };
    });
}
