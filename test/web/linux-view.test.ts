// How a real log is laid beside the model's: in order, with what only one of them has.
import test from 'ava';
import { Alignment } from '../../src/web/view/linux-view.ts';

test('lines that are the same stay side by side; what the model skipped is told before', (t) => {
  const model = ['last_pfn = 0x1', 'Zone ranges:', '  HighMem  empty', 'Memory: 1K/2K available'];
  const alignment = new Alignment(model);
  t.deepEqual(alignment.take('last_pfn = 0x1'), { skipped: [], same: 'last_pfn = 0x1' });
  t.deepEqual(alignment.take('last_pfn = 0x2'), { skipped: [], same: null });
  t.deepEqual(alignment.take('  HighMem  empty'), { skipped: ['Zone ranges:'], same: '  HighMem  empty' });
  // behind it already
  t.is(alignment.take('Zone ranges:').same, null);
  t.is(alignment.take('Memory: 1K/2K available').same, 'Memory: 1K/2K available');
  t.is(alignment.take('Memory: 1K/2K available').same, null);
  t.deepEqual(alignment.count, { same: 3, onlyReal: 3, onlyModel: 1 });
});

test('offsets of symbols do not count, as in verify', (t) => {
  const alignment = new Alignment(['memblock_add: [0x0-0xfff] e820__memblock_setup']);
  t.not(alignment.take('memblock_add: [0x0-0xfff] e820__memblock_setup+0x6a/0x88').same, null);
});
