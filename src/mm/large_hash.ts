// Mirrors alloc_large_system_hash of mm/page_alloc.c and its callers in fs/dcache.c, fs/inode.c, fs/namespace.c (v6.1):
// hash tables sized by memory, out of memblock on one node, out of vmalloc where nodes share them.
import { panic } from '../kernel/panic.ts';
import { alignUp, ilog2, roundupPowOfTwo } from '../lib/align.ts';
import { simpleStrtoul } from '../lib/strtoul.ts';
import { GiB, MiB, PAGE_SHIFT, PAGE_SIZE } from '../lib/units.ts';
import { longBytes } from '../kernel/word.ts';
import type { BootContext } from './context.ts';
import { PAGEBLOCK_ORDER } from './memmap/layout.ts';
import { vmallocPages, type TakeBlocks } from './vmalloc.ts';
import { memoryNodes, onlineNodeCount } from './zonelist.ts';

const SMP_CACHE_BYTES = 64;
/** From 64 GiB on tables grow by half as much: one scale more for each factor of four. */
const ADAPT_SCALE_NPAGES = (64 * GiB) / PAGE_SIZE;
const ADAPT_SCALE_FACTOR = 4;
/** MAX_ORDER: no block of the buddy allocator has this order. */
const MAX_ORDER = 11;
const PMD_SIZE = 2 * MiB;
/** Bytes of struct list_head: a page of them was the table of mounts to 3.13. */
const LIST_HEAD_SIZE = 16;

/** One table: a bucket for each 2^scale bytes of memory, or as many as its parameter says. */
interface HashTable {
  readonly name: string;
  /** Pointers of a bucket's head. */
  readonly pointers: number;
  readonly param: string;
  readonly scale: number;
  /** Least and most buckets, where the table has limits of its own; it then does not adapt to very large memory. */
  readonly limits?: { readonly low: number; readonly high: number };
}

const DENTRY: HashTable = { name: 'Dentry cache', pointers: 1, param: 'dhash_entries', scale: 13 };
const INODE: HashTable = { name: 'Inode-cache', pointers: 1, param: 'ihash_entries', scale: 14 };
const MOUNT: HashTable = { name: 'Mount-cache', pointers: 1, param: 'mhash_entries', scale: 19 };
const MOUNTPOINT: HashTable = { name: 'Mountpoint-cache', pointers: 1, param: 'mphash_entries', scale: 19 };

const STACKDEPOT: HashTable = {
  name: 'stackdepot',
  pointers: 1,
  param: '',
  scale: 14,
  limits: { low: 2 ** 12, high: 2 ** 20 },
};

/** hashdist: whether tables are spread over nodes; more than one node with memory, unless hashdist= says otherwise. */
export function hashdist(ctx: BootContext): boolean {
  const value = ctx.params.all('hashdist').filter((text) => text !== null);
  const last = value.at(-1);
  if (last !== undefined) return simpleStrtoul(last).value !== 0;
  const { config, rules } = ctx.profile;
  // by nodes only since the number of nodes is known in time
  return (rules.hashdist === 'always' && config.numa !== false) || memoryNodes(ctx).length > 1;
}

/** Bytes of a bucket's head. */
function bucketBytes({ profile }: BootContext, { pointers }: HashTable): number {
  return pointers * longBytes(profile);
}

/** How many buckets a table gets, a power of two. */
function bucketCount(ctx: BootContext, table: HashTable): number {
  const bucket = bucketBytes(ctx, table);
  const asked = ctx.params.all(table.param).filter((text) => text !== null);
  let entries = simpleStrtoul(asked.at(-1) ?? '0').value;
  if (entries === 0) {
    entries = alignUp(ctx.nrKernelPages, MiB / PAGE_SIZE);
    let { scale } = table;
    if (!table.limits && !ctx.profile.image.i386) scale += adaptation(entries);
    entries = Math.floor(entries / 2 ** (scale - PAGE_SHIFT));
    if (entries * bucket < PAGE_SIZE) entries = PAGE_SIZE / bucket;
  }
  const sixteenth = Math.floor((ctx.nrAllPages * PAGE_SIZE) / 16);
  const most = Math.min(table.limits?.high ?? Math.floor(sixteenth / bucket), 2 ** 31);
  const least = table.limits?.low ?? 1;
  return 2 ** ilog2(Math.min(Math.max(roundupPowOfTwo(entries), least), most));
}

