// One's own boot sector on any machine: npx ava examples/payload.test.ts (payload/e820.asm is what is tested)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { InputError, runOnMachine } from 'earlyboot';

const SOURCE = fileURLToPath(new URL('./payload/e820.asm', import.meta.url));

/** Path of the assembled sector; null where NASM is not installed. */
function assemble(folder: string): string | null {
  const out = join(folder, 'e820.bin');
  try {
    execFileSync('nasm', ['-f', 'bin', '-o', out, SOURCE]);
    return out;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'payload-'));
const sector = assemble(folder);
test.after.always(() => rmSync(folder, { recursive: true }));

/** Usable MiB by the firmware's map: [0, 639K) and what lies above 1 MiB, rounded down as a whole. */
const MACHINES = [
  ['tiny-512m', 511],
  ['laptop-16g', 16185],
  ['skylake-768g', 786087],
] as const;

for (const [machine, mib] of MACHINES)
  test(`counts the usable memory of ${machine}`, async (t) => {
    if (sector === null) {
      t.log('nasm is not installed: nothing to test');
      t.pass();
      return;
    }
    const run = await runOnMachine(machine, sector, { maxInstructions: 1e6, maxMs: 2000 });
    t.deepEqual(run.end, { kind: 'signal', value: 0x2a });
    t.true(run.events.some((event) => event.kind === 'serial' && event.text === `${mib} MiB usable`));
    t.true(run.instructions < 20_000);
  });

test('a payload that never ends runs out of its budget', async (t) => {
  const { end } = await runOnMachine('tiny-512m', Uint8Array.of(0xeb, 0xfe), { maxInstructions: 1e6 });
  t.is(end.kind, 'instructions');
  await t.throwsAsync(runOnMachine('tiny-512m', new Uint8Array()), { instanceOf: InputError });
});
