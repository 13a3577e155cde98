// Tables and lines at a terminal's width: nothing is wider, no word is broken, nothing is lost.
import test from 'ava';
import { countText, noun, plural } from '../../src/lib/plural.ts';
import { decimals } from '../../src/lib/decimals.ts';
import { tableLines } from '../../src/text/table.ts';
import { fitted, reflowed, wrapText } from '../../src/text/wrap.ts';

const ROWS = [
  ['bytes', 'free pages', 'owner', 'why'],
  ['1,048,576', '256', 'firmware', 'the first megabyte, which firmware may use behind the back of Linux'],
  ['16', '', 'all of it together'],
];

/** Words of a table in the order of its cells, whatever lines they are in. */
const words = (lines: readonly string[]): string[] => lines.join(' ').split(/\s+/).filter(Boolean).sort();

test('as wide as the cells where there is room, to the last column', (t) => {
  const wide = tableLines(ROWS, { left: [2, 3] });
  t.deepEqual(wide, [
    '    bytes  free pages  owner     why',
    '1,048,576         256  firmware  the first megabyte, which firmware may use behind the back of Linux',
    '       16              all of it together',
  ]);
  const width = Math.max(...wide.map((line) => line.length));
  t.deepEqual(tableLines(ROWS, { left: [2, 3], columns: width }), wide);
  t.notDeepEqual(tableLines(ROWS, { left: [2, 3], columns: width - 1 }), wide);
});

test('words are broken first, headings where that is not enough, then a column moves below its row', (t) => {
  t.deepEqual(tableLines(ROWS, { left: [2, 3], columns: 60 }), [
    '    bytes  free pages  owner     why',
    '1,048,576         256  firmware  the first megabyte, which',
    '                                 firmware may use behind the',
    '                                 back of Linux',
    '       16              all of it together',
  ]);
  t.deepEqual(tableLines(ROWS, { left: [2, 3], columns: 48 }), [
    '            free',
    '    bytes  pages  owner     why',
    '1,048,576    256  firmware  the first megabyte,',
    '                            which firmware may',
    '                            use behind the back',
    '                            of Linux',
    '       16         all of it together',
  ]);
  t.deepEqual(tableLines(ROWS, { left: [2, 3], columns: 44 }), [
    '    bytes  free pages  owner',
    '    why',
    '1,048,576         256  firmware',
    '    the first megabyte, which firmware may',
    '    use behind the back of Linux',
    '       16              all of it together',
  ]);
});

test('no line is wider than the terminal, no word is broken, none is lost', (t) => {
  for (let columns = 24; columns < 110; columns++) {
    const lines = tableLines(ROWS, { left: [2, 3], columns });
    for (const line of lines) t.true(line.length <= columns, `${columns}: ${line}`);
    t.deepEqual(words(lines), words(ROWS.map((row) => row.join(' '))), `${columns}`);
  }
});

test('figures that are too wide together are cut into tables with the first column each', (t) => {
  const rows = [
    ['threads', 'ms', '', 'speed-up'],
    ['1', '1743.9', '(1609..1879)', '1.0'],
    ['52', '143.4', '(131..155)', '12.2'],
  ];
  t.deepEqual(tableLines(rows, { columns: 30 }), [
    'threads      ms',
    '      1  1743.9  (1609..1879)',
    '     52   143.4    (131..155)',
    '',
    'threads  speed-up',
    '      1       1.0',
    '     52      12.2',
  ]);
});

test('widths are those of the terminal: wide characters take two columns, colours none', (t) => {
  t.deepEqual(
    tableLines(
      [
        ['a', 'b'],
        ['漢', '\x1b[31mx\x1b[39m'],
      ],
      { left: [0, 1] },
    ),
    ['a   b', '漢  \x1b[31mx\x1b[39m'],
  );
});

test('lines go on below, further in; below their words where they have a name', (t) => {
  t.is(fitted('  one two three\nfour', 10), '  one two\n    three\nfour');
  t.is(fitted('where   at one end', 16), 'where   at one\n        end');
  // a sign stands before the line
  t.is(fitted('- one two three', 11), '- one two\n    three');
  t.is(fitted('  + one two three', 13), '  + one two\n      three');
  t.is(fitted('-one two three', 9), '-one two\nthree');
  t.is(fitted('as it is', Infinity), 'as it is');
  t.deepEqual(wrapText('aa bb cc', 5), ['aa bb', 'cc']);
  t.deepEqual(wrapText('aaaaaaa', 5), ['aaaaaaa']);
});

test('paragraphs are as wide as the terminal, what stands further in is not joined', (t) => {
  const text = 'one two\nthree\n\nExamples:\n  earlyboot boot\n  earlyboot diff\n';
  t.is(reflowed(text, 80), 'one two three\n\nExamples:\n  earlyboot boot\n  earlyboot diff\n');
  t.is(reflowed('one two\nthree', 9), 'one two\nthree');
});

test('counts in words, and no minus before a zero', (t) => {
  t.deepEqual(
    [plural(0, 'node'), plural(1, 'node'), plural(1024, 'node')],
    ['0 nodes', '1 node', '1,024 nodes'],
  );
  t.is(plural(1, 'line differs', 'lines differ'), '1 line differs');
  t.is(noun(2, 'page'), 'pages');
  t.is(countText(999.6), '1,000');
  t.deepEqual(
    [-0.004, -0.005, -0.006, 0.5, -0.5].map((value) => decimals(value, 2)),
    ['0.00', '-0.01', '-0.01', '0.50', '-0.50'],
  );
  t.deepEqual([decimals(-0.4, 0), decimals(-0.6, 0)], ['0', '-1']);
});
