// The page in a real browser: boots, refuses, plays, explains, shares, replays; no message on the console.
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { explore } from '../../src/cpus/simulated/explore/explore.ts';
import { KERNEL_NAMES } from '../../src/kernels/named.ts';
import { TOPICS } from '../../src/report/glossary.ts';
import { MUTANTS } from '../../src/scenarios/catalogue.ts';
import { SILENT_SECONDS } from '../../src/web/client.ts';
import { encodeShared } from '../../src/web/share.ts';
import { pageParts } from '../../src/cli/page/parts.ts';
import { ISOLATION, staticServer } from '../../src/cli/page/static-server.ts';
import { buildPage } from '../../tools/page.ts';
import { captures } from '../helpers/captures.ts';
import { cli } from '../helpers/cli.ts';
import { chromiumPath, launchChromium } from '../helpers/chromium.ts';
import { fakeBzImage } from '../judge/helpers/bzimage.ts';
import { LONG_BOOTS, vmlinuz32 } from '../judge/helpers/qemu.ts';

const path = chromiumPath();
const SMALL = 'laptop-16g';
const WAIT = { timeout: 30_000 };
/** A kernel on v86 on a busy computer. */
const LONG = 600_000;

interface Context {
  readonly browser: Browser;
  readonly url: string;
  readonly bareUrl: string;
}

let context: Context | undefined;
const closing: (() => unknown)[] = [];

test.before(async () => {
  if (path === undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-page-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  await buildPage(folder);
  const listen = async (isolated: boolean): Promise<string> => {
    const server = staticServer(pageParts(folder), { headers: isolated ? ISOLATION : new Map() });
    closing.unshift(() => server.close());
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  };
  const [url, bareUrl] = [await listen(true), await listen(false)];
  const browser = await launchChromium(path);
  closing.unshift(() => browser.close());
  context = { browser, url, bareUrl };
});

test.after.always(async () => {
  for (const close of closing) await close();
});

/** A test with a page of its own; every message on its console fails it. */
function pageTest(
  name: string,
  run: (t: ExecutionContext, page: Page, context: Context) => Promise<void>,
): void {
  test.serial(name, async (t) => {
    if (!context) {
      t.log('skipped: no Chromium here (apt-get install chromium, or CHROMIUM=/path)');
      t.pass();
      return;
    }
    const page = await context.browser.newPage({ viewport: { width: 1280, height: 900 } });
    const messages: string[] = [];
    page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => messages.push(`error: ${error.message}`));
    try {
      await run(t, page, context);
      t.deepEqual(messages, []);
    } finally {
      await page.close();
    }
  });
}

/** Opens the page with a small machine in its link: quicker than the first one. */
async function openSmall(page: Page, url: string): Promise<void> {
  await page.goto(
    url + (await encodeShared({ builtin: SMALL, text: null, append: '', kernel: null, cap: null })),
  );
  await booted(page, SMALL);
}

const text = async (page: Page, selector: string): Promise<string> =>
  (await page.textContent(selector)) ?? '';

async function booted(page: Page, machine: string): Promise<void> {
  await page.waitForFunction(
    (name) =>
      document.querySelector('#name')?.textContent === name &&
      document.querySelector('#status')?.textContent?.startsWith('Booted'),
    machine,
    WAIT,
  );
}

pageTest(
  'the first boot comes by itself, with its log, its serial line and its figures',
  async (t, page, { url }) => {
    const started = performance.now();
    await page.goto(url);
    await booted(page, 'skylake-768g');
    t.log(`first boot shown after ${Math.round(performance.now() - started)} ms`);
    t.regex(await text(page, '#log'), /BIOS-e820: \[mem 0x0000000000000000-0x000000000009abff\] usable/);
    t.regex(await text(page, '#serial'), /payload: handoff block/);
    t.regex(await text(page, '#sentence'), /2 NUMA nodes .* 104 CPUs/);
    t.is(await page.locator('#strip svg').count(), 1);
    t.true((await page.locator('#tables table').count()) >= 4);
    t.regex(await text(page, '#isolation'), /is cross-origin isolated/);
  },
);

