// Oracle: ACPICA's disassembler reads what we build. Skipped where iasl is not installed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { acpiBlobs } from '../../../src/machine/acpi-build/build.ts';
import { builtinMachine } from '../../../src/machine/builtin/list.ts';

const installed = spawnSync('iasl', ['-v']).error === undefined;
const maybe = installed ? test : test.skip;

maybe('iasl disassembles every table of skylake-768g without complaint (needs acpica-tools)', async (t) => {
  const machine = await builtinMachine('skylake-768g');
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-iasl-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const blobs = machine ? acpiBlobs(machine) : [];
  t.true(blobs.length >= 9);
  for (const { what, bytes } of blobs.filter((b) => b.what !== 'ACPI RSDP')) {
    const file = join(folder, `${what.replace(' ', '-')}.bin`);
    writeFileSync(file, bytes);
    const { status, stdout, stderr } = spawnSync('iasl', ['-d', file], { encoding: 'utf8' });
    t.is(status, 0, what);
    t.notRegex(`${stdout}${stderr}`, /invalid|incorrect|error|unknown|truncated/i, what);
  }
  const madt = readFileSync(join(folder, 'ACPI-MADT.dsl'), 'utf8');
  t.is(madt.match(/\[Processor Local APIC\]/g)?.length, 104);
  const srat = readFileSync(join(folder, 'ACPI-SRAT.dsl'), 'utf8');
  t.is(srat.match(/\[Memory Affinity\]/g)?.length, 3);
});
