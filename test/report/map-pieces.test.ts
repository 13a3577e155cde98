// What hovering tells of the map is there without a pointer: links, texts, legends.
import test from 'ava';
import { parseHTML } from 'linkedom';
import { reportHtml } from '../../src/report/html.ts';
import { lookOf } from '../../src/report/looks.ts';
import { lookWord, mapRows } from '../../src/report/map-rows.ts';
import { makeRecord, MONSTER, SKYLAKE } from './helpers/records.ts';

const record = makeRecord(SKYLAKE);
const { document } = parseHTML(reportHtml([record, makeRecord({ ...SKYLAKE, threads: 4 })]));
const rows = mapRows(record);

const target = (link: Element): Element | null =>
  document.getElementById((link.getAttribute('href') ?? '').slice(1));

test('no id is given twice, and every link of the report leads somewhere in it', (t) => {
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  t.deepEqual(
    ids.filter((id, i) => ids.indexOf(id) !== i),
    [],
  );
  const links = [...document.querySelectorAll('a')];
  t.true(links.length > 100);
  for (const link of links) t.truthy(target(link), link.outerHTML);
  for (const [, id = ''] of document.toString().matchAll(/url\(#([^)]+)\)/g))
    t.true(ids.includes(id), `url(#${id})`);
});

test('every piece leads to its own text, which says what hovering says', (t) => {
  const strips = [...document.querySelectorAll('svg.strip')];
  t.is(strips.length, 2);
  for (const strip of strips) {
    t.is(strip.getAttribute('role'), 'group');
    const boxes = [...strip.querySelectorAll('a')].filter((a) => a.querySelector('rect.box') !== null);
    t.true(boxes.length > 50);
    for (const box of boxes) {
      const text = target(box)?.textContent ?? '';
      t.true(text.includes(box.querySelector('title')?.textContent ?? '?'), text);
    }
    t.is(new Set(boxes.map((box) => box.getAttribute('href'))).size, boxes.length);
  }
});

test('with the keyboard: from a row’s name to its first piece, from each to the next, to the last and back', (t) => {
  const [strip] = document.querySelectorAll('svg.strip');
  const names = [...(strip?.querySelectorAll('a') ?? [])].filter((a) => a.querySelector('text.name'));
  t.deepEqual(
    names.map((a) => a.querySelector('text')?.lastChild?.textContent),
    rows.map(({ name }) => name),
  );
  for (const name of names) {
    t.false(name.hasAttribute('tabindex'));
    const seen: Element[] = [];
    for (let piece = target(name); piece && !seen.includes(piece);) {
      seen.push(piece);
      const next: Element | undefined = [...piece.querySelectorAll('a')].find(
        (a) => a.textContent === 'next piece →',
      );
      const before = [...piece.querySelectorAll('a')].find((a) => a.textContent === '← piece before');
      t.is(before ? target(before) : undefined, seen.at(-2));
      piece = next ? target(next) : null;
    }
    const row = name.parentElement;
    t.is(seen.length, row?.querySelectorAll('rect.box').length ?? 0);
  }
});

test('the legend of each row has every look that is in it, with its word, and no other', (t) => {
  const [legends] = document.querySelectorAll('dl.legends');
  const heads = [...(legends?.querySelectorAll('dt') ?? [])];
  t.deepEqual(
    heads.map((dt) => dt.textContent),
    rows.map(({ name }) => name),
  );
  heads.forEach((head, i) => {
    const items = [...(head.nextElementSibling?.querySelectorAll('li') ?? [])].map(
      (li) => `${li.querySelector('rect')?.getAttribute('fill')} ${li.textContent}`,
    );
    const cells = rows[i]?.cells ?? [];
    const expected = new Set(cells.map(({ value }) => `${lookOf(value.look).ground} ${lookWord(value)}`));
    t.deepEqual(new Set(items), expected);
    t.is(items.length, expected.size);
  });
});

test('a legend of 33 nodes says that one is left out', (t) => {
  const html = reportHtml([makeRecord({ ...MONSTER, nodes: 33, gibPerNode: 64 })]);
  t.regex(html, /node 31<\/li><li>and 1 more<\/li>/);
  t.notRegex(reportHtml([makeRecord({ ...MONSTER, nodes: 32, gibPerNode: 64 })]), /<li>and \d/);
});

test('every cell of a table has its column’s heading with it, for screens where each row is a block', (t) => {
  for (const table of document.querySelectorAll('table')) {
    const heads = [...table.querySelectorAll('th')].map((th) => th.textContent);
    for (const row of table.querySelectorAll('tbody tr')) {
      t.is(row.getAttribute('role'), 'row');
      [...row.querySelectorAll('td')].forEach((cell, i) => {
        if (cell.textContent !== '') t.is(cell.getAttribute('data-head') ?? '', heads[i] ?? '?');
      });
    }
  }
});
