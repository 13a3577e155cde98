// Every captured boot, predicted from its inputs alone and held against what the real kernel did.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { bootMachine, DEFAULT_BOOT } from '../../src/boot/machine.ts';
import type { RunRecord } from '../../src/init/record.ts';
import { machineFromFolder } from '../../src/machine/import/path.ts';
import { fidelityOf } from '../../src/ask/verify/fidelity.ts';
import { compareFolder } from '../../src/ask/verify/folder.ts';
import { reservedTotals } from '../../src/ask/missing/reserved.ts';
import { accountsOf } from '../ask/missing/helpers/accounts.ts';
import { captures, captureText, type Capture } from '../helpers/captures.ts';

/** MemTotal of the real boot in bytes, which `missing` ends in; and what the log calls reserved has owners to the byte. */
function checkMemTotal(t: ExecutionContext, capture: Capture, record: RunRecord): void {
  const real = /^MemTotal: +(\d+) kB/m.exec(captureText(capture, 'meminfo.txt'));
  const { missing, wrong } = accountsOf(record);
  t.deepEqual(wrong, [], capture.name);
  t.is(missing.memTotalBytes, Number(real?.[1]) * 1024, capture.name);
  const { reservedBytes, loggedBytes } = reservedTotals(record);
  t.is(loggedBytes, reservedBytes, `${capture.name}: reserved`);
}

async function boot(capture: Capture): Promise<RunRecord> {
  const machine = await machineFromFolder(capture.path);
  return bootMachine(machine, { ...DEFAULT_BOOT, cmdline: machine.cmdline });
}

const log = (capture: Capture): string[] =>
  readFileSync(join(capture.path, 'dmesg.txt'), 'latin1').split('\n');

for (const version of ['5.10', '6.1', '6.1-large']) {
  test(`${version}: every memory line, job, chunk, zone and memblock region is the real one`, async (t) => {
    for (const capture of captures(version)) {
      const record = await boot(capture);
      const { fidelity, differing } = fidelityOf(log(capture), record.logLines);
      t.is(fidelity, 1, `${capture.name}: ${JSON.stringify(differing.slice(0, 4))}`);
      checkMemTotal(t, capture, record);
      for (const { what, count, differing } of await compareFolder(capture.path, record)) {
        t.deepEqual(differing, [], `${capture.name}: ${what}`);
        t.true(count > 0 || what === 'jobs' || what.startsWith('chunk') || what === 'workers', what);
      }
    }
  });
}

/**
 * From 6.4 on `Memory:` counts what is free after all that boot has allocated, per-CPU lists included: that figure is an
 * estimate, all others of the line are not.
 */
const withoutAvailable = (text: string): string => text.replace(/^Memory: \d+K/, 'Memory: nK');
/** How far the estimate may be off, in KiB: 12 MiB of some GiB. */
const AVAILABLE_OFF_K = 12 * 1024;

for (const version of ['6.12', '6.16', '6.18', '6.19', '7.0', '7.1', '7.2', '7.3']) {
  test(`${version}: every memory line but one figure, every job, chunk, zone and memblock region`, async (t) => {
    const all = captures(version);
    t.true(all.length >= 4);
    for (const capture of all) {
      const record = await boot(capture);
      const { differing } = fidelityOf(log(capture), record.logLines);
      const side = (from: string): string[] => differing.filter((d) => d.from === from).map((d) => d.text);
      const [real, predicted] = [side('real'), side('predicted')];
      t.true(real.length <= 1, `${capture.name}: ${JSON.stringify(differing.slice(0, 4))}`);
      t.deepEqual(predicted.map(withoutAvailable), real.map(withoutAvailable), capture.name);
      const [realK = 0, predictedK = 0] = [...real, ...predicted].map((l) => Number(/\d+/.exec(l)?.[0]));
      t.true(Math.abs(realK - predictedK) < AVAILABLE_OFF_K, `${capture.name}: ${realK} ${predictedK}`);
      checkMemTotal(t, capture, record);
      for (const { what, differing } of await compareFolder(capture.path, record))
        t.deepEqual(differing, [], `${capture.name}: ${what}`);
    }
  });
}
