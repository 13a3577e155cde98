// docs/glossary.md is what its source says, and the source keeps its own rules.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { REPORT_TERMS, termId, termOf, TOPICS } from '../../src/report/glossary.ts';
import { glossaryMarkdown } from '../../tools/glossary.ts';
import { ROOT } from '../helpers/sources.ts';

const terms = TOPICS.flatMap((topic) => topic.terms);

test('the page is in step: node tools/glossary.ts', (t) => {
  t.is(readFileSync(join(ROOT, 'docs/glossary.md'), 'utf8'), glossaryMarkdown());
});

test('no word and no anchor twice, also as another word for something else', (t) => {
  const words = terms.flatMap(({ word, also = [] }) => [word, ...also]).map((word) => word.toLowerCase());
  t.deepEqual(
    words.filter((word, i) => words.indexOf(word) !== i),
    [],
  );
  t.is(new Set(terms.map(termId)).size, terms.length);
});

test('each is a sentence or two that ends, and does not begin with its own word', (t) => {
  for (const { word, meaning } of terms) {
    t.regex(meaning, /^\S.*[^.]\.$/s, word);
    t.false(meaning.toLowerCase().startsWith(`${word.toLowerCase()} `), word);
    t.true(meaning.length < 220, `${word}: ${meaning.length} characters`);
  }
});

test('words are found by their other words, in any case; others are none', (t) => {
  t.is(termOf('PFN')?.word, 'page frame number (pfn)');
  t.is(termOf('node'), termOf('NUMA node'));
  t.is(termOf('constructor'), undefined);
  t.is(termOf(''), undefined);
  t.is(termId({ word: 'page frame number (pfn)', meaning: '' }), 'page-frame-number-pfn');
  t.is(termId({ word: 'memblock_free_all', meaning: '' }), 'memblock_free_all');
});

test('the report has its eleven', (t) => {
  t.is(REPORT_TERMS.length, 11);
});