pageTest('another built-in machine, with a parameter', async (t, page, { url }) => {
  await page.goto(url);
  await booted(page, 'skylake-768g');
  await page.selectOption('#builtin', 'laptop-16g');
  await page.fill('#append', 'memblock=debug');
  await page.click('#boot');
  await booted(page, 'laptop-16g');
  t.regex(await text(page, '#log'), /memblock_reserve: /);
  t.true(await page.locator('#error').isHidden());
});

pageTest('a pasted kernel log boots the machine that printed it', async (t, page, { url }) => {
  const capture = captures('6.1').find(({ name }) => name === 'q35-8g-2n-4c');
  const dmesg = readFileSync(join(capture?.path ?? '', 'dmesg.txt'), 'utf8');
  await openSmall(page, url);
  await page.click('#own summary');
  await page.fill('#text', dmesg);
  await page.click('#boot-text');
  await booted(page, 'pasted text');
  t.regex(await text(page, '#sentence'), /8 GiB of memory on 2 NUMA nodes .* 4 CPUs/);
});

pageTest('a file dropped onto the page is booted', async (t, page, { url }) => {
  const capture = captures('6.1').find(({ name }) => name === 'q35-4g-4c');
  const dmesg = readFileSync(join(capture?.path ?? '', 'dmesg.txt'), 'utf8');
  await openSmall(page, url);
  const data = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([content], 'dropped.txt'));
    return transfer;
  }, dmesg);
  await page.dispatchEvent('#drop', 'drop', { dataTransfer: data });
  await booted(page, 'dropped');
  t.regex(await text(page, '#sentence'), /4 GiB of memory on one NUMA node and 4 CPUs/);
});

/** What a panel answers once it has asked. */
async function answer(page: Page, id: string): Promise<string> {
  await page.waitForFunction(
    (selector) => !['', 'Asking …'].includes(document.querySelector(selector)?.textContent ?? ''),
    `#answer-${id}`,
    WAIT,
  );
  return text(page, `#answer-${id}`);
}

pageTest('questions are panels: asked when opened, and anew of another machine', async (t, page, { url }) => {
  await openSmall(page, url);
  t.regex(await text(page, '#answer-missing'), /Where memory went: 16 GiB are installed/);
  await page.selectOption('#missing-by', 'zone');
  t.regex(await text(page, '#answer-missing thead'), /zone/);
  // two at once: the second waits for the first
  await page.click('#ask-lint summary');
  await page.click('#ask-reserved summary');
  const findings = (await cli(['lint', SMALL, '--json'])).stdout;
  await answer(page, 'lint');
  t.is(await page.locator('#answer-lint tbody tr').count(), findings.match(/"rule":/g)?.length ?? 0);
  t.is(await answer(page, 'reserved'), (await cli(['explain', SMALL, '--reserved'])).stdout);
  await page.click('#ask-fits summary');
  const ask = async (question: string, spec: string): Promise<string> => {
    await page.selectOption('#fits-question', question);
    await page.fill('#fits-spec', spec);
    await page.click('#fits-form button');
    return answer(page, 'fits');
  };
  t.is(await ask('hugepages', '1G:14'), (await cli(['fits', SMALL, '--hugepages', '1G:14'])).stdout);
  t.regex(await ask('hugepages', '3M:1'), /^“Does it fit\?”, huge pages "3M:1": expected SIZE:N/);
  await page.selectOption('#builtin', 'tiny-512m');
  await page.click('#boot');
  await booted(page, 'tiny-512m');
  await page.waitForFunction(
    () => document.querySelector('#answer-reserved')?.textContent?.startsWith('tiny-512m'),
    null,
    WAIT,
  );
  t.true(await page.locator('#answer-fits').isHidden());
});

