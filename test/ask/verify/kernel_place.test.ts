// Which differing lines are the kernel's place's.
import test from 'ava';
import { dependsOnPlace } from '../../../src/ask/verify/kernel_place.ts';
import type { LogLine } from '../../../src/kernel/printk.ts';

const log = (...texts: string[]): LogLine[] =>
  texts.map((text) => ({ text, step: 'step', level: 6, timeNs: 0 }));

const HERE = log(
  'Zone ranges:',
  'NODE_DATA(0) allocated [mem 0x87f7d3000-0x87f7fdfff]',
  'percpu: Embedded 62 pages',
);
const THERE = log(
  'Zone ranges:',
  'NODE_DATA(0) allocated [mem 0x87c7d3000-0x87c7fdfff]',
  'percpu: Embedded 62 pages',
);

test('a predicted line that some other place lacks, and a real one of its shape', (t) => {
  const depends = dependsOnPlace(HERE, [THERE]);
  const differs = (from: 'real' | 'predicted', text: string): boolean =>
    depends({ from, text, index: HERE.findIndex((line) => line.text === text) });
  t.true(differs('predicted', 'NODE_DATA(0) allocated [mem 0x87f7d3000-0x87f7fdfff]'));
  t.true(differs('real', 'NODE_DATA(0) allocated [mem 0x87f7fb000-0x87f7fffff]'));
  t.false(differs('predicted', 'percpu: Embedded 62 pages'));
  t.false(differs('real', 'percpu: Embedded 64 pages'));
  t.false(differs('real', 'NODE_DATA(0) on node 1'));
});

test('what stays wherever the kernel lies is not of its place', (t) => {
  const depends = dependsOnPlace(HERE, [HERE, HERE]);
  for (const [index, { text }] of HERE.entries()) t.false(depends({ from: 'predicted', text, index }));
});

test('a line that only another place prints has the shape of a real one', (t) => {
  const depends = dependsOnPlace(HERE, [HERE, [...HERE, ...log('Move RAMDISK from [mem 0x1-0x2]')]]);
  t.true(depends({ from: 'real', text: 'Move RAMDISK from [mem 0x5000-0x6fff]', index: 0 }));
});
