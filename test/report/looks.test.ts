// One hatch means one thing, inks can be told from their grounds, and nothing is drawn that paper would need a bitmap for.
import test from 'ava';
import { parseHTML } from 'linkedom';
import { filled, LOOKS, nodeLook, swatch, type Look } from '../../src/report/looks.ts';
import { contrast } from './helpers/contrast.ts';
import { mixed } from '../../src/report/colours.ts';

const NODES = 64;
const EVERY: readonly Look[] = [...LOOKS, ...Array.from({ length: NODES }, (_, node) => nodeLook(node))];

test('the contrast of black and white is 21, of a colour and itself 1; a half mixture lies between', (t) => {
  t.is(contrast('#000000', '#ffffff'), 21);
  t.is(contrast('#8f2f25', '#8f2f25'), 1);
  // WebAIM's contrast checker
  t.is(contrast('#777', '#ffffff').toFixed(2), '4.48');
  t.is(mixed('#000000', '#ff8040', 0.5), '#804020');
  t.is(mixed('#123456', '#ffffff', 0), '#123456');
});

test('no two looks have a hatch or a ground in common, those of 64 nodes among them', (t) => {
  for (const part of [(look: Look) => JSON.stringify(look.hatch), (look: Look) => look.ground]) {
    const seen = EVERY.map(part);
    t.deepEqual(
      seen.filter((one, i) => seen.indexOf(one) !== i),
      [],
    );
  }
});

test('words in a cell and its edges can be read on every ground', (t) => {
  for (const { ground, ink } of EVERY) {
    t.true(contrast('#111111', ground) >= 7, ground);
    t.true(contrast(ink, ground) >= 2.5, `${ink} on ${ground}`);
  }
});

test('a shape is its ground and its hatch clipped to it, in vectors', (t) => {
  const box = { x: 10, y: 20, width: 100, height: 40 };
  const [plain, hatched] = [LOOKS[0], nodeLook(0)];
  t.is(plain?.hatch.length, 0);
  const { document } = parseHTML(`<svg>${filled(hatched, 'M10 20h100v40h-100z', box, 'x')}</svg>`);
  t.is(document.querySelector('use')?.getAttribute('fill'), hatched.ground);
  t.is(document.querySelector('g')?.getAttribute('clip-path'), 'url(#x)');
  t.is(document.querySelector('clipPath > path')?.getAttribute('id'), 'x-s');
  const bars = document.querySelector('g > path');
  // leaning by 20 degrees about y = 40, it must reach 20 × tan 20° = 7.28 further at both sides
  t.is(bars?.getAttribute('d'), 'M2.721 40H117.279');
  t.is(bars?.getAttribute('stroke-width'), '40');
  t.is(bars?.getAttribute('transform'), 'matrix(1 0 -0.364 1 14.559 0)');
  for (const look of EVERY)
    t.notRegex(swatch(look) + filled(look, 'M0 0h1v1z', box, 'y'), /<(pattern|image|mask|filter)/);
});
