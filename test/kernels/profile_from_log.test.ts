import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parseProfileFile, profileOfFile } from '../../src/kernels/profile_file.ts';
import { kernelNamed, kernelOfMachine } from '../../src/kernels/named.ts';
import { profileNamed } from '../../src/kernels/profile_named.ts';
import { callersFromLog, profileFromLog } from '../../src/kernels/profile_from_log.ts';
import { captures } from '../helpers/captures.ts';

const logOf = (version: string, name: string): string[] => {
  const capture = captures(version).find((c) => c.name === name);
  return readFileSync(join(capture?.path ?? '', 'dmesg.txt'), 'latin1').split('\n');
};

test('the facts of the 6.1 image come out of one log, and are those of the built-in profile', (t) => {
  const base = profileNamed('6.1');
  const file = profileFromLog(logOf('6.1', 'q35-6g-memless-node0'), base, 'mine', {});
  t.is(Object.keys(file.image).length, 13);
  for (const [key, value] of Object.entries(file.image))
    t.is(base.kernel.image[key as keyof typeof file.image], value, key);
  t.true(file.config.x86FiveLevel);
});

test("5.10's image: four-level page tables, a smaller pg_data_t, a larger per-CPU section", (t) => {
  const file = profileFromLog(logOf('5.10', 'q35-8g-2n-4c'), profileNamed('5.10'), 'mine', {});
  t.false(file.config.x86FiveLevel);
  t.like(file.image, { sizeofPglistData: 172032, percpuStatic: 221184, sizeofMemSectionUsage: 56 });
});

test('call sites are paired by what they asked for, in order', (t) => {
  const real = [
    '[    0.0] memblock_reserve: [0x1000-0x1fff] setup_arch+0x797/0xd4f',
    '[    0.0] memblock_reserve: [0x0-0xfff] setup_arch+0x7e0/0xd4f',
    '[    0.0] memblock_reserve: [0x5000-0x5fff] other+0x1/0x2',
  ];
  const predicted = [
    'memblock_reserve: [0x1000-0x1fff] setup_arch#brk',
    'memblock_reserve: [0x0-0xfff] setup_arch#first-megabyte',
    'memblock_reserve: [0x5000-0x5fff] another',
  ];
  t.deepEqual(callersFromLog(real, predicted), {
    'setup_arch#brk': 'setup_arch+0x797/0xd4f',
    'setup_arch#first-megabyte': 'setup_arch+0x7e0/0xd4f',
  });
});

test('an ordinary log makes a partial profile: what it prints of itself, read back as it was written', async (t) => {
  const raw = readFileSync(new URL('../fixtures/logs/laptop-6.8.txt', import.meta.url), 'utf8').split('\n');
  const base = await kernelNamed('6.8.0-51-generic');
  const file = profileFromLog(raw, base, 'mine', {});
  t.like(file.image, { codeK: 22528, percpuStatic: 229376, sizeofPglistData: 0x2b000 });
  t.is(file.image.textStart, undefined);
  t.like(file.facts, { version: '6.8.12', config: { deferredStructPageInit: false, nrCpus: 8192 } });
  const { kernel } = await profileOfFile(parseProfileFile(JSON.stringify(file), 'p.json'));
  t.like(kernel, { version: '6.8.12', config: { deferredStructPageInit: false }, image: { codeK: 22528 } });
  // 22 MiB of text up to 2 MiB, 14 MiB of read-only data alike, then the rest: 16 + 22 + 14 + 4.3 + 4.9 + 4.6 + 3.5, up to 2 MiB
  t.is(kernel.image.endOfKernelReserve, 70 * 2 ** 20);
  t.deepEqual(kernel.rules, (await kernelOfMachine('6.8.0-51-generic', file.facts)).kernel.rules);
  const wrong = (facts: unknown): string =>
    t.throws(() => parseProfileFile(JSON.stringify({ ...file, facts }), 'p.json')).message;
  t.regex(
    wrong({ config: { nrCpus: 0 } }),
    /^p\.json: facts\.config\.nrCpus: 0: expected a whole number from 1$/,
  );
  t.regex(wrong({ config: { numa: 1 } }), /facts\.config\.numa: 1: expected true or false$/);
  t.regex(wrong({ has: 'x' }), /facts\.has: "x": expected a list of texts$/);
  t.regex(wrong({ more: 1 }), /facts\.more: 1: expected a known fact$/);
});

test('a log that shows nothing of its kernel is refused', (t) => {
  const error = t.throws(() => profileFromLog(['Linux version 6.1'], profileNamed('6.1'), 'x.txt', {}));
  t.regex(error.message, /^x\.txt: shows nothing of its kernel: expected a kernel log/);
});

test('a profile file: read back, laid over its base, and each kind of mistake named', async (t) => {
  const text = JSON.stringify({
    version: 1,
    name: 'a',
    base: '6.1',
    image: { codeK: 5 },
    callers: { x: 'x+0x1/0x2' },
  });
  const profile = await profileOfFile(parseProfileFile(text, 'p.json'));
  t.is(profile.kernel.image.codeK, 5);
  t.is(profile.kernel.image.initK, 2824);
  t.is(profile.kernel.image.callers['x'], 'x+0x1/0x2');
  const mistakes: [string, RegExp][] = [
    ['{', /^p\.json: .*expected JSON$/],
    ['[]', /^p\.json: \$: \[\]: expected an object$/],
    ['{"version":2}', /^p\.json: version: 2: expected 1$/],
    [
      '{"version":1,"name":"a","base":"6.1","image":{"codek":1}}',
      /^p\.json: image\.codek: 1: expected a known fact$/,
    ],
    [
      '{"version":1,"name":"a","base":"6.1","image":{"codeK":-1}}',
      /^p\.json: image\.codeK: -1: expected a whole/,
    ],
    ['{"version":1,"name":"","base":"6.1"}', /^p\.json: name: "": expected a text$/],
  ];
  for (const [bad, message] of mistakes)
    t.regex(t.throws(() => parseProfileFile(bad, 'p.json')).message, message);
});
