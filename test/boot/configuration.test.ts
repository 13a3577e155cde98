// What a kernel's configuration changes of the log of one machine, and what it leaves alone.
import test from 'ava';
import { earlyBoot } from '../../src/boot/early.ts';
import { discover } from '../../src/boot/machine.ts';
import { bootSimulated } from '../../src/boot/simulated.ts';
import type { RunRecord } from '../../src/init/record.ts';
import type { KernelConfig } from '../../src/kernel/profile.ts';
import { bootProfile } from '../../src/kernels/list.ts';
import { kernelNamed } from '../../src/kernels/named.ts';
import { machineFromFolder } from '../../src/machine/import/path.ts';
import { captures } from '../helpers/captures.ts';

async function boot(kernel: string, config: Partial<KernelConfig>, append = ''): Promise<RunRecord> {
  const capture = captures('6.1').find(({ name }) => name === 'q35-8g-2n-4c');
  const spec = await machineFromFolder(capture?.path ?? '');
  const bootParams = await discover(spec, { cmdline: `${spec.cmdline} ${append}`.trim(), bios: null });
  const base = await kernelNamed(kernel);
  const profile = bootProfile({ ...base.kernel, config: { ...base.kernel.config, ...config } }, base.about);
  const early = earlyBoot(bootParams, { machine: 'm', profile, warnings: spec.warnings });
  return bootSimulated(early, spec);
}

const texts = (record: RunRecord): string[] => record.logLines.map(({ text }) => text);
const find = (record: RunRecord, pattern: RegExp): string[] => texts(record).filter((t) => pattern.test(t));

for (const kernel of ['6.1', '6.12', '7.3'])
  test(`${kernel} without DEFERRED_STRUCT_PAGE_INIT: no jobs, no threads' lines, all pages in the zones at once`, async (t) => {
    const [on, off] = [await boot(kernel, {}), await boot(kernel, { deferredStructPageInit: false })];
    t.true(on.jobs.length > 0);
    t.deepEqual(off.jobs, []);
    t.deepEqual(find(off, /deferred pages initialised/), []);
    t.true(off.nodes.every(({ firstDeferredPfn }) => firstDeferredPfn === null));
    // the same pages in the end, and the same addresses on the way
    t.deepEqual(off.zones, on.zones);
    t.deepEqual(off.memblock, on.memblock);
    const available = (record: RunRecord): number =>
      Number(/^Memory: (\d+)K/.exec(find(record, /^Memory: /)[0] ?? '')?.[1]);
    if (kernel === '6.1') t.true(available(off) > 8_000_000 && available(on) < 3_000_000);
    else t.is(available(off), available(on)); // counted when both have all pages
  });

test('without ZONE_DMA: no such zone, its pages are DMA32, and pages taken below 16 MiB are charged there', async (t) => {
  const [on, off] = [await boot('6.1', {}), await boot('6.1', { zoneDma: false })];
  t.deepEqual(find(off, /^ {2}DMA +\[mem/), []);
  t.deepEqual(find(off, /^ {2}DMA32 +\[mem/), ['  DMA32    [mem 0x0000000000001000-0x00000000ffffffff]']);
  t.deepEqual(
    off.zones.map(({ node, name }) => `${node} ${name}`),
    ['0 DMA32', '0 Normal', '1 Normal'],
  );
  const managed = (record: RunRecord): number =>
    record.zones.reduce((sum, zone) => sum + zone.managedPages, 0);
  t.is(managed(off), managed(on));
  t.deepEqual(find(off, /unavailable/), [
    'On node 0, zone DMA32: 1 pages in unavailable ranges',
    'On node 0, zone DMA32: 97 pages in unavailable ranges',
    'On node 0, zone Normal: 32 pages in unavailable ranges',
  ]);
});

test('without X86_MPPARSE nobody looks for an MP table', async (t) => {
  const off = await boot('6.1', { x86Mpparse: false });
  t.deepEqual(find(off, /SMP MP-table/), []);
  t.deepEqual(find(off, /^smpboot: Allowing/), ['smpboot: Allowing 4 CPUs, 0 hotplug CPUs']);
});

test('without NUMA_EMU numa=fake is a malformed option', async (t) => {
  const [on, off] = [
    await boot('6.1', {}, 'numa=fake=4'),
    await boot('6.1', { numaEmu: false }, 'numa=fake=4'),
  ];
  t.is(find(on, /^Faking node/).length, 4);
  t.deepEqual(find(off, /^Faking node/), []);
  t.deepEqual(find(off, /^Malformed/), ["Malformed early option 'numa'"]);
});

test('5.10: a node whose memory mem= takes away stays possible, as a real boot of such a machine says', async (t) => {
  const record = await boot('5.10', {}, 'mem=512M');
  t.is(
    find(record, /^setup_percpu: /)[0]
      ?.split(' ')
      .at(-1),
    'nr_node_ids:2',
  );
  t.is(find(record, /alloc_bootmem_cpumask_var/).length, 2 + 4); // a mask for each node beside four
  t.regex(find(record, /^SLUB: /)[0] ?? '', /Nodes=2$/);
});
