// What grows with memory: figures by hand for a drawn machine, and what its command line turns on.
import test from 'ava';
import { DEFAULT_BOOT, earlyBootOf } from '../../src/boot/machine.ts';
import { GiB, MiB } from '../../src/lib/units.ts';
import { loadDescription } from '../../src/machine/spec/load.ts';
import { slowBoot, type SlowRow } from '../../src/predict/slow-boot.ts';
import { cli } from '../helpers/cli.ts';

const DRAWN = {
  name: 'drawn',
  map: [
    { start: 0, size: 0x9f000, type: 'usable' },
    { start: MiB, size: 1023 * MiB, type: 'usable' },
    { start: GiB, size: MiB, type: 'ACPI data' },
    { start: 4 * GiB, size: 7 * GiB, type: 'usable' },
  ],
  cpus: 4,
  cpu: { pdpe1gb: true },
  timing: { pageInitNs: 100, nodeBandwidthGBs: 10 },
};

async function rows(cmdline: string): Promise<readonly SlowRow[]> {
  const spec = await loadDescription(JSON.stringify(DRAWN), 'x', () => Promise.reject(new Error('no files')));
  return slowBoot(await earlyBootOf(spec, { ...DEFAULT_BOOT, kernel: '6.1', cmdline }), spec).rows;
}

test('each row is pages times nanoseconds, or bytes by bandwidth', async (t) => {
  const [early, threads, alone, all, gigantic, poison, onFree, ...published] = await rows('');
  const present = 8 * GiB - MiB + 0x9f000 - 0x1000;
  t.is(all?.bytes, present);
  t.is(all?.ms, ((present / 4096) * 100) / 1e6);
  t.is((early?.bytes ?? 0) + (threads?.bytes ?? 0), present);
  t.is(early?.ms, ((early?.bytes ?? 0) / 4096) * 1e-4);
  // one thread alone needs 100 ns a page, and four CPUs at least a fourth of that
  const pagesMs = ((threads?.bytes ?? 0) / 4096) * 1e-4;
  t.true((alone?.ms ?? 0) >= pagesMs && (alone?.ms ?? 0) < pagesMs * 1.1);
  t.true((threads?.ms ?? 0) >= pagesMs / 4 && (threads?.ms ?? 0) < (alone?.ms ?? 0));
  t.is(poison?.ms, present / 10 / 1e6);
  t.deepEqual(
    [early, threads, alone, all, gigantic, poison, onFree].map((row) => row?.happens),
    [true, true, false, false, false, false, false],
  );
  t.true(published.length > 0 && published.every(({ source, ms }) => source === 'published' && ms === null));
});

test('what the command line turns on happens', async (t) => {
  const on = await rows('page_poison=1 hugepagesz=1G hugepages=2');
  t.true(on[5]?.happens && on[4]?.happens);
  t.is(on[4]?.bytes, 2 * GiB);
  t.is(on[4]?.ms, 2 * 262144 * 1e-4);
  t.true((await rows('init_on_free=1'))[6]?.happens);
});

test('predict --slow-boot prints a table or JSON', async (t) => {
  const text = await cli(['predict', 'tiny-512m', '--slow-boot']);
  t.regex(
    text.stdout,
    /^tiny-512m, kernel 6.1: what of early boot grows with memory\n\nthis boot +memory +time/,
  );
  const json: unknown = JSON.parse((await cli(['predict', 'tiny-512m', '--slow-boot', '--json'])).stdout);
  t.like(json, { version: 1, slowBoots: [{ machine: 'tiny-512m' }] });
});
