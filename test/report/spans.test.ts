// Spans of memory: who comes first keeps the place; the oracle of the property is an array of single bytes.
import test from 'ava';
import fc from 'fast-check';
import { clip, joined, SpanMap, without } from '../../src/lib/spans.ts';

test('fill takes only what is free', (t) => {
  const map = new SpanMap<string>();
  map.fill(10, 20, 'a');
  map.fill(0, 30, 'b');
  t.deepEqual(map.list(), [
    { start: 0, end: 10, value: 'b' },
    { start: 10, end: 20, value: 'a' },
    { start: 20, end: 30, value: 'b' },
  ]);
});

test('clear cuts on both sides', (t) => {
  const map = new SpanMap<string>();
  map.fill(0, 30, 'a');
  map.clear(10, 20);
  t.deepEqual(map.list(), [
    { start: 0, end: 10, value: 'a' },
    { start: 20, end: 30, value: 'a' },
  ]);
});

test('fill and clear in any order leave what an array of bytes would', (t) => {
  const step = fc.record({
    clear: fc.boolean(),
    start: fc.nat(40),
    size: fc.nat(20),
    value: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const map = new SpanMap<string>();
      const bytes: (string | undefined)[] = new Array(61).fill(undefined);
      for (const { clear, start, size, value } of steps) {
        if (clear) map.clear(start, start + size);
        else map.fill(start, start + size, value);
        for (let i = start; i < start + size; i++) bytes[i] = clear ? undefined : (bytes[i] ?? value);
      }
      const seen: (string | undefined)[] = new Array(61).fill(undefined);
      let last = 0;
      for (const span of map.list()) {
        if (span.start < last || span.start >= span.end) return false;
        last = span.end;
        seen.fill(span.value, span.start, span.end);
      }
      return seen.every((value, i) => value === bytes[i]);
    }),
  );
  t.pass();
});

test('clip cuts to both ends, exactly', (t) => {
  const spans = [
    { start: 0, end: 10, value: 1 },
    { start: 10, end: 20, value: 2 },
  ];
  t.deepEqual(clip(spans, 9, 11), [
    { start: 9, end: 10, value: 1 },
    { start: 10, end: 11, value: 2 },
  ]);
  t.deepEqual(clip(spans, 20, 30), []);
  t.deepEqual(clip(spans, 10, 10), []);
});

test('touching spans of one value become one; a gap of one byte keeps them apart', (t) => {
  const same = (a: number, b: number) => a === b;
  const span = (start: number, end: number) => ({ start, end, value: 7 });
  t.deepEqual(joined([span(0, 5), span(5, 9)], same), [span(0, 9)]);
  t.deepEqual(joined([span(0, 5), span(6, 9)], same), [span(0, 5), span(6, 9)]);
});

test('a range without holes', (t) => {
  const holes = [
    { start: 0, end: 2 },
    { start: 5, end: 6 },
    { start: 9, end: 20 },
  ];
  t.deepEqual(without(1, 10, holes), [
    { start: 2, end: 5 },
    { start: 6, end: 9 },
  ]);
  t.deepEqual(without(5, 6, holes), []);
});
