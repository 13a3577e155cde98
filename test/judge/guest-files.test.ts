import test from 'ava';
import { captureFiles, parseGuestFiles, symbolsOf } from '../../src/judge/guest-files.ts';

const TEXT = [
  ...['=== BEGIN /proc/zoneinfo', 'Node 0, zone      DMA', '  pages free     1', '=== FINISH'],
  ...['=== BEGIN /sys/devices/system/node/online', '0-1', '=== FINISH'],
  ...['node10', 'node2'].flatMap((node) => [
    ...[`=== BEGIN /sys/devices/system/node/${node}/cpulist`, '', '=== FINISH'],
    ...[`=== BEGIN /sys/devices/system/node/${node}/distance`, '10 21', '=== FINISH'],
    ...[`=== BEGIN /sys/devices/system/node/${node}/meminfo`, 'Node 0 MemTotal: 1 kB', '=== FINISH'],
  ]),
  ...['=== BEGIN /sys/firmware/memmap/0/start', '0x0', '=== FINISH'],
  ...['=== BEGIN /sys/firmware/memmap/0/end', '0x9fbff', '=== FINISH'],
  ...['=== BEGIN /sys/firmware/memmap/0/type', 'System RAM', '=== FINISH'],
  ...[
    '=== BEGIN /proc/kallsyms',
    'ffffffff82c05500 D memblock',
    'ffffffff81000000 t other\t[mod]',
    '=== FINISH',
  ],
  '=== ALLDONE',
].join('\r\n');

test("init's blocks by path, carriage returns taken off", (t) => {
  const guest = parseGuestFiles(TEXT + '\r\n');
  t.true(guest.complete);
  t.is(guest.files.get('/proc/zoneinfo'), 'Node 0, zone      DMA\n  pages free     1\n');
  t.is(guest.files.get('/sys/devices/system/node/node2/cpulist'), '\n');
});

test('a block that was cut off is none, and the run is not complete', (t) => {
  const guest = parseGuestFiles(TEXT.slice(0, TEXT.indexOf('21')));
  t.false(guest.complete);
  t.true(guest.files.has('/sys/devices/system/node/online'));
  t.false(guest.files.has('/sys/devices/system/node/node10/distance'));
});

test('capture files: nodes in the order of their numbers', (t) => {
  const files = captureFiles(parseGuestFiles(TEXT));
  t.is(files.get('firmware_memmap.txt'), '0 0x0 0x9fbff System RAM\n');
  t.is(files.get('zoneinfo.txt'), 'Node 0, zone      DMA\n  pages free     1\n');
  const nodes = files.get('nodes.txt') ?? '';
  t.true(nodes.startsWith('possible: \nonline: 0-1\n'));
  t.true(nodes.indexOf('node2 distance: 10 21') < nodes.indexOf('node10 cpulist: '));
});

test('symbols', (t) => {
  const symbols = symbolsOf(parseGuestFiles(TEXT));
  t.is(symbols.get('memblock'), 0xffffffff82c05500n);
  t.is(symbols.get('other'), 0xffffffff81000000n);
});