pageTest(
  'where Linux panics, its log up to there is shown, and that it is nobody’s mistake',
  async (t, page, { url }) => {
    await page.goto(
      url +
        (await encodeShared({ builtin: 'tiny-512m', text: null, append: 'mem=8M', kernel: null, cap: null })),
    );
    await page.waitForSelector('#error:not([hidden])', WAIT);
    t.regex(await text(page, '#error'), /^Linux does not boot on this machine: Kernel panic/);
    t.regex(await text(page, '#log'), /Kernel panic - not syncing: [^\n]*$/);
    t.regex(await text(page, '#answer-missing'), /^This boot has no books of memory/);
    await page.click('#ask-movable summary');
    t.regex(await answer(page, 'movable'), /^Linux does not boot on this machine: Kernel panic/);
  },
);

pageTest('every built-in kernel can be chosen; the link carries it', async (t, page, { url }) => {
  await openSmall(page, url);
  const names = await page
    .locator('#kernel option')
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  t.deepEqual(names.slice(1).sort(), [...KERNEL_NAMES].sort());
  await page.selectOption('#kernel', '6.12');
  await page.click('#boot');
  await page.waitForFunction(
    () => document.querySelector('#sentence')?.textContent?.includes('Linux 6.12 '),
    null,
    WAIT,
  );
  t.regex(await text(page, '#log'), /Linux version 6\.12\.117\+deb13-amd64/);
  await page.click('#share');
  await page.waitForFunction(
    () => document.querySelector('#status')?.textContent?.startsWith('The link'),
    null,
    WAIT,
  );
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await booted(page, SMALL);
  t.is(await page.inputValue('#kernel'), '6.12');
  t.regex(await text(page, '#sentence'), /Linux 6\.12 /);
  const unknown = { builtin: SMALL, text: null, append: '', kernel: '9.9', cap: null };
  await page.goto('about:blank');
  await page.goto(url + (await encodeShared(unknown)));
  await booted(page, SMALL);
  t.regex(await text(page, '#error'), /^The link names a kernel that “Kernel” does not have/);
});

pageTest('a word of the glossary opens its meaning; all of them are listed', async (t, page, { url }) => {
  await openSmall(page, url);
  const open = () => page.locator('.meaning:popover-open').allTextContents();
  await page.locator('#words button.term', { hasText: 'struct page' }).first().focus();
  await page.keyboard.press('Enter');
  t.regex((await open()).join('|'), /^struct page: the kernel's record of one page/);
  await page.keyboard.press('Escape');
  t.deepEqual(await open(), []);
  const dead = await page.evaluate(() =>
    [...document.querySelectorAll('button.term')]
      .filter((term) => document.getElementById(term.getAttribute('popovertarget') ?? '') === null)
      .map((term) => term.textContent),
  );
  t.deepEqual(dead, []);
  t.is(await page.locator('#glossary dt').count(), TOPICS.flatMap(({ terms }) => terms).length);
});

pageTest(
  'on a telephone nothing is wider than the screen, and tables are blocks',
  async (t, page, { url }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await openSmall(page, url);
    for (const id of ['lint', 'reserved', 'movable', 'slow-boot']) {
      await page.click(`#ask-${id} summary`);
      await answer(page, id);
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    t.true(over <= 0, `${over} pixels too wide`);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('[role=table] td')]
        .filter((cell) => cell.scrollWidth > cell.clientWidth + 1)
        .map((cell) => cell.textContent),
    );
    t.deepEqual(cut, []);
    const row = page.locator('#tables tbody tr').first();
    t.is(await row.evaluate((element) => getComputedStyle(element).display), 'block');
  },
);

pageTest(
  'a worker that hangs is ended and that is said; the next boot gets another',
  async (t, page, { url }) => {
    await page.clock.install({ time: 0 });
    await page.clock.pauseAt(1000);
    // it takes the request and never comes back
    await page.route('**/worker.js', (route) =>
      route.fulfill({
        body: 'onmessage = () => { for (;;); };',
        contentType: 'text/javascript',
        headers: { 'cross-origin-embedder-policy': 'require-corp' },
      }),
    );
    const hanging = page.waitForEvent('worker');
    await page.goto(url);
    const gone = (await hanging).waitForEvent('close');
    await page.waitForFunction(() => document.querySelector('#status')?.textContent === 'Booting …');
    await page.clock.runFor((SILENT_SECONDS - 1) * 1000);
    t.true(await page.locator('#error').isHidden());
    await page.clock.runFor(1000);
    t.regex(await text(page, '#error'), /^The model has said nothing for 30 seconds and was ended\./);
    t.is(await text(page, '#status'), '');
    await gone;
    t.is(page.workers().length, 0);
    await page.unroute('**/worker.js');
    await page.clock.resume();
    await page.selectOption('#builtin', SMALL);
    await page.click('#boot');
    await booted(page, SMALL);
    t.true(await page.locator('#error').isHidden());
  },
);

