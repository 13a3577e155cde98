// Differences of lists of lines, held against a table of n × m.
import test from 'ava';
import fc from 'fast-check';
import { diffLines } from '../../src/text/diff_lines.ts';

test('a difference keeps both lists, in order, and finds what a shuffled copy has in common', (t) => {
  // each list has a line that the other never has
  const list = (own: string) => fc.array(fc.constantFrom('a', 'b', 'c', 'd', own), { maxLength: 14 });
  fc.assert(
    fc.property(list('left'), list('right'), (left, right) => {
      const entries = diffLines(left, right);
      const back = (side: 'left' | 'right'): string[] =>
        entries.flatMap((e) => {
          if (e.kind === 'same') return [(side === 'left' ? left[e.left] : right[e.right]) as string];
          if (e.kind === 'left') return side === 'left' ? [left[e.left] as string] : [];
          return side === 'right' ? [right[e.right] as string] : [];
        });
      const same = entries.filter((e) => e.kind === 'same').length;
      const longest = left.reduce(
        (rows, a) => {
          const next = [0];
          right.forEach((b, j) =>
            next.push(a === b ? (rows[j] as number) + 1 : Math.max(rows[j + 1] as number, next[j] as number)),
          );
          return next;
        },
        new Array<number>(right.length + 1).fill(0),
      )[right.length];
      return (
        JSON.stringify(back('left')) === JSON.stringify(left) &&
        JSON.stringify(back('right')) === JSON.stringify(right) &&
        same === longest
      );
    }),
  );
  t.pass();
});

test('between common lines those of the first list come first', (t) => {
  t.deepEqual(
    diffLines(['a', 'x', 'b'], ['a', 'y', 'z', 'b']).map(({ kind }) => kind),
    ['same', 'left', 'right', 'right', 'same'],
  );
  t.deepEqual(diffLines([], ['a']), [{ kind: 'right', right: 0 }]);
  t.deepEqual(diffLines([], []), []);
});

test('long logs need no table: one of 60000 × 60000 would have 3.6 billion cells', (t) => {
  const left = Array.from({ length: 60_000 }, (_, i) => `line ${i}`);
  const right = left.flatMap((line, i) => (i % 1000 === 0 ? [] : i % 1000 === 500 ? [line, 'more'] : [line]));
  const entries = diffLines(left, right);
  t.is(entries.filter(({ kind }) => kind === 'same').length, 59_940);
  t.is(entries.filter(({ kind }) => kind === 'right').length, 60);
});
