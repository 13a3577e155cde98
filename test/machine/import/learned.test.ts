// What a log proves of its kernel and of memory beside the map: facts, never lines. Each kind of line is taken out of logs of real
// machines in turn, and the others stay right.
import { readFile } from 'node:fs/promises';
import test from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../../src/boot/machine.ts';
import type { RunRecord } from '../../../src/init/record.ts';
import { HISTORY } from '../../../src/kernels/history.ts';
import { changesFromLines, PROOFS } from '../../../src/machine/import/change-lines.ts';
import { configFromLines } from '../../../src/machine/import/config-lines.ts';
import { machineFromLog } from '../../../src/machine/import/from-log.ts';
import { kernelFactsFromLines } from '../../../src/machine/import/kernel-lines.ts';
import { cachedByMtrrs, mtrrFromLines } from '../../../src/machine/import/mtrr-lines.ts';
import { setupDataFromLines } from '../../../src/machine/import/setup-data-lines.ts';
import { factsOf } from '../../../tools/real-log-facts.ts';

const LOGS = ['laptop-6.8', 'server-3.10', 'board-4.4'];
const read = (name: string) => readFile(new URL(`../../fixtures/logs/${name}.txt`, import.meta.url), 'utf8');
const lines = (...texts: string[]) => texts.map((text, at) => ({ text, line: at + 1 }));

async function boot(text: string): Promise<RunRecord> {
  const machine = machineFromLog(text, { name: 'm', origin: { kind: 'log', path: 'm.log' } });
  return bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline });
}

/** Kinds of lines, each with the facts that need it: nothing else may go wrong without it. */
const KINDS: readonly { readonly line: RegExp; readonly loses: readonly string[] }[] = [
  { line: /\] Memory: /, loses: [] },
  { line: /\] (?:percpu|PERCPU): |\] pcpu-alloc: /, loses: [] },
  { line: /\] setup_percpu: /, loses: [] },
  { line: /\] NODE_DATA\(/, loses: [] },
  { line: /\] Zone ranges:/, loses: [] },
  { line: /\]   (?:DMA|DMA32|Normal|Device) /, loses: [] },
  { line: /\]   node /, loses: [] },
  { line: /\] On node /, loses: [] },
  { line: /\] PM: /, loses: [] },
  { line: /\] Built |\] Fallback|\] Policy/, loses: [] },
  // one table or two of mounts: distributions took that back
  { line: /hash table entries/, loses: ['hash tables'] },
  { line: /\] mem auto-init/, loses: [] },
  { line: /\] SLUB/, loses: [] },
  { line: /Brought up|Booted up/, loses: [] },
  { line: /\] node \d+ /, loses: ['nodes deferred'] },
  { line: /\] x86\/mm: Memory block/, loses: ['memory block'] },
  // the other lines have places for CPUs, and CPUs that came up
  { line: /\] smpboot: Allowing/, loses: ['CPUs'] },
  { line: /available for PCI/, loses: [] },
  { line: /RAM buffer/, loses: [] },
  { line: /\] ACPI: Reserving/, loses: [] },
  { line: /\] MTRR|\]   \d base/, loses: [] },
  { line: /last_pfn/, loses: [] },
  { line: /\] esrt/, loses: [] },
  { line: /\] Linux version/, loses: [] },
];

for (const name of LOGS)
  test(`${name}: without a kind of line every fact is right that does not need it`, async (t) => {
    const whole = await read(name);
    const real = whole.split('\n');
    t.deepEqual(factsOf(real, texts(await boot(whole))).filter(({ right }) => !right), []); // prettier-ignore
    for (const { line, loses } of KINDS) {
      const without = real.filter((text) => !line.test(text));
      const wrong = factsOf(real, texts(await boot(without.join('\n')))).filter(({ right }) => !right);
      t.deepEqual(wrong.map((fact) => fact.name).filter((fact) => !loses.includes(fact)), [], String(line)); // prettier-ignore
    }
  });

const texts = (record: RunRecord): string[] => record.logLines.map(({ text }) => text);

test('sizes: of Memory:, of the per-CPU area, of NODE_DATA; other sizes than the log has change what is printed', async (t) => {
  const whole = await read('laptop-6.8');
  const facts = machineFromLog(whole, { name: 'm', origin: { kind: 'log', path: 'm' } }).kernelFacts;
  t.deepEqual(facts?.image, {
    codeK: 22528,
    rwdataK: 4442,
    rodataK: 14332,
    initK: 4976,
    bssK: 4732,
    percpuStatic: 229376,
    percpuReserved: 8192,
    percpuDynamic: 114688,
    sizeofPglistData: 0x2b000,
  });
  t.is(facts?.version, '6.8.12');
  // 56 KiB more of static data: 14 pages more a CPU, and still two units to a piece of 1 MiB
  const changed = texts(await boot(whole.replaceAll('s229376', 's286720')));
  t.true(changed.includes('percpu: Embedded 100 pages/cpu s286720 r8192 d114688 u524288'));
});

