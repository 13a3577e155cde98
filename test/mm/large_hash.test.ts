import test from 'ava';
import { hashdist, vfsCachesInit, vfsCachesInitEarly } from '../../src/mm/large_hash.ts';
import { drawBoot, type Drawing } from './helpers/boot-context.ts';

/** The tables' lines with `pages` for nr_kernel_pages and nr_all_pages; pages always come from somewhere. */
function tables(drawing: Drawing, pages: number): string[] {
  const { ctx, lines } = drawBoot(drawing);
  ctx.nrKernelPages = pages;
  ctx.nrAllPages = pages;
  vfsCachesInitEarly(ctx);
  vfsCachesInit(ctx, () => true);
  return lines();
}

const one: Drawing = { nodes: [{ memory: [[16, 512]], cpus: 1 }] };
const two: Drawing = {
  nodes: [
    { memory: [[16, 256]], cpus: 1 },
    { memory: [[256, 512]], cpus: 1 },
  ],
};

test('one node: dentry and inode tables from memblock, all linear', (t) => {
  // 128 736 pages of a 512 MiB guest: 129 024 after rounding to MiB, halved 64 512, so 65 536 buckets of 8 bytes
  t.deepEqual(tables(one, 128736), [
    'Dentry cache hash table entries: 65536 (order: 7, 524288 bytes, linear)',
    'Inode-cache hash table entries: 32768 (order: 6, 262144 bytes, linear)',
    'Mount-cache hash table entries: 1024 (order: 1, 8192 bytes, linear)',
    'Mountpoint-cache hash table entries: 1024 (order: 1, 8192 bytes, linear)',
  ]);
});

test("several nodes: vmalloc, in huge pages where each node's share fills one", (t) => {
  t.deepEqual(tables(two, 2064096), [
    'Dentry cache hash table entries: 1048576 (order: 11, 8388608 bytes, vmalloc hugepage)',
    'Inode-cache hash table entries: 524288 (order: 10, 4194304 bytes, vmalloc hugepage)',
    'Mount-cache hash table entries: 16384 (order: 5, 131072 bytes, vmalloc)',
    'Mountpoint-cache hash table entries: 16384 (order: 5, 131072 bytes, vmalloc)',
  ]);
  const [dentry, inode] = tables({ ...two, cmdline: 'nohugevmalloc' }, 2064096);
  t.true(dentry?.endsWith('vmalloc)'));
  t.true(inode?.endsWith('vmalloc)'));
});

test('beyond 64 GiB tables grow half as fast: a scale more for each factor of four', (t) => {
  const dentry = (pages: number): string | undefined => tables(two, pages)[0]?.match(/entries: (\d+)/)?.[1];
  const at64G = 2 ** 24;
  t.is(dentry(at64G), '8388608');
  t.is(dentry(at64G + 256), '8388608'); // a MiB more: half as many buckets to a page, rounded up
  t.is(dentry(2 * at64G), '8388608');
  t.is(dentry(4 * at64G), '16777216');
  t.is(dentry(4 * at64G + 256), '16777216');
});

test('parameters: number of buckets rounded up, at most a sixteenth of memory, hashdist=', (t) => {
  const first = (cmdline: string, pages = 128736): string | undefined =>
    tables({ ...one, cmdline }, pages)[0];
  t.regex(first('dhash_entries=70000') ?? '', /entries: 131072 /);
  t.regex(first('dhash_entries=1M') ?? '', /entries: 1 /); // no suffixes here
  // 65 536 pages are 256 MiB, a sixteenth of it 2 097 152 buckets
  t.regex(first('dhash_entries=9999999', 65536) ?? '', /entries: 2097152 /);
  t.true(hashdist(drawBoot({ ...one, cmdline: 'hashdist=1' }).ctx));
  t.false(hashdist(drawBoot({ ...two, cmdline: 'hashdist=0' }).ctx));
});

test('where pages run out, half a table is tried', (t) => {
  const { ctx, lines } = drawBoot(two);
  ctx.nrKernelPages = ctx.nrAllPages = 2064096;
  vfsCachesInit(ctx, (pages) => pages <= 1024);
  t.is(lines()[0], 'Dentry cache hash table entries: 524288 (order: 10, 4194304 bytes, vmalloc hugepage)');
});
