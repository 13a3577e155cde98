// Two boots of Debian's cloud flavour of 6.1, which has no NUMA emulation, MP tables or page extensions: predicted from the facts
// that were read of its image, with the rules of 6.1.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { fidelityOf } from '../../src/ask/verify/fidelity.ts';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import { machineFromFolder } from '../../src/machine/import/path.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/linux/6.1-cloud', import.meta.url));

for (const shape of ['q35-8g-2n-4c', 'pc-2g-4c'])
  test(`6.1-cloud: every memory line of ${shape} is the real one, call sites with it`, async (t) => {
    const path = join(FOLDER, shape);
    const machine = await machineFromFolder(path);
    const record = await bootMachine(machine, {
      ...DEFAULT_BOOT,
      cmdline: machine.cmdline,
      kernel: '6.1-cloud',
    });
    const log = readFileSync(join(path, 'dmesg.txt'), 'latin1').split('\n');
    const { fidelity, differing } = fidelityOf(log, record.logLines);
    t.is(fidelity, 1, JSON.stringify(differing.slice(0, 4)));
    // fidelity leaves offsets out: they are held against the log here
    const sites = (lines: readonly string[]): string[] =>
      lines.flatMap((line) => /memblock_\w+: .* (\S+\+0x[0-9a-f]+\/0x[0-9a-f]+)/.exec(line)?.slice(1) ?? []);
    t.deepEqual(sites(record.log), sites(log));
    t.true(sites(log).length > 100);
    // with 6.1's own image it is another log
    const other = await bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline, kernel: '6.1' });
    t.true(fidelityOf(log, other.logLines).fidelity < 0.95);
  });