/** By how much the scale grows on large machines. */
function adaptation(pages: number): number {
  let more = 0;
  for (let adapt = ADAPT_SCALE_NPAGES; adapt < pages; adapt *= ADAPT_SCALE_FACTOR) more++;
  return more;
}

/** get_order(): the smallest block of 2^order pages that holds `size` bytes. */
function orderOf(size: number): number {
  return size <= PAGE_SIZE ? 0 : ilog2(roundupPowOfTwo(size)) - PAGE_SHIFT;
}

function report(ctx: BootContext, table: HashTable, size: number, kind: string): void {
  const entries = size / bucketBytes(ctx, table);
  const place = ctx.profile.rules.hashLine === 'place' ? `, ${kind}` : '';
  ctx.printk.info(
    `${table.name} hash table entries: ${entries} (order: ${orderOf(size)}, ${size} bytes${place})`,
  );
}

/** Tries `take` with the table's size, and half of it as long as it fails. */
function shrinkUntil(ctx: BootContext, table: HashTable, take: (size: number) => boolean): number {
  let size = bucketCount(ctx, table) * bucketBytes(ctx, table);
  while (!take(size)) {
    if (size <= PAGE_SIZE) throw panic(ctx.printk, `Failed to allocate ${table.name} hash table`);
    size /= 2;
  }
  return size;
}

/** vfs_caches_init_early: on one node these two come from memblock. */
export function vfsCachesInitEarly(ctx: BootContext): void {
  if (hashdist(ctx)) return;
  for (const table of [DENTRY, INODE]) allocEarly(ctx, table);
}

/** stack_depot_early_init: where something wants to remember stack traces from the start. */
export function stackDepotEarlyInit(ctx: BootContext, wanted: boolean): void {
  if (wanted && !ctx.params.has('stack_depot_disable')) allocEarly(ctx, STACKDEPOT);
}

/** Out of memblock (HASH_EARLY). */
function allocEarly(ctx: BootContext, table: HashTable): void {
  const take = (bytes: number): boolean =>
    ctx.memblock.alloc(bytes, SMP_CACHE_BYTES, 'alloc_large_system_hash') !== 0;
  report(ctx, table, shrinkUntil(ctx, table, take), 'linear');
}

/** vfs_caches_init: the tables that are left, once the page allocator is up. */
export function vfsCachesInit(ctx: BootContext, take: TakeBlocks): void {
  const spread = hashdist(ctx);
  const mounts = ctx.profile.rules.mountHash === 'by-memory' ? [MOUNT, MOUNTPOINT] : [];
  const tables = spread ? [DENTRY, INODE, ...mounts] : mounts;
  for (const table of tables) {
    let kind = 'linear';
    const size = shrinkUntil(ctx, table, (bytes) => {
      if (!spread && orderOf(bytes) < MAX_ORDER) return take(bytes / PAGE_SIZE, orderOf(bytes));
      const vmalloc = (size: number, order: number): boolean =>
        vmallocPages(ctx.profile.rules.vmallocBlocks, Math.ceil(size / PAGE_SIZE), order, take);
      const huge = isHugeVmalloc(ctx, bytes) && vmalloc(alignUp(bytes, PMD_SIZE), PAGEBLOCK_ORDER);
      kind = huge ? 'vmalloc hugepage' : 'vmalloc';
      return huge || vmalloc(bytes, 0);
    });
    report(ctx, table, size, kind);
  }
  if (mounts.length === 0) ctx.printk.info(`Mount-cache hash table entries: ${PAGE_SIZE / LIST_HEAD_SIZE}`);
}

/** Whether vmalloc_huge would use 2 MiB pages: a node's share must fill one, or all of it. */
function isHugeVmalloc(ctx: BootContext, bytes: number): boolean {
  const { vmallocHuge } = ctx.profile.rules;
  if (vmallocHuge === 'never') return false;
  const bySize = vmallocHuge === 'by-size';
  const share = bySize ? bytes : bytes / onlineNodeCount(ctx);
  return !ctx.params.has('nohugevmalloc') && share >= PMD_SIZE;
}
