import test from 'ava';
import { GiB } from '../../src/lib/units.ts';
import { HugetlbParams } from '../../src/mm/hugetlb.ts';
import { drawBoot, type DrawnBoot } from './helpers/boot-context.ts';

/** Two nodes of 4 GiB each from 4 GiB on; starts of the gigantic pages in GiB. */
function parse(
  cmdline: string,
  draw?: DrawnBoot,
): { starts: number[]; lines: string[]; hugetlb: HugetlbParams } {
  const boot =
    draw ??
    drawBoot({
      nodes: [
        { memory: [[4096, 8192]], cpus: 1 },
        { memory: [[8192, 12288]], cpus: 1 },
      ],
      cmdline,
    });
  const hugetlb = new HugetlbParams(boot.ctx);
  for (const { name, value } of boot.ctx.params.list) hugetlb.parse(name, value);
  return { starts: hugetlb.pages.map((page) => page.start / GiB), lines: boot.lines(), hugetlb };
}

test('gigantic pages go round the nodes, from the top of each', (t) => {
  t.deepEqual(parse('hugepagesz=1G hugepages=3').starts, [7, 11, 6]);
  t.deepEqual(parse('default_hugepagesz=1G hugepagesz=1G hugepages=1').starts, [7]);
  t.deepEqual(parse('hugepages=2 default_hugepagesz=1G').starts, [7, 11]);
});

test('so many on a node; more than fit are told', (t) => {
  t.deepEqual(parse('hugepagesz=1G hugepages=1:2').starts, [11, 10]);
  const much = parse('hugepagesz=1G hugepages=9');
  t.is(much.starts.length, 8);
  t.deepEqual(much.lines, [
    'HugeTLB: allocating 9 of page size 1.00 GiB failed.  Only allocated 8 hugepages.',
  ]);
});

test('pages of 2 MiB are for later', (t) => {
  t.deepEqual(parse('hugepages=100').starts, []);
  t.is(parse('hugepages=100').hugetlb.wantedPmdPages, 100);
  t.is(parse('hugepagesz=2M hugepages=20 hugepagesz=1G hugepages=1').hugetlb.wantedPmdPages, 20);
});

test('what cannot be is told, and nothing is taken', (t) => {
  const wrongSize = parse('hugepagesz=16M hugepages=1');
  t.deepEqual(wrongSize.starts, []);
  t.deepEqual(wrongSize.lines, [
    'HugeTLB: unsupported hugepagesz=16M',
    'HugeTLB: hugepages=1 does not follow a valid hugepagesz, ignoring',
  ]);
  t.deepEqual(parse('hugepagesz=1G hugepages=5:1').lines, ['HugeTLB: Invalid hugepages parameter 5:1']);
  t.deepEqual(parse('hugepagesz=1G hugepages=1 hugepages=2').lines, [
    'HugeTLB: hugepages= specified twice without interleaving hugepagesz=, ignoring hugepages=2',
  ]);
});

test('from 6.15 on a named node gives its own pages only; 7.3 has a function of its own, which marks the region', (t) => {
  const taken = (hugePageTake: 'near' | 'named-node' | 'own-function', cmdline: string) => {
    const nodes = [
      { memory: [[4096, 8192]] as [number, number][], cpus: 1 },
      { memory: [[8192, 12288]] as [number, number][], cpus: 1 },
    ];
    const { ctx } = drawBoot({ nodes, cmdline });
    const rules = { ...ctx.profile.rules, hugePageTake, reservedTags: 'kernel' as const };
    const hugetlb = new HugetlbParams({ ...ctx, profile: { ...ctx.profile, rules } });
    for (const { name, value } of ctx.params.list) hugetlb.parse(name, value);
    return hugetlb.pages.map((page) => page.start / GiB);
  };
  t.deepEqual(taken('near', 'hugepagesz=1G hugepages=1:5'), [11, 10, 9, 8, 7]);
  t.deepEqual(taken('named-node', 'hugepagesz=1G hugepages=1:5'), [11, 10, 9, 8]);
  t.deepEqual(taken('own-function', 'hugepagesz=1G hugepages=1:5'), [11, 10, 9, 8]);
  t.deepEqual(taken('own-function', 'hugepagesz=1G hugepages=9'), [7, 11, 6, 10, 5, 9, 4, 8]);
});

test('the huge page function prints its own line', (t) => {
  const boot = drawBoot({ nodes: [{ memory: [[4096, 8192]], cpus: 1 }], cmdline: '' });
  boot.ctx.memblock.debug = true;
  t.is(boot.ctx.memblock.allocHugetlb(GiB, 0, false, 'x'), 7 * GiB);
  t.true(boot.lines().includes('memblock_alloc_hugetlb: 1073741824 bytes, nid=0, exact_nid=0 x'));
});
