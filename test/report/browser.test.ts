// Reports of real boots in a real browser: nothing overlaps, nothing is cut, nothing is said on the console.
import test from 'ava';
import type { Browser, Page } from 'playwright-core';
import { reportHtml } from '../../src/report/html.ts';
import { chromiumPath, launchChromium } from '../helpers/chromium.ts';
import { bootNamed } from './helpers/boot.ts';

const LIMIT = 1_500_000;
/** Bytes of PDF. */
const PAPER_LIMIT = 3_000_000;
const BUILTIN = ['skylake-768g', 'monster-64t'];
const CAPTURES = ['ovmf-8g-2n-4c', 'q35-8g-2n-numafake8', 'q35-256m-1c'];

let browser: Browser | undefined;

test.before(async () => {
  const path = chromiumPath();
  if (path !== undefined) browser = await launchChromium(path);
});

test.after.always(() => browser?.close());

/** What is wrong with the page's pictures and boxes, a line each. */
function problems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const say = (text: string): void => void (found.length < 10 && found.push(text));
    const over = document.documentElement.scrollWidth - window.innerWidth;
    if (over > 0) say(`the page is ${over} too wide`);
    for (const svg of document.querySelectorAll<SVGSVGElement>('svg.strip, svg.lanes, .chart svg')) {
      const frame = svg.getBoundingClientRect();
      const texts = [...svg.querySelectorAll('text')].filter(
        (text) => (text.textContent ?? '').trim() !== '',
      );
      const boxes = texts.map((text) => ({
        text: text.textContent ?? '',
        box: text.getBoundingClientRect(),
      }));
      boxes.forEach(({ text, box }, i) => {
        if (box.left < frame.left - 1 || box.right > frame.right + 1) say(`"${text}" is cut at the side`);
        if (box.top < frame.top - 1 || box.bottom > frame.bottom + 1) say(`"${text}" is cut above or below`);
        for (const other of boxes.slice(i + 1)) {
          const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
          const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
          // line boxes are taller than letters: a few pixels of height are air
          if (wide > 0.5 && high > 4) say(`"${text}" and "${other.text}" overlap`);
        }
      });
      for (const label of svg.querySelectorAll('text.in')) {
        const cell = label.parentElement?.querySelector('rect')?.getBoundingClientRect();
        const box = label.getBoundingClientRect();
        if (cell && (box.left < cell.left || box.right > cell.right))
          say(`"${label.textContent}" sticks out of its cell`);
      }
    }
    for (const cell of document.querySelectorAll('td, th')) {
      if (cell.scrollWidth > cell.clientWidth + 1) say(`"${cell.textContent}" does not fit its cell`);
    }
    return found;
  });
}

for (const name of [...BUILTIN, ...CAPTURES]) {
  test.serial(`${name}: nothing overlaps or is cut, wide, narrow and on paper`, async (t) => {
    const html = reportHtml([await bootNamed(name)]);
    t.true(Buffer.byteLength(html) < LIMIT, `${html.length} bytes`);
    if (!browser) {
      t.log('skipped in part: no Chromium here (apt-get install chromium, or CHROMIUM=/path)');
      return;
    }
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    page.on('request', (request) => messages.push(`loads ${request.url()}`));
    await page.setContent(html);
    t.deepEqual(await problems(page), []);
    for (const width of [640, 390]) {
      await page.setViewportSize({ width, height: 900 });
      t.deepEqual(await problems(page), [], `${width} pixels wide`);
    }
    await page.setViewportSize({ width: 1123, height: 794 });
    await page.emulateMedia({ media: 'print' });
    t.deepEqual(await problems(page), []);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    t.true(pdf.length < PAPER_LIMIT, `${pdf.length} bytes of PDF`);
    // a bitmap for each hatched piece is what made 28 MB
    t.false(pdf.includes('/Subtype /Image'));
    t.deepEqual(messages, []);
    await page.close();
  });
}

test.serial('two runs stand side by side', async (t) => {
  const html = reportHtml([await bootNamed('skylake-768g'), await bootNamed('skylake-768g', 1)]);
  t.true(Buffer.byteLength(html) < LIMIT);
  if (!browser) {
    t.log('skipped in part: no Chromium here');
    return;
  }
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.setContent(html);
  t.deepEqual(await problems(page), []);
  const tops = await page.evaluate(() =>
    [...document.querySelectorAll('.runs.two > section')]
      .slice(0, 2)
      .map((e) => e.getBoundingClientRect().top),
  );
  t.is(tops[0], tops[1]);
  t.true((await page.pdf({ preferCSSPageSize: true })).length < PAPER_LIMIT);
  await page.setViewportSize({ width: 390, height: 844 });
  t.deepEqual(await problems(page), []);
  await page.close();
});

test.serial('on a telephone a touched piece says what it is; with keys one goes on from there', async (t) => {
  if (!browser) {
    t.log('skipped: no Chromium here');
    t.pass();
    return;
  }
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, hasTouch: true });
  const html = reportHtml([await bootNamed('q35-256m-1c')]);
  // a document of its own: a fragment leads nowhere in one that was written into another
  await page.route('http://report.test/', (route) => route.fulfill({ body: html, contentType: 'text/html' }));
  await page.goto('http://report.test/');
  const shown = () => page.locator('.pieces li:visible');
  t.is(await shown().count(), 0);
  await page.locator('svg.strip a:has(rect.box)').first().tap();
  t.is(await shown().count(), 1);
  t.regex((await shown().textContent()) ?? '', /^firmware map 0x0-0x\w+ · 639 KiB · usable memory/);
  const panel = await shown().boundingBox();
  t.true((panel?.y ?? 844) > 0 && (panel?.y ?? 844) < 844, 'in view');
  await page.locator('svg.strip a:has(text.name)').nth(1).focus();
  await page.keyboard.press('Enter');
  t.regex((await shown().textContent()) ?? '', /^who reserved it/);
  await page.keyboard.press('Tab');
  t.is(await page.evaluate(() => document.activeElement?.textContent), 'next piece →');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  t.is(await page.evaluate(() => document.activeElement?.textContent), '← piece before');
  await page.locator('.all-pieces summary').tap();
  t.is(await shown().count(), await page.locator('.pieces li').count());
  await page.close();
});

test.serial('a term opens its meaning by key and by touch, and Escape closes it', async (t) => {
  if (!browser) {
    t.log('skipped: no Chromium here');
    t.pass();
    return;
  }
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, hasTouch: true });
  await page.setContent(reportHtml([await bootNamed('q35-256m-1c')]));
  const open = () => page.locator('.meaning:popover-open').allTextContents();
  const term = page.locator('button.term', { hasText: 'struct page' }).first();
  await term.focus();
  await page.keyboard.press('Enter');
  t.regex((await open()).join('|'), /^struct page: the kernel's record of one page/);
  await page.keyboard.press('Escape');
  t.deepEqual(await open(), []);
  await term.tap();
  t.is((await open()).length, 1);
  const box = await page.locator('.meaning:popover-open').boundingBox();
  t.true((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 400) <= 390, 'within the screen');
  await page.close();
});