pageTest('a broken description is refused with its line; the run before stays', async (t, page, { url }) => {
  await openSmall(page, url);
  await page.click('#own summary');
  await page.fill('#text', 'name: broken\nmap:\n  - { start: 0, size: 640K, type: useable }\ncpus: 4\n');
  await page.click('#boot-text');
  await page.waitForSelector('#error:not([hidden])', WAIT);
  t.regex(await text(page, '#error'), /^pasted text:3:\d+: map\.0\.type: "useable": expected usable/);
  t.is(await text(page, '#name'), SMALL);
  await page.fill('#text', 'no machine at all');
  await page.click('#boot-text');
  // nothing is said between the two refusals
  await page.waitForFunction(
    () => /^pasted text:(?!3:)/.test(document.querySelector('#error')?.textContent ?? ''),
    null,
    WAIT,
  );
  t.regex(await text(page, '#error'), /^pasted text:1:1: .*"no machine at all": expected object$/);
});

pageTest('play, pause, step and the slider move virtual time', async (t, page, { url }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(url);
  await booted(page, 'skylake-768g');
  const clock = async () => Number((await text(page, '#clock')).split(' ')[0]);
  const end = await clock();
  t.true(end > 0, 'with reduced motion the run is shown at its end');
  t.regex(await text(page, '#progress'), /^406 of 406 chunks done, 0 CPUs busy/);
  await page.fill('#time', '0');
  t.is(await clock(), 0);
  await page.click('#step');
  const first = await clock();
  await page.click('#step');
  const second = await clock();
  t.true(0 < first && first < second);
  await page.click('#back');
  t.is(await clock(), first);
  await page.click('#play');
  t.is(await text(page, '#play'), 'Pause');
  await page.waitForFunction(
    (from) => Number(document.querySelector('#clock')?.textContent?.split(' ')[0]) > from,
    second,
  );
  await page.click('#play');
  const paused = await clock();
  t.is(await text(page, '#play'), 'Play');
  await page.click('#step');
  t.true((await clock()) > paused && paused < end);
});

pageTest('a clicked place, an arrow key and a typed address are explained', async (t, page, { url }) => {
  await page.goto(url);
  await booted(page, 'skylake-768g');
  t.regex(await text(page, '#explanation'), /reserved: .* by setup_arch \(image\)/);
  const box = await page.locator('#strip').boundingBox();
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) * 0.55, (box?.y ?? 0) + 10);
  const clicked = await page.inputValue('#address');
  t.true(Number(clicked) > 2 ** 32, clicked);
  t.regex(await text(page, '#explanation'), /node 0, zone Normal/);
  await page.focus('#strip');
  await page.keyboard.press('End');
  t.regex(await text(page, '#explanation'), /node 1/);
  await page.keyboard.press('ArrowLeft');
  const before = await page.inputValue('#address');
  await page.keyboard.press('ArrowRight');
  t.true(Number(await page.inputValue('#address')) > Number(before));
  await page.fill('#address', '0xf1000000000');
  await page.keyboard.press('Enter');
  t.regex(await text(page, '#explanation'), /no memory of the kernel/);
  await page.fill('#address', '700G');
  await page.keyboard.press('Enter');
  t.regex(await text(page, '#explanation'), /^0x000000af00000000 /);
  await page.fill('#address', 'struct pages');
  await page.keyboard.press('Enter');
  t.regex(await text(page, '#explanation'), /^struct pages: [\d,]+ bytes in \d+ ranges, the largest first/);
  t.regex(
    (await page.getAttribute('#strip', 'aria-valuetext')) ?? '',
    /^0x[5b]/,
    'the mark is at the largest',
  );
  await page.fill('#address', 'sparse_init_nid');
  await page.keyboard.press('Enter');
  t.regex(await text(page, '#explanation'), /^sparse_init_nid: \d+ changes of memblock/);
  t.true((await page.locator('#names option').count()) > 20);
  await page.fill('#address', 'elsewhere');
  await page.keyboard.press('Enter');
  t.regex(
    await text(page, '#explanation'),
    /^“Explain” "elsewhere": expected an address such as 0x1000000 or 700G/,
  );
});

