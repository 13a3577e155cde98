// earlyboot kernels, profile of an image, and --kernel with a file: what is printed, what is refused and how.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { BUILTIN_BUILDS } from '../../src/kernels/builds.ts';
import { capture } from '../helpers/captures.ts';
import { cli } from '../helpers/cli.ts';
import { BANNER, bzImage, COMPRESS, tinyElf } from '../kernels/image/helpers/tiny-image.ts';

test('kernels: each built-in kernel with its build, as text and as JSON', async (t) => {
  const { code, stdout } = await cli(['kernels']);
  t.is(code, 0);
  for (const { name, release } of BUILTIN_BUILDS)
    t.regex(
      stdout,
      new RegExp(`^${name.replaceAll('.', '\\.')} +${release.replaceAll(/[.+]/g, '\\$&')} `, 'm'),
    );
  const json = JSON.parse((await cli(['kernels', '--json'])).stdout);
  t.is(json.kernels.length, BUILTIN_BUILDS.length);
  t.is(json.kernels[0].config.x86FiveLevel, false);
});

test('kernels NAME --facts: every fact has a source; a version between two says what is assumed', async (t) => {
  const { stdout } = await cli(['kernels', '6.1', '--facts']);
  t.regex(stdout, /^ {2}image\.textStart +0x1000000 {2}\[image\]$/m);
  t.regex(stdout, /^ {2}config\.hz +250 {2}\[config file config-6\.1\.0-56-amd64\]$/m);
  t.regex(stdout, /^ {2}image\.earlyPages .*\[measured: /m);
  const between = await cli(['kernels', '6.8']);
  t.regex(between.stdout, /^Linux version 6\.8 \(assumed: image of Debian 6\.1\.0-56\)$/m);
  t.regex(
    between.stderr,
    /^earlyboot: warning: kernel 6\.8: assumed, as in Debian's 6\.1\.0-56: kernel\.layout, /m,
  );
});

test('boot --kernel 6.8: its own banner, and what is assumed on stderr and in the record', async (t) => {
  const { code, stdout, stderr } = await cli(['boot', 'tiny-512m', '--kernel', '6.8', '--json', '-']);
  t.is(code, 0);
  const record = JSON.parse(stdout);
  t.regex(record.log[0], /Linux version 6\.8 \(assumed: image of Debian 6\.1\.0-56\)$/);
  t.is(record.assumed.length, record.assumedFacts.length);
  t.true(record.assumed[0].startsWith("kernel.layout: addresses of the image: as in Debian's 6.1.0-56 ("));
  const sizes = record.assumedFacts.find(({ fact }: { fact: string }) => fact === 'kernel.sizes');
  t.deepEqual(
    sizes.lines.map((index: number) => record.logLines[index].text.replace(/: .*/, '')),
    ['Memory'],
  );
  const said = stderr.split('\n').filter((line) => line.includes('assumed facts: '));
  t.is(said.length, 1);
  for (const { fact } of record.assumedFacts) t.true(said[0]?.includes(fact));
});

for (const version of ['3.9', '7.4'])
  test(`boot --kernel ${version} is refused with what is expected`, async (t) => {
    const { code, stderr } = await cli(['boot', 'tiny-512m', '--kernel', version]);
    t.is(code, 2);
    t.regex(
      stderr,
      /^earlyboot: kernel ".*": expected a version from 3\.10 to 7\.3, or a name that docs\/kernels\.md tells, such as v2\n$/,
    );
  });

test('profile IMAGE: a kernel file that boots; a file that is none is refused whole', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-'));
  const env = { XDG_CACHE_HOME: join(folder, 'cache') };
  try {
    const image = join(folder, 'vmlinuz');
    writeFileSync(image, bzImage(COMPRESS.xz(tinyElf())));
    const out = join(folder, 'mine.json');
    const made = await cli(['profile', image, '-o', out, '--name', 'mine'], { env });
    t.is(made.code, 0, made.stderr);
    t.regex(made.stderr, /^earlyboot: 6\.5\.0-tiny: 1 functions that call memblock, 3 parameters; assumed: /);
    t.is(JSON.parse(readFileSync(out, 'utf8')).banner, BANNER);
    const boot = await cli(['boot', 'tiny-512m', '--kernel', out]);
    t.is(boot.code, 0, boot.stderr);
    t.true(boot.stdout.split('\n')[0]?.endsWith(BANNER));
    // the rules are those of its release
    t.regex(boot.stderr, /tiny-512m: assumed facts: 6; lines that depend on them: \d+: kernel\.percpu, /);

    writeFileSync(out, readFileSync(out, 'utf8').replace('"codeK": 7', '"codeK": -7'));
    const damaged = await cli(['boot', 'tiny-512m', '--kernel', out]);
    t.is(damaged.code, 2);
    t.regex(damaged.stderr, /mine\.json: image\.codeK: .*>=0/);

    writeFileSync(image, bzImage(COMPRESS.xz(tinyElf())).subarray(0, 9000));
    const never = join(folder, 'never.json');
    const cut = await cli(['profile', image, '-o', never], { env });
    t.is(cut.code, 2);
    t.regex(cut.stderr, /^earlyboot: .*vmlinuz: boot header: payload of .*\n$/);
    t.false(existsSync(never));
    const config = await cli(['profile', join(folder, 'mine.json'), '--config', out], { env });
    t.regex(config.stderr, /no kernel image: LOG, --config and --system-map go with one/);
    t.is((await cli(['boot', 'tiny-512m', '--kernel', join(folder, 'nothing')])).code, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('verify says what of the kernel is assumed, and nothing where the image says it all', async (t) => {
  const of = (version: string) => capture(version, 'q35-3g-2c').path;
  const known = await cli(['verify', of('6.1')]);
  t.is(known.stderr, '');
  t.regex(known.stdout, /^q35-3g-2c: 100\.00 % .*\n {2}assumed facts: 0; lines that depend on them: 0\n/);
  const assumed = await cli(['verify', of('6.1'), '--kernel', '6.8']);
  t.regex(assumed.stdout, /^ {2}assumed facts: 13; lines that depend on them: \d+$/m);
  t.regex(assumed.stderr, /^earlyboot: q35-3g-2c: assumed facts: 13; .*kernel\.sizes/m);
});
