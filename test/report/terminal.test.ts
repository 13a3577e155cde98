// Drawings with characters: no line wider than the terminal, ASCII where asked for, colours only where asked for.
import test from 'ava';
import { summaryText } from '../../src/report/summary.ts';
import { laneLines } from '../../src/report/terminal-lanes.ts';
import { mapLines } from '../../src/report/terminal-map.ts';
import { axisLines, glyphText } from '../../src/report/terminal.ts';
import { wrapText } from '../../src/text/wrap.ts';
import { makeRecord, MONSTER, SKYLAKE, SMALL } from './helpers/records.ts';

for (const shape of [SMALL, SKYLAKE, MONSTER]) {
  const record = makeRecord(shape);
  test(`${shape.name}: lines fit the terminal`, (t) => {
    for (const columns of [60, 80, 120, 200]) {
      for (const ascii of [false, true]) {
        const lines = [
          ...mapLines(record, { columns, color: false, ascii }),
          ...laneLines(record, { columns, color: false, ascii }),
        ];
        for (const line of lines) t.true(line.length <= columns, `${columns}: ${line}`);
      }
    }
  });

  test(`${shape.name}: plain ASCII is plain, and without colour there is no escape`, (t) => {
    const text = summaryText(record, { columns: 100, color: false, ascii: true });
    t.regex(text, /^[\n -~]*$/);
    t.notRegex(summaryText(record, { columns: 100, color: false }), /\x1b/);
    t.regex(summaryText(record, { columns: 100, color: true }), /\x1b\[3\dm/);
  });
}

test('one node, four CPUs: four chunks each, shades alternate', (t) => {
  const [first = ''] = laneLines(makeRecord(SMALL), { columns: 56, color: false, ascii: true });
  t.is(first.slice(0, 16), 'node 0, CPU 0   ');
  t.regex(first.slice(16), /^#+=+#+=+$/);
});

test('a mark points at its address', (t) => {
  const record = makeRecord(SKYLAKE);
  const lines = mapLines(record, { columns: 80, color: false, ascii: true }, 0x6000000000);
  const mark = lines.find((line) => line.includes('0x6000000000')) ?? '';
  const column = mark.indexOf('^');
  t.is(lines[2]?.[column], '0', 'node 0 has this address');
});

test('labels of an axis never touch; the first ones win', (t) => {
  const labels = [
    { at: 0, text: 'zero' },
    { at: 19, text: 'end' },
    { at: 3, text: 'close' },
  ];
  const [ticks, line] = axisLines(labels, 20, true);
  t.is(line, 'zero             end');
  t.is(ticks, '|                  |');
});

test('glyphs of one ink share an escape sequence', (t) => {
  const glyph = (char: string, ink: 'red' | 'plain') => ({ char, ink });
  t.is(glyphText([glyph('a', 'red'), glyph('b', 'red'), glyph('c', 'plain')], true), '\x1b[31mab\x1b[39mc');
});

test('wrapped text', (t) => {
  t.deepEqual(wrapText('aa bb cc', 5), ['aa bb', 'cc']);
  t.deepEqual(wrapText('aaaaaaa', 5), ['aaaaaaa']);
});
