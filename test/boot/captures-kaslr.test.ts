// Boots of Debian's kernels without nokaslr, on a machine whose tables another capture has: the kernel lies above 4 GiB.
import { copyFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { fidelityOf, type Fidelity } from '../../src/ask/verify/fidelity.ts';
import { dependsOnPlace } from '../../src/ask/verify/kernel_place.ts';
import { otherPlaces } from '../../src/boot/kernel_place.ts';
import { bootMachine, chooseKernel, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import type { LogLine } from '../../src/kernel/printk.ts';
import { bootTexts } from '../../src/machine/import/boots.ts';
import { readText } from '../../src/machine/import/files.ts';
import { machineFromFolder } from '../../src/machine/import/path.ts';
import type { MachineSpec } from '../../src/machine/spec.ts';
import { capturesFolder } from '../helpers/captures.ts';

const LOGS = fileURLToPath(new URL('../fixtures/linux/kaslr', import.meta.url));
const SAME_MACHINE = join(capturesFolder(), '6.1/q35-8g-2n-4c');

async function captured(
  t: ExecutionContext,
  version: string,
): Promise<{ machine: MachineSpec; real: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-kaslr-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(SAME_MACHINE, 'acpi'), join(folder, 'acpi'), { recursive: true });
  copyFileSync(join(SAME_MACHINE, 'machine.json'), join(folder, 'machine.json'));
  const log = join(folder, 'dmesg.txt.gz');
  copyFileSync(join(LOGS, `${version}.log.gz`), log);
  return { machine: await machineFromFolder(folder), real: bootTexts(await readText(log, 'log'), log, null) };
}

const boot = async (machine: MachineSpec, kernelAt?: number): Promise<readonly LogLine[]> =>
  (await bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline, kernelAt })).logLines;

const linesOf = ({ differing }: Fidelity): string[] => differing.map(({ text }) => text);

for (const { version, brk } of [
  { version: '6.1', brk: 0x1c9800000 },
  { version: '7.2', brk: 0x1a8200000 },
])
  test(`${version}: what follows from the kernel's place, which the log tells`, async (t) => {
    const { machine, real } = await captured(t, version);
    t.deepEqual(machine.kernelAt, { brk, told: "the log's reservation of brk" });
    const fidelity = fidelityOf(real, await boot(machine));
    t.true(fidelity.real > 200);
    // a late `Memory:` counts what drivers took, which is not about KASLR
    t.deepEqual(
      linesOf(fidelity).filter((text) => version === '6.1' || !text.startsWith('Memory:')),
      [],
    );
  });

test('the same where nothing tells: assumed elsewhere, and the lines that differ are marked', async (t) => {
  const { machine, real } = await captured(t, '6.1');
  const blind: MachineSpec = { ...machine, kernelAt: 'unknown' };
  const predicted = await boot(blind);
  const { differing } = fidelityOf(real, predicted);
  t.true(differing.length > 0);
  const { kernel } = await chooseKernel(blind, { kernel: null });
  const places = otherPlaces(blind, kernel);
  t.true(places.length > 1);
  const elsewhere: (readonly LogLine[])[] = [];
  for (const place of places) elsewhere.push(await boot(blind, place));
  const depends = dependsOnPlace(predicted, elsewhere);
  t.deepEqual(
    differing.filter((line) => !depends(line)),
    [],
  );
});
