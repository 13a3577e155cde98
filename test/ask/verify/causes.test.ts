// Why lines of a real log differ: each cause on a few lines of real logs, and lines of which nothing is known.
import test from 'ava';
import { causesOf } from '../../../src/ask/verify/causes.ts';
import type { DifferingLine } from '../../../src/ask/verify/fidelity.ts';
import type { RecordAssumed } from '../../../src/init/record.ts';

const line = (from: DifferingLine['from'], text: string, followed = true): DifferingLine => ({
  ...{ from, text, index: 0, step: '', followed },
});
const real = (text: string) => line('real', text);
const predicted = (text: string, followed = true) => line('predicted', text, followed);

function ids(
  differing: readonly DifferingLine[],
  {
    log = [],
    facts = [],
    efi = true,
  }: { log?: readonly string[]; facts?: readonly RecordAssumed[]; efi?: boolean } = {},
): (string | null)[] {
  const all = [...log, ...differing.filter(({ from }) => from === 'real').map(({ text }) => text)];
  return causesOf({ differing }, all, { assumedFacts: facts }, efi).map((cause) => cause?.id ?? null);
}

test('changes of the map: setup_data, what EFI keeps, MTRRs; and the lines that follow from each', (t) => {
  const nosave = (range: string) => real(`PM: hibernation: Registered nosave memory: [mem ${range}]`);
  const buffer = (range: string) => real(`e820: reserve RAM buffer [mem ${range}]`);
  t.deepEqual(
    ids([
      real('e820: update [mem 0x37a53018-0x37a7b257] usable ==> usable'),
      real('e820: update [mem 0x3cf5e000-0x3d051fff] usable ==> reserved'),
      real('e820: update [mem 0xd8000000-0xffffffff] usable ==> reserved'),
      nosave('0x37a53000-0x37a53fff'),
      nosave('0x37a7b000-0x37a7bfff'),
      nosave('0x3cf5e000-0x3d051fff'),
      nosave('0x3cf5d000-0x3cf5dfff'),
      nosave('0x11111000-0x11111fff'),
      buffer('0x37a53018-0x37ffffff'),
      buffer('0x3cf5e000-0x3fffffff'),
      real('[mem 0xe0000000-0xf3ffffff] available for PCI devices'),
      predicted('[mem 0xd7800000-0xf3ffffff] available for PCI devices'),
    ]),
    [
      'setup-data',
      'efi-reserved',
      'mtrr',
      'setup-data',
      'setup-data',
      'efi-reserved',
      'efi-reserved',
      null,
      'setup-data',
      'efi-reserved',
      'mtrr',
      'mtrr',
    ],
  );
  // without EFI there are no boot services to buy back, and a predicted change is no cause
  t.deepEqual(
    ids(
      [
        real('e820: update [mem 0x3cf5e000-0x3d051fff] usable ==> reserved'),
        predicted('e820: update [mem 0x1000-0x1fff] usable ==> reserved'),
      ],
      { efi: false },
    ),
    ['map-changed', null],
  );
});

test('lines of a kind that the log has not, and lines after its end', (t) => {
  const done = predicted('node 0 deferred pages initialised in Nms');
  t.deepEqual(ids([done]), ['deferral-off']);
  t.deepEqual(ids([done], { log: ['node 1 deferred pages initialised in 8ms'] }), [null]);
  t.deepEqual(ids([predicted('No NUMA configuration found'), predicted('  Device   empty')]), [
    'not-built:NUMA',
    'not-built:ZONE_DEVICE',
  ]);
  const memory = 'Memory: 1K/2K available (';
  t.deepEqual(ids([predicted(memory, false), predicted(memory, false)]), ['cut', 'cut']);
  t.deepEqual(ids([predicted(memory, false), real('Memory: 2K/2K available (')]), [null, null]);
});

test('an assumed fact explains the lines that show it, a more telling one first', (t) => {
  const facts: RecordAssumed[] = [
    { fact: 'kernel.rules', taken: 'those of 4.17', lines: [] },
    { fact: 'kernel.sizes', taken: "as in Debian's 6.1.0-56", lines: [] },
    { fact: 'kernel.earlyPages', taken: 'as measured with 6.1', lines: [] },
  ];
  const differing = [real('Memory: 1K/2K available ('), real('last_pfn = 0x1 max_arch_pfn = 0x2')];
  t.deepEqual(ids(differing, { facts }), ['assumed:kernel.sizes', 'assumed:kernel.rules']);
  const [first] = causesOf({ differing }, [], { assumedFacts: facts }, false);
  t.is(first?.text, "assumed: kernel.sizes, as in Debian's 6.1.0-56, and kernel.earlyPages");
  t.deepEqual(ids(differing), [null, null]);
});

test('KASLR is the cause of what reads otherwise with the kernel elsewhere, and of nothing else', (t) => {
  const tlb = real('software IO TLB: mapped [mem 0x0000000001000000-0x0000000005000000] (64MB)');
  const memory = { ...real('Memory: 1K/2K available ('), dependsOnKernelPlace: true };
  t.deepEqual(ids([tlb, { ...tlb, dependsOnKernelPlace: true }, memory]), [null, 'kaslr', 'kaslr']);
  const facts: RecordAssumed[] = [
    { fact: 'kernel.rules', taken: 'those of 4.17', lines: [] },
    { fact: 'kernel.sizes', taken: 'x', lines: [] },
  ];
  t.deepEqual(ids([{ ...tlb, dependsOnKernelPlace: true }, memory], { facts }), [
    'kaslr',
    'assumed:kernel.sizes',
  ]);
  const [cause] = causesOf({ differing: [memory] }, [], { assumedFacts: facts }, false);
  t.is(cause?.text, "assumed: kernel.sizes, x, and the kernel's place");
});
