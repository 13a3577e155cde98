// The name that was meant: a third of the letters may be wrong, or the rest missing.
import test from 'ava';
import { closest, didYouMean } from '../../src/machine/closest.ts';

const NAMES = ['tiny-512m', 'laptop-16g', 'skylake-768g', 'boot', 'bench', 'report'];

test('the nearest, by letters', (t) => {
  for (const [word, name] of [
    ['tiny-513m', 'tiny-512m'],
    ['TINY-512M', 'tiny-512m'],
    ['laptop16g', 'laptop-16g'],
    ['repotr', 'report'],
    ['bot', 'boot'],
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
  t.is(didYouMean('zzzz', NAMES), '');
  t.is(didYouMean('bootx', NAMES), ': did you mean boot?');
});
