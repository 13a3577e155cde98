// What --kernel takes as a file: a log, in any form, and a configuration; where each fact is from.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { assumedFacts } from '../../src/kernels/assumed_facts.ts';
import { resolveKernel } from '../../src/kernels/resolve.ts';
import { InputError } from '../../src/lib/input-error.ts';
import { capture, captureText } from '../helpers/captures.ts';

const LOG = captureText(capture('6.1', 'q35-8g-2n-4c'), 'dmesg.txt').replaceAll('\r', '');
/** The log of another build of the series. */
const OTHER = LOG.replace('Linux version 6.1.0-56-amd64', 'Linux version 6.1.0-47-amd64');

function file(t: ExecutionContext, name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-resolve-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const lineOf = (text: string, pattern: RegExp): number =>
  text.split('\n').findIndex((line) => pattern.test(line)) + 1;

test('--kernel LOG: what it shows has its line as source, in whatever form the log is; the rest is assumed', async (t) => {
  const journal = OTHER.replaceAll(/^\[ *\d+\.\d+\] /gm, 'Nov 29 08:00:00 host kernel: ');
  const before = 'Nov 28 08:00:00 host kernel: Linux version 5.10.0-1-amd64 (x)\n'.repeat(3);
  for (const text of [OTHER, journal, before + journal]) {
    const { kernel } = await resolveKernel(file(t, 'kern.log', text), null);
    t.is(kernel.sources?.['image.codeK'], `log line ${lineOf(text, /Memory: .*kernel code/)}`);
    t.is(kernel.sources?.['image.percpuStatic'], `log line ${lineOf(text, /percpu: Embedded/)}`);
    t.is(
      kernel.sources?.['image.endOfKernelReserve'],
      `log line ${lineOf(text, /memblock_reserve: .* setup_arch\+/)}`,
    );
    t.is(kernel.sources?.['image.params'], "assumed: as in Debian's 6.1.0-56");
    const assumed = assumedFacts(kernel).map(({ fact }) => fact);
    t.false(assumed.includes('kernel.sizes'));
    t.true(assumed.includes('kernel.parameters'));
  }
  // the build that is built in says more than its log
  t.deepEqual(assumedFacts((await resolveKernel(file(t, 'own.log', LOG), null)).kernel), []);
});

test('--kernel CONFIG: what it says; a text that is none is refused', async (t) => {
  const head = '# Linux/x86_64 6.8.12 Kernel Configuration\nCONFIG_X86_64=y\nCONFIG_NR_CPUS=16\n';
  const { name, kernel } = await resolveKernel(file(t, 'config', head), null);
  t.is(name, '6.8.12');
  t.is(kernel.config.nrCpus, 16);
  t.is(kernel.config.zoneDma, false);
  t.is(kernel.sources?.['config.nrCpus'], 'config file config');
  t.is(kernel.sources?.['config.hz'], "assumed: as in Debian's 6.1.0-56");
  const named = await resolveKernel(file(t, 'config-6.11.0-9-generic', head), null);
  t.is(named.name, '6.11.0-9-generic');
  await t.throwsAsync(resolveKernel(file(t, 'config-6.8.0', 'hello\n'), null), {
    instanceOf: InputError,
    message: /config-6\.8\.0: 0 options: expected a kernel configuration for x86-64$/,
  });
});

test('a kernel file is read in its own version; one of before says how it is made anew, a later one is none', async (t) => {
  const text = readFileSync(new URL('../../src/kernels/profiles/7.3.json', import.meta.url), 'utf8');
  const as = (version: string): string => text.replace('"version": 3', `"version": ${version}`);
  const read = await resolveKernel(file(t, 'k.json', text), null);
  t.is(read.kernel.release, '7.3.4+deb13-amd64');
  const refusal = async (version: string): Promise<string> => {
    const error = await t.throwsAsync(resolveKernel(file(t, 'k.json', as(version)), null), {
      instanceOf: InputError,
    });
    return error.message.replace(/^.*?k\.json: /, '');
  };
  t.regex(
    await refusal('2'),
    /^version: 2: expected 3: an earlier earlyboot made it, and "earlyboot profile VMLINUZ -o .*k\.json" makes it anew/,
  );
  t.regex(await refusal('4'), /^version: .*expected 3$/);
  // version 1 is a profile file's
  t.notRegex(await refusal('1'), /version/);
  t.is(await refusal('"3"'), 'version: "3": expected 1');
});
