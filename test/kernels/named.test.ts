// Kernels by name and version: what is exact, what is assumed and said, what is refused.
import test from 'ava';
import { PADATA_6_11 } from '../../src/kernel/padata/profiles.ts';
import { assumedFacts } from '../../src/kernels/assumed_facts.ts';
import { BUILTIN_BUILDS } from '../../src/kernels/builds.ts';
import { bootProfileOf, kernelNamed, kernelOfMachine, rulesOf, versionOf } from '../../src/kernels/named.ts';
import { InputError } from '../../src/lib/input-error.ts';

test('versions: the first two numbers, with whatever follows', (t) => {
  t.deepEqual(versionOf('6.8'), [6, 8]);
  t.deepEqual(versionOf('6.8.0-31-generic'), [6, 8]);
  t.deepEqual(versionOf('6.12+deb13'), [6, 12]);
  t.is(versionOf('6'), null);
  t.is(versionOf('v6.8'), null);
  t.is(versionOf('dmesg.txt'), null);
});

test('every built-in kernel prints its own banner, by its name and by its build', async (t) => {
  for (const { name, release } of BUILTIN_BUILDS) {
    const { kernel } = await kernelNamed(name);
    t.true(kernel.image.banner.startsWith(`Linux version ${release} (`), name);
    t.is((await kernelNamed(release)).kernel.image.banner, kernel.image.banner);
  }
});

test('6.1 assumes nothing, nor do later ones; 5.10 says what its image does not hold', async (t) => {
  t.deepEqual(assumedFacts((await kernelNamed('7.3')).kernel), []);
  t.deepEqual(assumedFacts((await kernelNamed('6.1')).kernel), []);
  const facts = assumedFacts((await kernelNamed('5.10')).kernel);
  t.true(facts.some(({ fact, taken }) => fact === 'kernel.earlyPages' && taken === 'as measured with 6.1'));
});

test('a version between two: the earlier image, its own rules, no banner of another kernel', async (t) => {
  const { kernel, padata } = await kernelNamed('6.8');
  t.is(kernel.image.banner, 'Linux version 6.8 (assumed: image of Debian 6.1.0-56)');
  t.is(padata, rulesOf('6.4').padata);
  const assumed = assumedFacts(kernel);
  t.true(assumed.length >= 8);
  t.true(assumed.every(({ taken }) => taken === "as in Debian's 6.1.0-56"));
  t.false(assumed.some(({ fact }) => fact === 'kernel.rules'));
  t.is(kernel.sources?.['image.codeK'], "assumed: as in Debian's 6.1.0-56");
  const eleven = await kernelNamed('6.11.9');
  t.is(eleven.kernel.image.banner, 'Linux version 6.11.9 (assumed: image of Debian 6.1.0-56)');
  t.is(eleven.padata, PADATA_6_11); // its stable series' own, between those of 6.9 and 6.12
});

test('both ends: the first and the last version are known, what lies beyond is refused', async (t) => {
  t.is((await kernelNamed('5.10')).kernel.name, '5.10');
  t.like((await kernelNamed('5.9')).kernel, { name: '5.9', rules: { acpiTables: 'kept' } });
  t.like((await kernelNamed('3.10')).kernel.rules, { percpuLine: 'capital-address' });
  t.is(
    (await kernelNamed('7.3.99')).kernel.image.banner,
    'Linux version 7.3.99 (assumed: image of Debian 7.3.4+deb13)',
  );
  for (const name of ['3.9', '2.6.32', '7.4', '99.1', 'nonsense', '']) {
    const error = await t.throwsAsync(kernelNamed(name), { instanceOf: InputError });
    t.regex(
      error?.message ?? '',
      /^kernel ".*": expected a version from 3\.10 to 7\.3, or a name that docs\/kernels\.md tells, such as v2$/,
    );
  }
});

test('a machine with a kernel that is not known boots with the nearest, and that is said', async (t) => {
  t.is((await kernelOfMachine(null)).name, '6.1');
  t.deepEqual(assumedFacts((await kernelOfMachine('6.12')).kernel), []);
  const old = await kernelOfMachine('4.19');
  t.is(old.kernel.image.banner, 'Linux version 4.19 (assumed: image of Debian 5.10.0-32)');
  const rulesOfOld = (await kernelOfMachine('4.4')).kernel;
  t.false(assumedFacts(old.kernel).some(({ fact }) => fact === 'kernel.rules'));
  t.deepEqual(assumedFacts(rulesOfOld)[0], { fact: 'kernel.rules', taken: 'those of 4.17' });
  const next = await kernelOfMachine('8.0');
  t.is(next.kernel.image.banner, 'Linux version 8.0 (assumed: image of Debian 7.3.4+deb13)');
});

test("an image's own release chooses the rules", async (t) => {
  const { kernel } = await kernelNamed('6.1');
  const profile = bootProfileOf({ ...kernel, rules: (await kernelNamed('6.16')).kernel.rules }, 'mine');
  t.is(profile.name, 'mine');
  t.is(profile.deferred, rulesOf('6.16').deferred);
});

test('5.10 reserves the first megabyte for a crash kernel in a function of its own, which memblock=debug names', async (t) => {
  const { kernel } = await kernelNamed('5.10');
  t.is(kernel.image.callers['crash_reserve_low_1M'], 'crash_reserve_low_1M+0x2c/0x3d');
});
