// Every captured boot, predicted from its inputs alone and held against what the real kernel did.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { machineFromFolder } from '../../src/machine/import/path.ts';
import { fidelityOf } from '../../src/ask/verify/fidelity.ts';
import { compareFolder } from '../../src/ask/verify/folder.ts';
import { captures, type Capture } from '../helpers/captures.ts';

async function boot(capture: Capture): Promise<RunRecord> {
  const machine = await machineFromFolder(capture.path);
  return bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline });
}

const log = (capture: Capture): string[] =>
  readFileSync(join(capture.path, 'dmesg.txt'), 'latin1').split('\n');

for (const version of ['6.1', '6.1-large']) {
  test(`${version}: every memory line, job, chunk, zone and memblock region is the real one`, async (t) => {
    for (const capture of captures(version)) {
      const record = await boot(capture);
      const { fidelity, differing } = fidelityOf(log(capture), record.logLines);
      t.is(fidelity, 1, `${capture.name}: ${JSON.stringify(differing.slice(0, 4))}`);
      for (const { what, count, differing } of await compareFolder(capture.path, record)) {
        t.deepEqual(differing, [], `${capture.name}: ${what}`);
        t.true(count > 0 || what === 'jobs' || what.startsWith('chunk') || what === 'workers', what);
      }
    }
  });
}

/** Of other kernels only what padata.txt tells is modelled. */
const PADATA_PARTS = ['first_deferred_pfn', 'jobs', 'workers', 'chunks', 'chunk invariants'];

for (const version of ['5.10', '6.12', '7.2']) {
  test(`${version}: jobs, chunks and boundaries are the real ones`, async (t) => {
    for (const capture of captures(version)) {
      if (log(capture).length < 2) continue; // one capture of 7.2 has no log to import
      const comparisons = await compareFolder(capture.path, await boot(capture));
      for (const { what, differing } of comparisons)
        if (PADATA_PARTS.includes(what)) t.deepEqual(differing, [], `${capture.name}: ${what}`);
    }
  });
}