test('deferral is off where a log goes on past it without its line, and not known where it ends before', (t) => {
  const early = ['Zone ranges:', 'smp: Brought up 1 node, 4 CPUs'];
  t.is(configFromLines(lines(...early)).deferredStructPageInit, undefined);
  t.false(configFromLines(lines(...early, 'devtmpfs: initialized')).deferredStructPageInit);
  t.true(
    configFromLines(lines(...early, 'node 0 deferred pages initialised in 16ms')).deferredStructPageInit,
  );
  t.true(configFromLines(lines('node 0 initialised, 12 pages in 8ms')).deferredStructPageInit);
});

test('options by lines that they print: zones, nodes, hibernation, and how long masks are', (t) => {
  const zones = [
    'BIOS-e820: [mem 0x0-0xfff] usable',
    'Zone ranges:',
    '  DMA32    empty',
    'Early memory node ranges',
  ];
  t.like(configFromLines(lines(...zones)), { zoneDma: false, zoneDevice: false, numa: false });
  t.like(configFromLines(lines(zones[0] ?? '', 'No NUMA configuration found', ...zones.slice(1))), {
    numa: true,
  });
  t.is(configFromLines(lines(...zones.slice(1))).numa, undefined);
  t.like(
    configFromLines(
      lines(...zones, 'setup_percpu: NR_CPUS:64 nr_cpumask_bits:64 nr_cpu_ids:4 nr_node_ids:1'),
    ),
    {
      hibernation: false,
      nrCpus: 64,
      cpumaskOffstack: false,
    },
  );
  // as many CPUs as there may be: nothing is proven
  const full = configFromLines(lines('setup_percpu: NR_CPUS:4 nr_cpumask_bits:4 nr_cpu_ids:4 nr_node_ids:1'));
  t.deepEqual([full.nrCpus, full.cpumaskOffstack], [4, undefined]);
});

test('what the command line says of clearing is not the configuration', (t) => {
  const line = 'mem auto-init: stack:off, heap alloc:on, heap free:off';
  t.true(configFromLines(lines('Command line: ro', line)).initOnAlloc);
  t.is(configFromLines(lines('Command line: ro init_on_alloc=1', line)).initOnAlloc, undefined);
  t.false(configFromLines(lines('Command line: init_on_alloc=1 slub_debug=FZP', line)).initOnAlloc ?? true);
});

test('every change that a text proves is in the history, and contradictions prove nothing', (t) => {
  const ids = new Set(HISTORY.map(({ id }) => id));
  t.deepEqual(PROOFS.map(({ change }) => change).filter((id) => !ids.has(id)), []); // prettier-ignore
  const topo = 'CPU topo: Allowing 4 present CPUs plus 0 hotplug CPUs';
  t.deepEqual(changesFromLines(lines(topo)), { has: ['cpu-topology'], lacks: [] });
  const both = changesFromLines(lines(topo, 'smpboot: Allowing 4 CPUs, 0 hotplug CPUs'));
  t.false([...both.has, ...both.lacks].includes('cpu-topology'));
  t.is(kernelFactsFromLines([]), undefined);
});

test('the upstream version: where banners of distributions have it, not the compiler’s', (t) => {
  const version = (banner: string) => kernelFactsFromLines(lines(banner))?.version;
  const gcc = '(gcc (Ubuntu 13.3.0-6ubuntu2~24.04) 13.3.0, GNU ld (GNU Binutils for Ubuntu) 2.42)';
  t.is(
    version(`Linux version 6.8.0-51-generic (a@b) ${gcc} #52-Ubuntu SMP (Ubuntu 6.8.0-51.52-generic 6.8.12)`),
    '6.8.12',
  );
  t.is(version(`Linux version 6.8.0-51-generic (a@b) ${gcc} #52-Ubuntu SMP`), undefined);
  t.is(
    version(
      'Linux version 6.1.0-47-amd64 (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP Debian 6.1.170-1 (2026-05-01)',
    ),
    '6.1.170',
  );
});

