// The conformance tool, which is outside the repository, with what tool.patch teaches it: reserved regions that carry a node and
// flags (6.16), KHO's scratch memory, and the memblock.c of a kernel that has no tests, under the tests of a later one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '../../src/lib/input-error.ts';
import { CHECKOUT, WORK } from '../../src/campaign/memblock/linux-source.ts';

/** In this order; the second is for memblock built with KHO's scratch memory. */
const PATCHES = ['tool.patch', 'tool-kho.patch'].map((file) => path.join(CHECKOUT, 'test/conformance', file));
const OWN = ['run.mjs', 'lib', 'native'];

/** The tool as it is: EARLYBOOT_CONFORMANCE, or ../shared/tools/memblock-conformance beside the checkout. */
function original(): string {
  const dir =
    process.env['EARLYBOOT_CONFORMANCE'] ?? path.join(CHECKOUT, '../shared/tools/memblock-conformance');
  const script = path.join(dir, 'run.mjs');
  if (!existsSync(script))
    throw new InputError('tool', `no conformance tool at ${script}; set EARLYBOOT_CONFORMANCE`);
  return dir;
}

function fingerprint(dir: string): string {
  const hash = createHash('sha1');
  for (const patch of PATCHES) hash.update(readFileSync(patch));
  for (const part of OWN) {
    const at = path.join(dir, part);
    const files = part === 'run.mjs' ? [at] : readdirSync(at).toSorted();
    for (const file of files) hash.update(readFileSync(path.resolve(at, file)));
  }
  return hash.digest('hex').slice(0, 10);
}

function apply(patch: string, to: string, original: string): void {
  const { status, error, stdout } = spawnSync('patch', ['-p1', '--silent', '-i', patch], {
    cwd: to,
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new InputError(
      'tool',
      `${path.basename(patch)} does not apply to ${original}: ${error?.message ?? stdout.trim()}`,
    );
}

/** The script of a patched copy of the tool under the system's temporary directory. Throws InputError 'tool'. */
export function patchedTool(): string {
  const dir = original();
  const copy = path.join(WORK, `memblock-conformance-${fingerprint(dir)}`);
  if (!existsSync(copy)) {
    mkdirSync(WORK, { recursive: true });
    const fresh = mkdtempSync(path.join(WORK, 'tool-'));
    for (const part of OWN)
      cpSync(path.join(dir, part), path.join(fresh, part), { recursive: true, preserveTimestamps: true });
    for (const patch of PATCHES) apply(patch, fresh, dir);
    renameSync(fresh, copy);
  }
  return path.join(copy, 'run.mjs');
}
