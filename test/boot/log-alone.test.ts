// Every captured boot, predicted from its log alone: no table, no /proc. What people have is dmesg; the contents of tables are as much
// as its lines tell.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fidelityOf } from '../../src/ask/verify/fidelity.ts';
import { compareFolder } from '../../src/ask/verify/folder.ts';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import { machineFromLog } from '../../src/machine/import/from-log.ts';
import { captures } from '../helpers/captures.ts';

for (const version of [
  '5.10',
  '6.1',
  '6.1-large',
  '6.12',
  '6.16',
  '6.18',
  '6.19',
  '7.0',
  '7.1',
  '7.2',
  '7.3',
])
  test(`${version}: every memory line but the figure of free memory, every zone, job and chunk`, async (t) => {
    for (const { name, path } of captures(version)) {
      const text = readFileSync(join(path, 'dmesg.txt'), 'latin1');
      const machine = machineFromLog(text, { name, origin: { kind: 'log', path: name } });
      const record = await bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline });
      const { fidelity, estimated, differing } = fidelityOf(text.split('\n'), record.logLines);
      t.is(fidelity, 1, `${name}: ${JSON.stringify(differing.slice(0, 4))}`);
      t.true(estimated.every(({ real }) => real.startsWith('Memory: ')));
      for (const { what, differing } of await compareFolder(path, record))
        t.deepEqual(differing, [], `${name}: ${what}`);
    }
  });
