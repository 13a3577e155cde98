// Tables that cannot lie where they are to lie: the complaint names the description's line and the key that says so.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cli } from '../../helpers/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'earlyboot-places-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

const MAP = `name: m
map:
  - { start: 0x0, size: 0x9fc00, type: usable }
  - { start: 0x100000, end: 0x3fffffff, type: usable }
cpus: 1
`;
/** Lines 6 on; the RSDP stands in line 7, the first table in line 10. */
const tables = ({ rsdp = '0xf59c0', root = '0x3ff00000', first = '0x3ff01000' } = {}): string => `${MAP}acpi:
  rsdp: ${rsdp}
  root: { address: ${root} }
  tables:
    - { signature: FACP, length: 0x74, address: ${first} }
    - { signature: DSDT, length: 0x100, address: 0x3ff02000 }
`;

async function refusal(name: string, text: string): Promise<string> {
  writeFileSync(join(folder, name), text);
  const { code, stdout, stderr } = await cli(['boot', name], { cwd: folder });
  return `${code}${stdout}${stderr}`;
}

const OVERLAP = 'ACPI FACP at 0x3ff01fff, 116 bytes, overlaps ACPI DSDT at 0x3ff02000';

test('each names its value', async (t) => {
  const beside = await refusal('beside.yaml', tables({ first: '0x3ff01f8c' }));
  t.true(beside.startsWith('0'), 'the byte before the next table may be used');
  for (const [name, text, expected] of [
    ['overlap', tables({ first: '0x3ff01fff' }), `10:49: acpi.tables.0.address: ${OVERLAP}`],
    [
      'high',
      tables({ first: '0x100000000' }),
      "10:49: acpi.tables.0.address: ACPI FACP at 0x100000000, 116 bytes, lies above 4 GiB, where the payload's 32 bits do not reach",
    ],
    [
      'root',
      tables({ root: '0x3ff02010' }),
      /^11:50: acpi\.tables\.1\.address: ACPI DSDT .* overlaps ACPI RSDT at 0x3ff02010$/,
    ],
    [
      'rsdp',
      tables({ rsdp: '0x7fff8' }),
      /^7:9: acpi\.rsdp: ACPI RSDP at 0x7fff8, .* lies on the emulated firmware's own memory/,
    ],
    ['room', MAP, /^1:1: acpi: no room for 0x[0-9a-f]+ bytes of ACPI tables: expected an "ACPI data" entry/],
    [
      'at',
      `${MAP}acpi: { at: 0x100000000 }\n`,
      /^6:13: acpi\.at: ACPI FACS at 0x100000000, 64 bytes, lies above 4 GiB/,
    ],
  ] as const) {
    const said = await refusal(`${name}.yaml`, text);
    const start = `2earlyboot: ${name}.yaml:`;
    t.true(said.startsWith(start) && said.endsWith('\n'), said);
    const rest = said.slice(start.length, -1);
    if (typeof expected === 'string') t.is(rest, expected);
    else t.regex(rest, expected);
  }
});

test('lint finds it there, once', async (t) => {
  writeFileSync(join(folder, 'lint.yaml'), tables({ first: '0x3ff01fff' }));
  const { code, stdout } = await cli(['lint', 'lint.yaml', '--rule', 'cannot-be-built'], { cwd: folder });
  t.is(code, 1);
  t.is(stdout, `lint.yaml:10:49: error: cannot-be-built: ${OVERLAP}\nm: 1 error\n`);
});
