import test from 'ava';
import { countText, plural } from '../../src/lib/plural.ts';
import {
  addressRange,
  bytesText,
  durationText,
  listText,
  msText,
  rangesText,
} from '../../src/report/text.ts';

test('bytes: the unit that leaves at least one, a decimal where needed', (t) => {
  t.is(bytesText(0), '0 bytes');
  t.is(bytesText(1), '1 byte');
  t.is(bytesText(1023), '1023 bytes');
  t.is(bytesText(1024), '1 KiB');
  t.is(bytesText(1536), '1.5 KiB');
  t.is(bytesText(2 ** 30 - 1), '1 GiB');
  t.is(bytesText(2 ** 30 - 2 ** 20), '1023 MiB');
  t.is(bytesText(382 * 2 ** 30), '382 GiB');
  t.is(bytesText(64 * 2 ** 40), '64 TiB');
});

test('durations', (t) => {
  t.is(durationText(0), '0 ms');
  t.is(durationText(999), '999 ns');
  t.is(durationText(12_500), '12.5 µs');
  t.is(durationText(3_540_000), '3.54 ms');
  t.is(durationText(143_312_000), '143.3 ms');
  t.is(durationText(1_779_000_000), '1.779 s');
  t.is(msText(1_234_567), '1.235');
});

test('counts, lists and ranges', (t) => {
  t.is(countText(1048576), '1,048,576');
  t.is(countText(999), '999');
  t.is(plural(1, 'chunk'), '1 chunk');
  t.is(plural(410, 'chunk'), '410 chunks');
  t.is(listText(['a']), 'a');
  t.is(listText(['a', 'b', 'c']), 'a, b and c');
  t.is(rangesText([0, 1, 2, 5, 7, 8]), '0-2, 5, 7-8');
  t.is(rangesText([]), '');
  t.is(addressRange(0x1000, 0x2000), '0x1000-0x1fff');
});
