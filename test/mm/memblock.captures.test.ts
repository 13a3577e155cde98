// Real boots as the oracle: the operations that a log with memblock=debug shows, replayed in order, must put each
// allocation where the real kernel's went.
import test from 'ava';
import { captureOps } from '../../bench/memblock/capture.ts';
import { captures } from '../helpers/captures.ts';

for (const { version, name, path } of [...captures('6.1'), ...captures('6.1-large')]) {
  test(`${version}/${name}: each allocation is where the real kernel's was`, (t) => {
    const { allocations } = captureOps(path);
    t.true(allocations.length >= 40);
    t.deepEqual(
      allocations.map(({ model }) => model.toString(16)),
      allocations.map(({ real }) => real.toString(16)),
    );
  });
}
