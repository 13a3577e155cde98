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

// x86_64 without CONFIG_NUMA: initmem_init of arch/x86/mm/init_64.c says and takes nothing, contig_page_data is part of the image
for (const kernel of ['6.1', '7.3'])
  test(`${kernel} without NUMA: one node that nobody speaks of, and no NODE_DATA`, async (t) => {
    const off = await boot(kernel, { numa: false });
    t.deepEqual(
      find(
        off,
        /SRAT|^NUMA|^Faking|^NODE_DATA|on node \d+ flags|^Fallback order|^Policy zone|alloc_bootmem_cpumask_var/,
      ).filter((text) => !text.startsWith('ACPI: SRAT 0x') && !text.startsWith('ACPI: Reserving')),
      find(off, /^memblock_alloc_try_nid: 8 bytes .* alloc_bootmem_cpumask_var/),
    );
    // the map stands once: numa_register_memblks would show it again
    t.is(find(off, /^MEMBLOCK configuration:/).length, 1);
    t.deepEqual(find(off, /^ {2}node +\d+: /).length, 3);
    t.deepEqual(find(off, /^Initmem setup node/), [
      'Initmem setup node 0 [mem 0x0000000000001000-0x000000027fffffff]',
    ]);
    t.regex(find(off, /^setup_percpu: /)[0] ?? '', /nr_cpu_ids:4 nr_node_ids:1$/);
    t.deepEqual(find(off, /^smp: Brought up/), ['smp: Brought up 1 node, 4 CPUs']);
    t.is(off.zones.filter(({ name }) => name === 'Normal').length, 1);
    t.deepEqual(find(off, /^node \d+ deferred/).length, 1);
    // 6.1 looks for usage maps in the section of contig_page_data, the image's
    const usage = find(off, /sparse_init_nid.*0x8d/)[0] ?? '';
    if (kernel === '6.1') t.regex(usage, /from=0x0000000000000000 max_addr=0x0000000008000000/);
  });

test('CPU masks on the stack take no memory; 5.10 then has as many bits as NR_CPUS', async (t) => {
  const taken = (record: RunRecord): number => find(record, /alloc_bootmem_cpumask_var/).length;
  const bits = (record: RunRecord): string | undefined =>
    /NR_CPUS:\d+ nr_cpumask_bits:\d+/.exec(find(record, /^setup_percpu: /)[0] ?? '')?.[0];
  const small = { nrCpus: 512 };
  t.is(taken(await boot('6.1', { nrCpus: 513 })), 6);
  const [old, later] = [await boot('5.10', small), await boot('6.1', small)];
  t.deepEqual([taken(old), taken(later)], [0, 0]);
  t.is(bits(old), 'NR_CPUS:512 nr_cpumask_bits:512');
  t.is(bits(later), 'NR_CPUS:512 nr_cpumask_bits:4');
  const off = await boot('5.10', { ...small, cpumaskOffstack: true });
  t.is(bits(off), 'NR_CPUS:512 nr_cpumask_bits:4');
  t.is(taken(off), 6);
});

test('NR_CPUS and NODES_SHIFT are limits of the machine', async (t) => {
  const two = await boot('6.1', { nrCpus: 2 });
  t.deepEqual(find(two, /^APIC: NR_CPUS|exceeds NR_CPUS|^smpboot: Allowing/), [
    'APIC: NR_CPUS/possible_cpus limit of 2 reached. Processor 2/0x2 ignored.',
    'APIC: NR_CPUS/possible_cpus limit of 2 reached. Processor 3/0x3 ignored.',
    '4 Processors exceeds NR_CPUS limit of 2',
    'smpboot: Allowing 2 CPUs, 0 hotplug CPUs',
  ]);
  const one = await boot('6.1', { maxNumnodes: 1 });
  t.deepEqual(find(one, /^SRAT: Too many|Too many proximity/), ['SRAT: Too many proximity domains 1']);
});