pageTest(
  'the cap on threads boots again; the curve is drawn with its published points',
  async (t, page, { url }) => {
    await page.goto(url);
    await booted(page, 'skylake-768g');
    await page.waitForFunction(
      () => document.querySelector('#curve-status')?.textContent?.startsWith('One thread'),
      null,
      WAIT,
    );
    await page.waitForFunction(
      () => document.querySelectorAll('#curve [aria-label=dot] > *').length >= 20,
      null,
      WAIT,
    );
    t.regex(await text(page, '#curve-status'), /Diamonds: published/);
    t.regex(
      await text(page, '#words'),
      /With one thread for each node it would have been 1\.\d+ s \(model\)/,
    );
    await page.fill('#cap', '4');
    await page.dispatchEvent('#cap', 'change');
    await page.waitForFunction(
      () => document.querySelector('#words')?.textContent?.includes('up to 4 threads'),
      null,
      WAIT,
    );
    t.regex(await text(page, '#cap-value'), /^4 threads/);
  },
);

pageTest('a link carries the machine', async (t, page, { url }) => {
  await openSmall(page, url);
  await page.click('#own summary');
  await page.selectOption('#builtin', 'tiny-512m');
  await page.click('#edit');
  await page.waitForFunction(
    () => (document.querySelector('#text') as HTMLTextAreaElement).value !== '',
    null,
    WAIT,
  );
  const yaml = await page.inputValue('#text');
  await page.fill('#text', yaml.replace('tiny-512m', 'my-own-machine'));
  await page.click('#boot-text');
  await booted(page, 'my-own-machine');
  await page.click('#share');
  await page.waitForFunction(
    () => /^The link/.test(document.querySelector('#status')?.textContent ?? ''),
    null,
    WAIT,
  );
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await booted(page, 'my-own-machine');
  t.regex(await text(page, '#words'), /nothing was deferred|deferred the rest/);
});

pageTest(
  "a failure of the explorer is replayed step by step to the fault's message",
  async (t, page, { url }) => {
    const mutant = MUTANTS[0];
    if (!mutant) return t.fail('no planted fault to replay');
    const { failure } = explore(mutant.scenario, { strategy: 'random', schedules: mutant.within, seed: 1 });
    await openSmall(page, url);
    await page.fill('#token', failure?.token ?? '');
    await page.click('#replay-form button[type=submit]');
    await page.waitForFunction(
      () => document.querySelector('#replay-status')?.textContent?.includes('Step 1 of'),
      null,
      WAIT,
    );
    t.is(await page.locator('#replay tbody tr').count(), 1);
    await page.click('#replay-step');
    t.is(await page.locator('#replay tbody tr').count(), 2);
    await page.click('#replay-back');
    await page.click('#replay-all');
    t.regex(await text(page, '#replay tr.end'), mutant.finds);
    await page.fill('#token', 'no-such-scenario:0.1');
    await page.click('#replay-form button[type=submit]');
    await page.waitForFunction(
      () => document.querySelector('#replay-status')?.textContent?.includes('no scenario'),
      null,
      WAIT,
    );
  },
);

pageTest('without cross-origin isolation everything here works', async (t, page, { bareUrl }) => {
  await openSmall(page, bareUrl);
  t.regex(await text(page, '#isolation'), /not cross-origin isolated/);
});

