// The fifteen questions of docs/questions.md: what the page shows is what the commands print.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ROOT } from '../helpers/sources.ts';
import { blocksOf, outputOf, wordsOf } from './helpers/questions.ts';

const page = readFileSync(join(ROOT, 'docs/questions.md'), 'utf8');

test('fifteen questions, each with a command and its output', (t) => {
  const questions = page.split(/^## /m).slice(1);
  t.is(questions.length, 15);
  for (const [i, text] of questions.entries()) {
    t.regex(text, new RegExp(`^${i + 1}\\. `));
    t.true(blocksOf(text).length > 0, text.slice(0, 60));
  }
});

test('each output is what its command prints', async (t) => {
  for (const { command, output } of blocksOf(page)) t.is(output, await outputOf(command), command);
});

test('words are split as a shell does', (t) => {
  t.deepEqual(wordsOf("fits a --memmap '64M$16M' --append 'a b'"), [
    'fits',
    'a',
    '--memmap',
    '64M$16M',
    '--append',
    'a b',
  ]);
});
