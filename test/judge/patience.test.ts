import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { cpuTimes, ownTicks, patienceMs, patientTimer, takenByOthers } from '../../src/judge/patience.ts';

const times = (busyMs: number, idleMs: number, ownMs: number) => ({ busyMs, idleMs, ownMs });

test('what others had of the host', (t) => {
  const before = times(1000, 5000, 100);
  // two CPUs for 10 s: 12 s busy, of which the process had 7
  t.is(takenByOthers(before, times(13_000, 13_000, 7100)), 5 / 20);
  // it had all that was busy
  t.is(takenByOthers(before, times(9000, 17_000, 8100)), 0);
  // its own time is counted more coarsely than the host's: never less than nothing
  t.is(takenByOthers(before, times(9000, 17_000, 8110)), 0);
  // it got nothing
  t.is(takenByOthers(before, times(21_000, 5000, 100)), 1);
  t.is(takenByOthers(before, before), 0);
  t.is(takenByOthers(null, before), 0);
  t.is(takenByOthers(before, null), 0);
});

test('patience: alone as long as told, half of the host twice as long, four times at most', (t) => {
  t.is(patienceMs(120_000, 0), 120_000);
  t.is(patienceMs(120_000, 0.5), 240_000);
  t.is(patienceMs(120_000, 0.75), 480_000);
  t.is(patienceMs(120_000, 1), 480_000);
});

test("a process's own time stands behind its name, whatever that holds", (t) => {
  const rest = 'S 1 2 3 4 -1 4194304 10 20 30 40 1234 567 8 9 20 0 1 0 100';
  t.is(ownTicks(`42 (qemu) ${rest}`), 1801);
  t.is(ownTicks(`42 (a) b (c d) ${rest}`), 1801);
});

test('times of a process that is there, and of one that is gone', async (t) => {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'close');
  t.is(cpuTimes(child.pid ?? 0), null);
  const own = cpuTimes(process.pid);
  if (process.platform !== 'linux') {
    t.is(own, null);
    return;
  }
  t.true((own?.ownMs ?? 0) > 0);
  t.true((own?.busyMs ?? 0) >= (own?.ownMs ?? Infinity));
});

test('a timer that is stopped never goes off; one that runs out goes off once', async (t) => {
  let stopped = 0;
  patientTimer(process.pid, 1, () => (stopped += 1)).stop();
  const refreshed = await new Promise<string>((resolve) => {
    const timer = patientTimer(process.pid, 1, () => resolve('went off'));
    timer.refresh();
  });
  t.is(refreshed, 'went off');
  t.is(stopped, 0);
});