pageTest(
  'every control has a name, headings do not skip a level, dark and light differ',
  async (t, page, { url }) => {
    await openSmall(page, url);
    const nameless = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('input, select, button, textarea, canvas, [role=slider]')]
        .filter((element) => {
          const labels = 'labels' in element ? (element as HTMLInputElement).labels : null;
          const named = element.getAttribute('aria-label') ?? element.textContent ?? '';
          return element.id !== 'fill' && named.trim() === '' && (labels?.length ?? 0) === 0;
        })
        .map((element) => element.id),
    );
    t.deepEqual(nameless, []);
    const levels = await page.evaluate(() =>
      [...document.querySelectorAll('h1, h2, h3')].map((element) => Number(element.tagName.slice(1))),
    );
    t.true(levels.every((level, i) => i === 0 || level <= (levels[i - 1] ?? 0) + 1));
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.selectOption('#theme', 'light');
    const light = await ground();
    await page.selectOption('#theme', 'dark');
    t.not(await ground(), light);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    t.true(wide <= 0, 'nothing sticks out to the right');
  },
);

pageTest('a file that is no 32-bit kernel is refused in a line', async (t, page, { url }) => {
  await openSmall(page, url);
  await page.click('#linux-form button');
  t.regex((await page.textContent('#linux-error')) ?? '', /^Pick a kernel image first/);
  const file = (bytes: Uint8Array) => ({ name: 'vmlinuz', mimeType: '', buffer: Buffer.from(bytes) });
  await page.setInputFiles('#linux-kernel', file(new Uint8Array(100)));
  await page.click('#linux-form button');
  await page.waitForFunction(() => document.querySelector('#linux-error')?.textContent?.includes('bzImage'));
  await page.setInputFiles('#linux-kernel', file(fakeBzImage()));
  await page.click('#linux-form button');
  await page.waitForFunction(() =>
    document.querySelector('#linux-error')?.textContent?.includes('a 64-bit kernel'),
  );
  // an image without a kernel in it ends at once, with nothing that the model could be held against
  await page.setInputFiles('#linux-kernel', file(fakeBzImage({ xloadflags: 0, release: '6.1.0-50-686' })));
  await page.click('#linux-form button');
  await page.waitForFunction(
    () => document.querySelector('#linux-status')?.textContent?.startsWith('It came to init: 0 memory lines'),
    undefined,
    WAIT,
  );
  t.regex((await page.textContent('#linux-log')) ?? '', /earlyboot: starting Linux/);
});

const kernel32 = vmlinuz32();

pageTest(
  'a real 32-bit Linux boots in the page, its memory lines beside the same of the model',
  async (t, page, { url }) => {
    if (kernel32 === null) {
      t.log('skipped: no i386 kernel (EARLYBOOT_VMLINUZ32, or 6.1.0-50-686 in .tmp/kernels or /boot)');
      t.pass();
      return;
    }
    t.timeout(LONG);
    await openSmall(page, url);
    await page.setInputFiles('#linux-kernel', kernel32);
    await page.click('#linux-form button');
    // to init where boots may take minutes, else to the last memory line before the kernel goes on to other things
    if (LONG_BOOTS)
      await page.waitForFunction(
        () => document.querySelector('#linux-status')?.textContent?.startsWith('It came to init'),
        undefined,
        { timeout: LONG },
      );
    else
      await page.waitForFunction(
        () => document.querySelector('#linux-log')?.textContent?.includes('SLUB: HWalign'),
        undefined,
        { timeout: LONG },
      );
    t.is(await page.locator('#linux-log .only-real').count(), 0);
    t.is(await page.locator('#linux-log .only-model').count(), 0);
    t.true((await page.locator('#linux-log .same').count()) > 130);
    const row = page.locator('#linux-log .same', { hasText: 'LOWMEM available' });
    t.deepEqual(
      await row
        .locator('span')
        .allTextContents()
        .then((texts) => texts.map((text) => text.slice(-25))),
      ['] 511MB LOWMEM available.', '511MB LOWMEM available.'],
    );
  },
);
