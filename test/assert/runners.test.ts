// The same assertions under runners whose tests end by an exception: node:test as it is, vitest's fixture as vitest calls it (npm run
// check-package runs vitest itself).
import { AssertionError } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import { SharedBoots } from '../../src/assert/boots.ts';
import { throwingAssertions } from '../../src/assert/throwing.ts';
import { earlyboot, type BootAssertions } from '../../src/vitest.ts';
import { ROOT } from '../helpers/sources.ts';

test('what does not hold throws, with what was found', async (t) => {
  const boots = new SharedBoots({});
  const early = throwingAssertions(boots);
  const boot = await early.boot('tiny-512m');
  const never = {
    name: 'never',
    cpus: 1,
    setup: () => 0,
    threads: [
      function* () {
        yield { op: 'getcpu' } as const;
      },
    ],
  };
  for (const [fails, says] of [
    [() => early.zone(boot, 0, 'Normal'), /has no zone Normal/],
    [() => early.everySchedule(never, () => false), /replay: never:/],
    [() => early.firmwareMap(boot, []), /differs/],
    [() => early.jobs(boot, 0, []), /0 were expected/],
    [() => early.reserved(boot, { start: 0x1000000, size: 1 }, { by: 'nobody' }), /reserved by nobody/],
    [() => early.logLike(boot, 'no log'), /no memory lines/],
    [() => early.sameMemmap(boot, boot), /without a memmap/],
  ] as const)
    t.throws(fails, { instanceOf: AssertionError, message: says });
  t.true(early.zone(boot, 0, 'DMA', { startPfn: 1 }));
  await boots.dispose();
});

test('vitest: the fixture names what vitest reads, shares boots and frees them when the file is over', async (t) => {
  const { early } = earlyboot({ append: 'mem=256M' });
  const [fixture, { scope }] = early;
  t.is(scope, 'file');
  // vitest looks at the text of the first parameter and refuses any but one between braces
  t.regex(fixture.toString(), /^async \(\{\s*\}, use\)/);
  let used = 0;
  await fixture({}, async (own: BootAssertions) => {
    const boot = await own.boot('tiny-512m');
    t.is(await own.boot('tiny-512m'), boot);
    t.regex(boot.record.cmdline, /mem=256M/);
    t.throws(() => own.zone(boot, 0, 'Normal'), { instanceOf: AssertionError });
    used += 1;
  });
  t.is(used, 1);
});

test('node:test: tests that pass, that fail and that are left out', (t) => {
  const file = join(ROOT, 'test/fixtures/runners/node-test.ts');
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--experimental-strip-types', '--test-reporter=tap', file],
    // a test under a runner would report to that one
    { encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  t.is(status, 1);
  t.regex(stdout, /^ok \d - the small machine$/m);
  t.regex(stdout, /^not ok \d - a zone that is not there$/m);
  t.regex(stdout, /error: 'node 0 has no zone Normal: it has DMA, DMA32'/);
  t.regex(stdout, /^ok \d - later # SKIP/m);
  t.regex(stdout, /^ok \d - the boot is shared$/m);
});
