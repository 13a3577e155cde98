// What a message says of the command line's options, in the words of the page's controls.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ASSUMABLE_NAMES, assumedSentence } from '../../src/kernel/assumed.ts';
import { pageWords } from '../../src/web/model/page-words.ts';
import { ROOT } from '../helpers/sources.ts';

/** An option that is not said to be the command line's. */
const BARE = /(?<!earlyboot’s )(?<![\w-])--[a-z]/;

test('options that the page has a control for are named by it', (t) => {
  for (const [message, words] of [
    ['--hugepages "3M:1": expected SIZE:N', '“Does it fit?”, huge pages "3M:1": expected SIZE:N'],
    ['kernel "9.9": expected a version', '“Kernel” "9.9": expected a version'],
    ['--replay x: expected SCENARIO:CHOICES', '“Token” x: expected SCENARIO:CHOICES'],
    ['told by --kernel with another version', 'told by “Kernel” with another version'],
    ['cmdline.txt beside the log, or --cmdline', 'cmdline.txt beside the log, or “More kernel parameters”'],
  ] as const)
    t.is(pageWords(message), words);
});

test('those that it has none for are said to be earlyboot’s', (t) => {
  t.is(pageWords('--initrd-size'), 'earlyboot’s --initrd-size');
  t.is(pageWords('config, or --kernel VMLINUZ'), 'config, or earlyboot’s --kernel VMLINUZ');
});

test('what is no option stays', (t) => {
  for (const text of ['a--b', 'a -- b', '---', 'journalctl_--no-pager', 'mem=8: kernel "x"'])
    t.is(pageWords(text), text);
});

test('nothing that is assumed is told with a bare option', (t) => {
  const sentences = ASSUMABLE_NAMES.map((fact) => assumedSentence({ fact, taken: '1' }));
  t.true(sentences.some((text) => BARE.test(text)));
  for (const text of sentences) t.notRegex(pageWords(text), BARE);
});

test('each control that a message names is in the page', (t) => {
  const html = readFileSync(join(ROOT, 'src/web/index.html'), 'utf8').replaceAll(/\s+/g, ' ');
  const named = ['--crashkernel', '--kernel', '--cmdline', '--max-threads', '--replay', '--append'].map(
    pageWords,
  );
  for (const words of named) {
    const [, label = '?'] = /“(.*)”/.exec(words) ?? [];
    t.true(html.includes(`>${label}`), label);
  }
});