test('MTRRs: what is write-back; nothing where other types or another default make the kernel look away', (t) => {
  const head = 'MTRR default type: uncachable';
  const [low, high, hole] = [
    '  0 base 000000000 mask C00000000 write-back', // 16 GiB from 0
    '  1 base 400000000 mask FC0000000 write-back', // 1 GiB behind
    '  2 base 0C0000000 mask FC0000000 uncachable', // the last GiB below 4 GiB
  ];
  const GiB = 2 ** 30;
  t.deepEqual(cachedByMtrrs(lines(head, low, high, hole)), [
    { start: 0, size: 3 * GiB },
    { start: 4 * GiB, size: 13 * GiB },
  ]);
  t.deepEqual(cachedByMtrrs(lines(head, low, hole, '  3 base 0FF000000 mask FFF000000 write-protect')), []);
  t.deepEqual(cachedByMtrrs(lines('MTRR default type: write-back', hole)), []);
  t.is(cachedByMtrrs(lines(low)), null);
});

test('MTRRs: lint’s registers and the cached memory are those of the same lines', (t) => {
  const head = 'MTRR default type: uncachable';
  const low = '  0 base 000000000 mask F80000000 write-back'; // 2 GiB from 0
  const GiB = 2 ** 30;
  const both = (...texts: string[]) => [mtrrFromLines(lines(...texts)), cachedByMtrrs(lines(...texts))];
  const registers = { default: 'uncachable', ranges: [{ start: 0, size: 2 * GiB, type: 'write-back' }] };
  const cached = [{ start: 0, size: 2 * GiB }];
  t.deepEqual(both(head, low), [{ ...registers, highIsCached: false }, cached]);
  t.deepEqual(both(head, 'MTRR variable ranges enabled:', low), [
    { ...registers, highIsCached: false },
    cached,
  ]);
  // off, or only what stands before the first line
  t.deepEqual(both(head, 'MTRR variable ranges disabled:', low), [null, []]);
  t.deepEqual(both(low, head), [null, []]);
  t.deepEqual(both(low), [null, null]);
  // a type that there is none of, which the kernel prints as ?
  t.deepEqual(both(head, low, '  1 base 080000000 mask F80000000 ?'), [null, []]);
  // a register of less than a page, and one that ends above 2^52, are none
  t.deepEqual(both(head, low, '  1 base 080000000 mask FFFFFF800 uncachable')[1], cached);
  t.deepEqual(both(head, low, '  1 base FFFFFFFFFF000 mask FFFFFFFFFE000 uncachable')[1], cached);
  t.deepEqual(both(head, low, '  1 base 10000000000000 mask FFFFFFFFFF000 uncachable')[1], cached);
  // bits of the base below the mask count for nothing: the last 4 KiB of 2 GiB
  t.deepEqual(both(head, low, '  1 base 07FFFF800 mask FFFFFF000 uncachable')[1], [
    { start: 0, size: 2 * GiB - 4096 },
  ]);
});

test('MTRRs of AMD: memory from 4 GiB up is cached to TOM2; without its line lint takes it for cached all the same', (t) => {
  const low = ['MTRR default type: uncachable', '  0 base 000000000 mask F80000000 write-back'];
  const GiB = 2 ** 30;
  const tom2 = 'TOM2: 0000000140000000 aka 5120M';
  t.deepEqual(cachedByMtrrs(lines(...low, tom2)), [
    { start: 0, size: 2 * GiB },
    { start: 4 * GiB, size: GiB },
  ]);
  t.deepEqual(cachedByMtrrs(lines(...low, 'TOM2: 0000000100000000 aka 4096M')), [
    { start: 0, size: 2 * GiB },
  ]);
  t.true(mtrrFromLines(lines(...low, tom2))?.highIsCached);
  const amd = 'smpboot: CPU0: AMD EPYC 7571 (family: 0x17, model: 0x1, stepping: 0x2)';
  t.true(mtrrFromLines(lines(...low, amd))?.highIsCached);
  t.deepEqual(cachedByMtrrs(lines(...low, amd)), [{ start: 0, size: 2 * GiB }]);
});

test('setup_data: by its changes in their order, each once; else by the pieces of one usable range', (t) => {
  const mark = (from: string, to: string) => `e820: update [mem 0x${from}-0x${to}] usable ==> usable`;
  const [a, b] = [mark('5018', '5fff'), mark('3018', '3fff')];
  t.deepEqual(setupDataFromLines(lines(a, a, b, b), [], 'x'), [
    { start: 0x5018, size: 0xfe8 },
    { start: 0x3018, size: 0xfe8 },
  ]);
  const map = [{ addr: 0x1000n, size: 0x8000n, type: 1 }];
  const piece = (from: string, to: string) => `reserve setup_data: [mem 0x${from}-0x${to}] usable`;
  t.deepEqual(
    setupDataFromLines(lines(piece('1000', '3017'), piece('3018', '3fff'), piece('4000', '8fff')), map, 'x'),
    [{ start: 0x3018, size: 0xfe8 }],
  );
  t.deepEqual(setupDataFromLines(lines(piece('1000', '8fff')), map, 'x'), []);
});
