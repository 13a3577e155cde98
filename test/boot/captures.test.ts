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

/** How far the model's figure of free memory lies from the real one, in KiB: at most, and on half of a version's machines. */
const OFF_AT_MOST_K = 2304;
const OFF_MEDIAN_K = 400;

for (const version of ['6.12', '6.16', '6.18', '6.19', '7.0', '7.1', '7.2', '7.3']) {
  test(`${version}: every memory line but one figure, every job, chunk, zone and memblock region`, async (t) => {
    const all = captures(version);
    t.true(all.length >= 4);
    const off: number[] = [];
    for (const capture of all) {
      const record = await boot(capture);
      const { fidelity, estimated, differing } = fidelityOf(log(capture), record.logLines);
      t.is(fidelity, 1, `${capture.name}: ${JSON.stringify(differing.slice(0, 4))}`);
      t.true(estimated.every(({ real }) => real.startsWith('Memory: ')));
      off.push(Math.abs(estimated[0]?.difference ?? 0));
      checkMemTotal(t, capture, record);
      for (const { what, differing } of await compareFolder(capture.path, record))
        t.deepEqual(differing, [], `${capture.name}: ${what}`);
    }
    off.sort((a, b) => a - b);
    t.true(
      (off.at(-1) ?? 0) <= OFF_AT_MOST_K && (off[(all.length - 1) >> 1] ?? 0) <= OFF_MEDIAN_K,
      off.join(),
    );
  });
}
