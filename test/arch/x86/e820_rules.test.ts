// The map's texts, the hole for PCI devices, maps of one entry and nosave regions: each rule on drawn maps, both sides of each edge.
import test from 'ava';
import { e820SetupPciGap } from '../../../src/arch/x86/e820_gap.ts';
import { registerNosaveRegions } from '../../../src/arch/x86/nosave_regions.ts';
import { GiB, KiB, MiB, PAGE_SIZE } from '../../../src/lib/units.ts';
import { drawState } from './helpers/state.ts';

const RAM = 1;
const RESERVED = 2;
const OLD = '6.19';
const NEW = '7.0';

function gap(release: string, map: readonly (readonly [number, number, number])[]): string | undefined {
  const { x86, lines } = drawState(release, map);
  x86.ctx.maxPfn = (5 * GiB) / PAGE_SIZE;
  e820SetupPciGap(x86);
  return lines().at(-1);
}

test('of two equal holes the older kernel takes the lower, the newer the higher', (t) => {
  // RAM to 1 GiB, hole, reserved at 2 GiB to 3 GiB, hole to 4 GiB: both holes have 1 GiB
  const map = [
    [0, GiB, RAM],
    [2 * GiB, 3 * GiB, RESERVED],
    [4 * GiB, 5 * GiB, RAM],
  ] as const;
  t.is(gap(OLD, map), '[mem 0x40000000-0x7fffffff] available for PCI devices');
  t.is(gap(NEW, map), '[gap 0xc0000000-0xffffffff] available for PCI devices');
});

test('the hole below the first entry counts in the newer kernel only', (t) => {
  const map = [
    [2 * GiB, 3 * GiB, RAM],
    [3 * GiB + 8 * MiB, 5 * GiB, RAM],
  ] as const;
  t.is(gap(OLD, map), '[mem 0xc0000000-0xc07fffff] available for PCI devices');
  t.is(gap(NEW, map), '[gap 0x00000000-0x7fffffff] available for PCI devices');
});

test('a hole that reaches past 4 GiB is cut there; less than 4 MiB is no hole', (t) => {
  const cut = [
    [0, 4 * GiB - 4 * MiB, RAM],
    [5 * GiB, 6 * GiB, RAM],
  ] as const;
  for (const [release, word] of [
    [OLD, 'mem'],
    [NEW, 'gap'],
  ] as const)
    t.is(gap(release, cut), `[${word} 0xffc00000-0xffffffff] available for PCI devices`);
  const small = [[0, 4 * GiB - 4 * MiB + PAGE_SIZE, RAM]] as const;
  // none: 1 MiB past the end of memory, which is 5 GiB here
  t.is(gap(NEW, small), '[gap 0x140100000-0x1404fffff] available for PCI devices');
});

test('a printed table has two blanks and its gaps from 7.0 on', (t) => {
  const map = [
    [PAGE_SIZE, 640 * KiB, RAM],
    [640 * KiB, MiB, RESERVED],
    [2 * MiB, 3 * MiB, 7],
  ] as const;
  const printed = (release: string): string[] => {
    const { x86, lines } = drawState(release, map);
    x86.e820.printTable('who');
    return lines();
  };
  t.deepEqual(printed(OLD), [
    'who: [mem 0x0000000000001000-0x000000000009ffff] usable',
    'who: [mem 0x00000000000a0000-0x00000000000fffff] reserved',
    'who: [mem 0x0000000000200000-0x00000000002fffff] persistent (type 7)',
  ]);
  t.deepEqual(printed(NEW), [
    'who: [gap 0x0000000000000000-0x0000000000000fff]',
    'who: [mem 0x0000000000001000-0x000000000009ffff]  System RAM',
    'who: [mem 0x00000000000a0000-0x00000000000fffff]  device reserved',
    'who: [gap 0x0000000000100000-0x00000000001fffff]',
    'who: [mem 0x0000000000200000-0x00000000002fffff]  persistent RAM (type 7)',
  ]);
});

test('nosave regions: each entry and each hole by itself, or one for each gap between RAM', (t) => {
  const map = [
    [0, MiB, RAM],
    [MiB, 2 * MiB, RESERVED],
    [3 * MiB, 4 * MiB, RESERVED],
    [4 * MiB, 8 * MiB, RAM],
  ] as const;
  const regions = (release: string): string[] => {
    const { x86, lines } = drawState(release, map);
    x86.ctx.maxPfn = (8 * MiB) / PAGE_SIZE;
    registerNosaveRegions(x86);
    return lines().map((text) => text.replace(/.*memory: /, ''));
  };
  t.deepEqual(regions('6.1'), [
    '[mem 0x00100000-0x001fffff]',
    '[mem 0x00200000-0x002fffff]',
    '[mem 0x00300000-0x003fffff]',
  ]);
  t.deepEqual(regions('6.16'), ['[mem 0x00100000-0x003fffff]']);
});
