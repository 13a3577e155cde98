// The colours of report and page in light and dark: text can be read on everything that it stands on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { REPORT_CSS } from '../../src/report/style.ts';
import { ROOT } from '../helpers/sources.ts';
import { contrast } from './helpers/contrast.ts';

/** WCAG 2.2, 1.4.3, level AA. */
const TEXT = 4.5;
/** 1.4.11: what is not text. */
const SHAPES = 3;

/** Each block of a style sheet that sets colours, as name and colour; later ones take what they leave out from the first. */
function palettes(css: string): Map<string, string>[] {
  const blocks = [...css.matchAll(/\{[^{}]*--bg:[^{}]*\}/g)].map(
    ([block]) =>
      new Map(
        [...block.matchAll(/--(\w+):\s*(#[0-9a-f]{3,6})/g)].map(([, name = '', colour = '']) => [
          name,
          colour,
        ]),
      ),
  );
  return blocks.map((block) => new Map([...(blocks[0] ?? []), ...block]));
}

for (const [name, css] of [
  ['report', REPORT_CSS],
  ['page', readFileSync(join(ROOT, 'src/web/page.css'), 'utf8')],
] as const) {
  test(`${name}: light, dark and paper`, (t) => {
    const all = palettes(css);
    t.true(all.length >= 3);
    all.forEach((palette, i) => {
      const check = (ink: string, ground: string, least: number): void => {
        const [a, b] = [palette.get(ink), palette.get(ground)];
        if (a === undefined || b === undefined) return;
        const ratio = contrast(a, b);
        t.true(ratio >= least, `${i}: ${ink} on ${ground}: ${ratio.toFixed(2)}`);
      };
      for (const ground of ['bg', 'card'])
        for (const ink of ['ink', 'soft', 'link', 'warn', 'accent', 'error']) check(ink, ground, TEXT);
      for (const ground of ['mark', 'plus', 'minus']) check('ink', ground, TEXT);
      check('link', 'bg', SHAPES);
      check('accent', 'bg', SHAPES);
    });
  });
}
