import test from 'ava';
import { vmallocPages } from '../../src/mm/vmalloc.ts';

/** The blocks that were asked for, as `count x order`, then whether all came; there are none above `most`. */
function blocks(rule: 'as-mapped' | 'largest-first', pages: number, order: number, most = 10): unknown[] {
  const asked: unknown[] = [];
  const got = vmallocPages(rule, pages, order, (count, size) => {
    asked.push(`${count / 2 ** size} x ${size}`);
    return size <= most;
  });
  return [...asked, got];
}

test('as mapped: all pages in blocks of one size, and an array of pointers where it is more than a page', (t) => {
  t.deepEqual(blocks('as-mapped', 2048, 9), ['4 x 0', '4 x 9', true]);
  t.deepEqual(blocks('as-mapped', 511, 0), ['511 x 0', true]);
  t.deepEqual(blocks('as-mapped', 512, 0), ['512 x 0', true]); // its array comes from a slab
  t.deepEqual(blocks('as-mapped', 513, 0), ['2 x 0', '513 x 0', true]);
  // an array of 1025 pages has an array of its own
  t.deepEqual(blocks('as-mapped', 2 ** 19 + 1, 0), ['3 x 0', '1025 x 0', '524289 x 0', true]);
});

test('largest first: what is left over comes in the blocks that are mapped', (t) => {
  t.deepEqual(blocks('largest-first', 2048, 9), ['1 x 2', '1 x 10', '1 x 10', true]);
  t.deepEqual(blocks('largest-first', 512, 9), ['1 x 9', true]); // nothing larger than 2 MiB fits
  t.deepEqual(blocks('largest-first', 37, 0), ['1 x 5', '1 x 2', '1 x 0', true]);
  // no block above order 3: each is tried once
  t.deepEqual(blocks('largest-first', 40, 0, 3), [
    '1 x 5',
    '1 x 4',
    '1 x 3',
    '1 x 3',
    '1 x 3',
    '1 x 3',
    '1 x 3',
    true,
  ]);
});

test('memory that ran out', (t) => {
  t.false(vmallocPages('as-mapped', 600, 0, (pages) => pages < 600));
  t.false(vmallocPages('as-mapped', 600, 0, (pages) => pages >= 600));
});
