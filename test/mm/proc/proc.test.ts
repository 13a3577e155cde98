// /proc/buddyinfo and /proc/zoneinfo at the end of deferred init, beside those that real boots printed much later.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { buddyinfo } from '../../../src/mm/proc/buddyinfo.ts';
import { zoneinfo } from '../../../src/mm/proc/zoneinfo.ts';
import { CAPTURES, predictMemmap, readCapture } from '../memmap/helpers/capture.ts';

const NAME = 'q35-8g-2n-4c';

/** The figures of each zone's block by name; absent ones are left out. */
function figures(text: string, names: readonly string[]): Record<string, number[]> {
  const zones: Record<string, number[]> = {};
  for (const block of text.split(/^(?=Node )/m)) {
    const zone = /^Node (\d+), zone +(\w+)/.exec(block);
    if (!zone) continue;
    zones[`${zone[1]} ${zone[2]}`] = names.flatMap((name) => {
      const value = new RegExp(`^ +${name} +(\\d+)$`, 'm').exec(block)?.[1];
      return value === undefined ? [] : [Number(value)];
    });
  }
  return zones;
}

test('buddyinfo: zone DMA has what its runs say, 256 + 512 + 3 * 1024 pages', (t) => {
  const { memmap } = predictMemmap(readCapture(CAPTURES, NAME));
  const [dma] = buddyinfo(memmap).split('\n');
  t.is(
    dma,
    'Node 0, zone      DMA      0      0      0      0      0      0      0      0      1      1      3 ',
  );
});

test('zoneinfo: the blocks of the real machine, with its spans, present pages and starts', (t) => {
  const { memmap } = predictMemmap(readCapture(CAPTURES, NAME));
  const names = ['spanned', 'present', 'start_pfn:'];
  const real = figures(readFileSync(`${CAPTURES}/${NAME}/zoneinfo.txt`, 'utf8'), names);
  t.deepEqual(figures(zoneinfo(memmap), names), real);
  t.is(Object.keys(real).length, 10);
});

test('zoneinfo: managed pages are those of the log, but for what init gives back later', (t) => {
  const { memmap } = predictMemmap(readCapture(CAPTURES, NAME));
  // The real file has 2263 more in DMA32: 36 KiB of SMP alternatives, init code and data, and the initrd.
  t.deepEqual(figures(zoneinfo(memmap), ['managed']), {
    ...{
      '0 DMA': [3840],
      '0 DMA32': [492458 - 2263],
      '0 Normal': [507732],
      '0 Movable': [0],
      '0 Device': [0],
    },
    ...{ '1 DMA': [0], '1 DMA32': [0], '1 Normal': [1031313], '1 Movable': [0], '1 Device': [0] },
  });
});
