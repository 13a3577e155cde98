// The manual page says what the commands' own help says, and is part of the package.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { COMMANDS } from '../../src/cli/commands.ts';
import { manPage } from '../../tools/man-page.ts';
import { ROOT } from '../helpers/sources.ts';

const FILE = join(ROOT, 'man/earlyboot.1');

test('man/earlyboot.1 is as the commands’ help makes it (npm run man)', async (t) => {
  const page = await manPage();
  t.true(page === readFileSync(FILE, 'utf8'), 'npm run man writes it anew');
  for (const { name } of COMMANDS) t.true(page.includes(`\n.SS earlyboot ${name} `), name);
  // both ends of an option's entry
  t.true(
    page.includes(
      '\n.TP\n.B \\-\\-max\\-threads <hook>\nthreads a node: 13, 25%, cores, or a file with your own hook\n',
    ),
  );
  t.regex(page, /^[\0-\x7f]*$/);
});

test('npm installs it', (t) => {
  const { man, files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  t.is(man, './man/earlyboot.1');
  t.true(files.includes('man'));
});

test('groff finds nothing wrong with it', (t) => {
  const { error, status, stderr } = spawnSync('groff', ['-man', '-ww', '-z', FILE], { encoding: 'utf8' });
  if (error) {
    t.log('skipped: groff is not installed');
    t.pass();
    return;
  }
  t.is(status, 0);
  t.is(stderr, '');
});
