// Words of the glossary in prose: marked once in each paragraph, never where they would be in the way.
import test from 'ava';
import { parseHTML } from 'linkedom';
import { TOPICS } from '../../src/report/glossary.ts';
import { reportHtml } from '../../src/report/html.ts';
import { meanings, termsOf, withTerms } from '../../src/report/terms.ts';
import { makeRecord, SKYLAKE } from './helpers/records.ts';

/** The marked words of a piece of markup, in order. */
function marked(markup: string): string[] {
  const { document } = parseHTML(`<html><body>${withTerms(markup)}</body></html>`);
  return [...document.querySelectorAll('button.term')].map(
    (button) => `${button.textContent} > ${button.getAttribute('popovertarget')}`,
  );
}

test('the longest word wins, one or many, once in each paragraph', (t) => {
  t.deepEqual(
    marked(
      '<p>Struct pages of a NUMA node: each struct page is a record, each node has zones.</p><p>A node.</p>',
    ),
    ['Struct pages > t-struct-page', 'NUMA node > t-numa-node', 'zones > t-zone', 'node > t-numa-node'],
  );
});

test('parts of words, parameters, other spellings and everyday words stay', (t) => {
  t.deepEqual(
    marked('<p>homepage pages-to-be zone_reclaim movable crashkernel=1G this machine works in steps</p>'),
    [],
  );
  t.deepEqual(marked('<p>Movable crashkernel= e820 E820 DMA dma</p>'), [
    'Movable > t-zone',
    'crashkernel= > t-crash-kernel',
    'e820 > t-e820-map',
  ]);
});

test('only prose has them: no log, link, drawing, heading or cell', (t) => {
  const inside = (tag: string): string => `<${tag}>a zone</${tag}>`;
  for (const tag of ['pre', 'h2', 'td', 'svg', 'summary', 'li']) t.deepEqual(marked(inside(tag)), [], tag);
  for (const tag of ['a', 'code', 'ins']) t.deepEqual(marked(`<p>${inside(tag)}</p>`), [], tag);
  for (const tag of ['p', 'caption', 'dt', 'figcaption'])
    t.deepEqual(marked(`<br/>${inside(tag)}`), ['zone > t-zone'], tag);
});

test('what is not marked is byte by byte as before', (t) => {
  const markup = '<p class="x &gt; y">a &lt; zone</p><pre>zone</pre><br/><td>zone</td>';
  t.is(withTerms(markup).replaceAll(/<\/?button[^>]*>/g, ''), markup);
});

test('every button of a report opens the meaning of its word, which the list of words has too', (t) => {
  const { document } = parseHTML(reportHtml([makeRecord(SKYLAKE), makeRecord({ ...SKYLAKE, threads: 1 })]));
  const buttons = [...document.querySelectorAll('button.term')];
  t.true(buttons.length > 20);
  const listed = new Set([...document.querySelectorAll('dl.glossary dt')].map((dt) => dt.textContent));
  for (const button of buttons) {
    const meaning = document.getElementById(button.getAttribute('popovertarget') ?? '');
    t.true(meaning?.hasAttribute('popover'), button.textContent ?? '');
    t.true(listed.has(meaning?.querySelector('b')?.textContent ?? '?'));
  }
});

test('each term can be marked by its own word, except those that are everyday words', (t) => {
  const never = TOPICS.flatMap(({ terms }) => terms)
    .filter(({ word }) => marked(`<p>the ${word.replace(/ \(.*/, '')} is</p>`).length === 0)
    .map(({ word }) => word);
  t.deepEqual(never, ['step', 'machine', 'rule', 'capture', 'judge', 'assumed']);
});

test('meanings are made for the terms that are used', (t) => {
  const used = termsOf(withTerms('<p>zone, memblock</p>'));
  t.deepEqual(
    used.map(({ word }) => word),
    ['memblock', 'zone'],
  );
  t.is(meanings(used).match(/popover="auto"/g)?.length, 2);
});
