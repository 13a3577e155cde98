// The test function itself: shared boots, assertions that pass and that fail, in AVA's own runner. A hundred small tests on
// twenty machines, as a user's suite would have them.
import { BUILTIN_NAMES } from '../../src/index.ts';
import { earlybootTest } from '../../src/ava.ts';
import { capture, captureText } from '../helpers/captures.ts';

const test = earlybootTest({ kernel: '6.1' });

test('a boot is made once and shared, by machine and options', async (t) => {
  const boot = await t.boot('tiny-512m');
  t.is(await t.boot('tiny-512m'), boot);
  t.is(await test.boot('tiny-512m', {}), boot);
  t.not(await t.boot('tiny-512m', { append: 'mem=256M' }), boot);
  const hook = (): number => 2;
  const hooked = await t.boot('tiny-512m', { maxThreads: hook });
  t.is(await t.boot('tiny-512m', { maxThreads: hook }), hooked);
  t.not(await t.boot('tiny-512m', { maxThreads: () => 2 }), hooked);
  t.is(boot.record.kernel, '6.1');
});

test('a real boot, as its log has it', async (t) => {
  const real = capture('6.1', 'q35-8g-2n-4c');
  const boot = await t.boot(real.path);
  t.true(t.logLike(boot, captureText(real, 'dmesg.txt')));
});

test.serial('struct pages of two boots are the same', async (t) => {
  const first = await t.boot('tiny-512m', { cpus: 'threads' });
  const second = await t.boot('tiny-512m', { cpus: 'threads', seed: 1 });
  t.not(first, second);
  t.sameMemmap(first, second);
});

test.failing('an assertion that does not hold fails the test', async (t) => {
  t.zone(await t.boot('tiny-512m'), 0, 'Normal');
});

test('the variants of AVA', (t) => {
  for (const variant of [test.serial, test.only, test.failing, test.skip, test.ava])
    t.is(typeof variant, 'function');
});

/** Twenty machines: built-in ones as they are and with less memory, and two without their nodes. */
const SMALLER = BUILTIN_NAMES.filter((name) => name !== 'monster-64t');
const MACHINES = [
  ...SMALLER.flatMap((name) => ['', 'mem=400M'].map((append) => ({ name, append }))),
  ...['skylake-768g', 'broadwell-192g'].map((name) => ({ name, append: 'numa=off' })),
];

for (const { name, append } of MACHINES) {
  const options = { append };
  const title = `${name} ${append}`;
  test(`${title}: the first megabyte is reserved`, async (t) => {
    t.reserved(await t.boot(name, options), { start: 0, size: 0x100000 });
  });
  test(`${title}: the map is handed over whole`, async (t) => {
    const boot = await t.boot(name, options);
    t.firmwareMap(
      boot,
      boot.log.map(({ text }) => text).filter((text) => /^BIOS-e820/.test(text)),
    );
  });
  test(`${title}: zone DMA begins behind page 0`, async (t) => {
    t.zone(await t.boot(name, options), 0, 'DMA', { startPfn: 1 });
  });
  test(`${title}: nothing is deferred but on nodes with memory`, async (t) => {
    const boot = await t.boot(name, options);
    for (const { id, presentPages } of boot.nodes) if (presentPages === 0) t.jobs(boot, id, []);
    t.true(boot.jobs.every(({ size }) => size > 0));
  });
  test(`${title}: every node's log line is there`, async (t) => {
    const { record, log } = await t.boot(name, options);
    for (const { node } of record.deferredInit)
      t.true(log.some(({ text }) => text.startsWith(`node ${node} deferred pages initialised in`)));
    t.true(record.onlineCpus >= 1);
  });
}
