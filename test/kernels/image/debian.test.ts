// Debian's own images, where they are (EARLYBOOT_KERNELS, else .tmp/kernels; .ci/run brings two): the built-in kernels are what
// the reader makes of them. And what captured logs show of each kernel is what its image said.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { BUILTIN_BUILDS, type BuiltinName } from '../../../src/kernels/builds.ts';
import { builtinKernel } from '../../../src/kernels/builtin.ts';
import { correctedByLog } from '../../../src/kernels/corrected.ts';
import { readImageFile } from '../../../src/kernels/image/node.ts';
import { toKernelFile } from '../../../src/kernels/kernel_file.ts';
import { checkKernelFile } from '../../../src/kernels/kernel_file_schema.ts';
import { captures } from '../../helpers/captures.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const KERNELS = process.env['EARLYBOOT_KERNELS'] ?? join(ROOT, '.tmp', 'kernels');
const profileText = (name: string): string =>
  readFileSync(join(ROOT, 'src/kernels/profiles', `${name}.json`), 'utf8');

function inFolder(release: string, prefix: string): string | undefined {
  const folder = join(KERNELS, release);
  const found = existsSync(folder) ? readdirSync(folder).find((file) => file.startsWith(prefix)) : undefined;
  return found === undefined ? undefined : join(folder, found);
}

for (const { name, release } of BUILTIN_BUILDS)
  test.serial(`${name} is what the image of ${release} says`, async (t) => {
    const image = inFolder(release, 'vmlinuz');
    if (image === undefined) {
      t.log(`skipped: no image of ${release} in EARLYBOOT_KERNELS or .tmp/kernels`);
      t.pass();
      return;
    }
    const cache = mkdtempSync(join(tmpdir(), 'earlyboot-'));
    try {
      const config = inFolder(release, 'config');
      const read = await readImageFile(image, { config }, { XDG_CACHE_HOME: cache });
      const made: object = JSON.parse(JSON.stringify(toKernelFile(read, name)));
      const committed: unknown = JSON.parse(profileText(name));
      const file = checkKernelFile(committed, name);
      // where the committed one knows more: the configuration's name, and what was measured
      t.deepEqual({ ...made, sources: {} }, { ...file, sources: {} });
    } finally {
      rmSync(cache, { recursive: true });
    }
  });

test('the committed profiles are kernel files, as small as a screen of them can be', (t) => {
  for (const { name, release } of BUILTIN_BUILDS) {
    const text = profileText(name);
    t.is(checkKernelFile(JSON.parse(text), name).release, release);
    t.true(text.length < 24 * 1024, name);
    t.true(Math.max(...text.split('\n').map((line) => line.length)) < 1200, name);
  }
});

const CAPTURED: readonly (readonly [string, BuiltinName])[] = [
  ['5.10', '5.10'],
  ['6.1', '6.1'],
  ['6.12', '6.12'],
  ['7.2', '7.2'],
];
for (const [version, name] of CAPTURED)
  test(`${name}: every fact and every call site that the captured logs show is the image's`, async (t) => {
    const kernel = await builtinKernel(name);
    const sites = new Set(
      Object.entries(kernel.image.callSites ?? {}).flatMap(([caller, calls]) => {
        const [symbol = '', size = ''] = caller.split('/');
        return calls.split(', ').map((call) => `${symbol}+${call.split(' ')[0] ?? ''}/${size}`);
      }),
    );
    let lines = 0;
    for (const { path, name: shape } of captures(version)) {
      const text = readFileSync(join(path, 'dmesg.txt'), 'latin1');
      if (!text.includes(kernel.image.banner)) continue; // one of 7.2's is of the build before
      t.deepEqual(correctedByLog(kernel, text, shape).sources, kernel.sources, shape);
      for (const [, site = ''] of text.matchAll(
        / (?:__)?memblock_\w+: .* (\S+\+0x[0-9a-f]+\/0x[0-9a-f]+)/g,
      )) {
        lines++;
        // 5.10 frees through a pointer: a call that names no function
        if (site.startsWith('pcpu_embed_first_chunk+') && version === '5.10') continue;
        if (!sites.has(site)) t.fail(`${shape}: ${site}`);
      }
    }
    t.true(lines > 1000, String(lines));
  });
