import test from 'ava';
import { waitingPages } from '../../src/init/early_pages.ts';

test('waiting pages: as measured at a batch, in proportion between two, from none at 0, and as the last above it', (t) => {
  const measured = [
    { batch: 7, pages: 98 },
    { batch: 15, pages: 138 },
    { batch: 63, pages: 562 },
  ];
  t.deepEqual(
    [0, 1, 7, 11, 15, 31, 63, 127].map((batch) => waitingPages(measured, batch)),
    [0, 14, 98, 118, 138, 279, 562, 562], // 138 + 424 / 3 is 279.3
  );
  t.is(waitingPages([], 63), 0);
});
