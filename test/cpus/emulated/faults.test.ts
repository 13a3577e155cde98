// CPUs that go wrong in the middle of deferred init: one message with the CPU and its last event, and no worker left; or the
// boot goes on without them, and no page is lost.
import test from 'ava';
import { comparablePages, initInOneThread, smallMachine } from '../threads/helpers/machine.ts';
import { bringUpEmulatedCpus } from '../../../src/cpus/emulated/bring-up.ts';
import { CpuLost } from '../../../src/cpus/emulated/fault.ts';
import { runOnEmulatedCpus } from '../../../src/cpus/emulated/run.ts';
import { bootEmulated, cpusOf } from './helpers/boot.ts';

const SHAPE = { nodes: 1, sectionsPerNode: 6, cpusPerNode: 4 };
const LOST = 2;

const MESSAGES = {
  hang: /^CPU 2 \(APIC 0x4\) hangs \(\d+ instructions executed\); its last event: took faultLoop with 0 arguments at instruction \d+$/,
  'triple-fault':
    /^CPU 2 \(APIC 0x4\) died of a triple fault \(\d+ instructions executed\); its last event: took faultTriple with 0 arguments/,
  'dead-halt':
    /^CPU 2 \(APIC 0x4\) halted with interrupts off \(\d+ instructions executed\); its last event: HLT with interrupts off at 0x1\w{4} at/,
  'kill-worker': /^CPU 2 \(APIC 0x4\) is gone: its worker thread ended \(exit code 1\); its last event: /,
} as const;

for (const kind of ['hang', 'triple-fault', 'dead-halt', 'kill-worker'] as const) {
  test.serial(`${kind}: the run ends with one message, and no worker is left`, async (t) => {
    const boot = smallMachine(SHAPE);
    const cpus = await bringUpEmulatedCpus({ cpus: cpusOf(boot), workers: 4 });
    const lost = await t.throwsAsync(
      runOnEmulatedCpus(boot, cpus, { fault: { cpu: LOST, atRun: 1, kind } }),
      { instanceOf: CpuLost },
    );
    t.regex(lost?.message ?? '', MESSAGES[kind]);
    t.is(cpus.machine.liveWorkers, 0);
  });

  test.serial(`${kind}, tolerated: the others do all of it`, async (t) => {
    const plain = smallMachine(SHAPE);
    initInOneThread(plain);
    const { boot, cpus, result } = await bootEmulated(SHAPE, {
      ...{ tolerateCpuLoss: true, workers: 4, fault: { cpu: LOST, atRun: 1, kind } },
    });
    t.deepEqual(comparablePages(boot.memmap.memmap), comparablePages(plain.memmap.memmap));
    t.deepEqual(result.online, [0, 1, 3]);
    t.deepEqual(
      result.lost.map(({ cpu }) => cpu),
      [LOST],
    );
    t.regex(result.lost[0]?.message ?? '', MESSAGES[kind]);
    t.false(result.record.handOuts.some(({ cpu }) => cpu === LOST));
    t.is(cpus.machine.liveWorkers, 0);
  });
}

test.serial(
  'a CPU that hears no SIPI ends the boot; tolerated it is left out, with the kernel’s message',
  async (t) => {
    const boot = smallMachine(SHAPE);
    const options = { cpus: cpusOf(boot), workers: 2, faults: { deaf: [LOST] } };
    await t.throwsAsync(bringUpEmulatedCpus(options), {
      message: 'CPU 2 (APIC 0x4) did not answer its SIPI; its last event: nothing at all',
    });
    const { cpus, result } = await bootEmulated(SHAPE, { ...options, tolerateCpuLoss: true });
    t.deepEqual(cpus.online, [0, 1, 3]);
    t.deepEqual(
      cpus.lines.slice(2).map(({ text }) => text),
      ['.... node  #0, CPUs:      #1 #2', 'smpboot: do_boot_cpu failed(-1) to wakeup CPU#2', ' #3'],
    );
    // padata sees three CPUs: a job has at most as many threads
    t.true(result.jobs.every(({ maxThreads, workers }) => maxThreads === 3 && workers <= 3));
    t.true(result.jobs.some(({ workers }) => workers === 3));
  },
);

test.serial('without the boot CPU nothing goes on', async (t) => {
  const boot = smallMachine(SHAPE);
  const cpus = await bringUpEmulatedCpus({ cpus: cpusOf(boot), workers: 2, tolerateCpuLoss: true });
  const fault = { cpu: 0, atRun: 1, kind: 'dead-halt' } as const;
  await t.throwsAsync(runOnEmulatedCpus(boot, cpus, { fault }), { message: /^CPU 0 \(APIC 0x0\) halted/ });
  t.is(cpus.machine.liveWorkers, 0);
});

test.serial('an abort ends it, with its own reason', async (t) => {
  const boot = smallMachine(SHAPE);
  const cpus = await bringUpEmulatedCpus({ cpus: cpusOf(boot), workers: 2 });
  const signal = AbortSignal.abort(new Error('enough'));
  await t.throwsAsync(runOnEmulatedCpus(boot, cpus, { signal }), { message: 'enough' });
  t.is(cpus.machine.liveWorkers, 0);
});
