// The name that was meant: a third of the letters may be wrong, or the rest missing.
import test from 'ava';
import { closest, didYouMean, meantOrFew, oneSlipFrom } from '../../src/machine/closest.ts';

const NAMES = ['tiny-512m', 'laptop-16g', 'skylake-768g', 'boot', 'bench', 'report'];

test('the nearest, by letters', (t) => {
  for (const [word, name] of [
    ['tiny-513m', 'tiny-512m'],
    ['TINY-512M', 'tiny-512m'],
    ['laptop16g', 'laptop-16g'],
    ['repotr', 'report'],
    ['bot', 'boot'],
    ['obot', 'boot'], // neighbours that changed places are one slip: 1 of 4
    ['boto', 'boot'],
    ['skylake', 'skylake-768g'], // 5 letters of 12 are missing: by its beginning
    ['laptop-16g-mine-of-old', 'laptop-16g'],
    ['b', 'boot'],
  ] as const)
    t.is(closest(word, NAMES), name, word);
});

test('nothing is near: both sides of a third', (t) => {
  t.is(closest('abcxyz', ['abcdef']), null); // 3 of 6
  t.is(closest('abcdyz', ['abcdef']), 'abcdef'); // 2 of 6
  t.is(closest('xy', ['ab']), null);
  t.is(closest('', NAMES), null);
  t.is(closest('boot', []), null);
  t.is(closest('laptpo', NAMES), 'laptop-16g'); // begins so, but for a slip
  t.is(closest('latppo', NAMES), null); // two slips
  t.is(closest('lbp', NAMES), null); // too short to tell
  t.is(didYouMean('zzzz', NAMES), '');
  t.is(didYouMean('bootx', NAMES), ': did you mean boot?');
});

test('one slip: a letter more, less or other, or two that changed places; no second one', (t) => {
  for (const word of ['memma', 'memmapp', 'memmax', 'memamp'])
    t.is(oneSlipFrom(word, ['quiet', 'memmap']), 'memmap', word);
  for (const word of ['memmap', 'memm', 'mexmax', 'mammep', 'memmap_xx'])
    t.is(oneSlipFrom(word, ['memmap']), null, word);
});

test('where nothing is near, the names that there are, as long as they are a few', (t) => {
  const names = 'abcdefgh'.split('').map((letter) => letter.repeat(6));
  t.is(meantOrFew('zzzzzz', names), `: expected ${names.join(', ')}`); // 8
  t.is(meantOrFew('zzzzzz', [...names, 'iiiiii']), ''); // 9
  t.is(meantOrFew('aaaaab', names), ': did you mean aaaaaa?');
  t.is(meantOrFew('zzzzzz', []), '');
});
