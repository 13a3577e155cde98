// Deferred init on emulated CPUs: the same struct pages as worker threads make, the same jobs as the simulator predicts, the
// same run twice.
import test from 'ava';
import { kernelInit } from '../../../src/init/kernel_init.ts';
import { simulatedBoot } from '../../../src/cpus/simulated/boot.ts';
import { runOnThreads } from '../../../src/cpus/threads/threads.ts';
import { bringUpEmulatedCpus } from '../../../src/cpus/emulated/bring-up.ts';
import { compareRecords } from '../../../src/cpus/emulated/record.ts';
import { GUEST_COST } from '../../../src/cpus/emulated/leaf.ts';
import {
  comparablePages,
  initInOneThread,
  pagesInFreeLists,
  smallMachine,
} from '../threads/helpers/machine.ts';
import { runEmulated } from '../../../src/cpus/emulated/run.ts';
import { bootEmulated, cpusOf } from './helpers/boot.ts';
import type { SmallBoot } from './helpers/boot.ts';

const SHAPE = { nodes: 2, sectionsPerNode: 6, cpusPerNode: 2 };

type Jobs = readonly {
  node: number;
  start: number;
  workers: number;
  chunkSize: number;
  chunks: readonly { start: number; end: number }[];
}[];

/** Jobs without who did which chunk when. */
function jobsOf(jobs: Jobs) {
  return jobs
    .map(({ node, start, workers, chunkSize, chunks }) => ({
      ...{ node, start, workers, chunkSize },
      chunks: chunks.map((c) => `${c.start}-${c.end}`).sort(),
    }))
    .sort((a, b) => a.start - b.start);
}

function predicted(boot: SmallBoot): Jobs {
  const simulated = simulatedBoot(boot);
  simulated.run(kernelInit(simulated.k, boot));
  return simulated.recorder.jobs;
}

test.serial(
  'struct pages are those of worker threads, byte for byte; jobs and chunks are as predicted',
  async (t) => {
    const threads = smallMachine(SHAPE);
    await runOnThreads(threads);
    const { boot, cpus, result } = await bootEmulated(SHAPE);
    t.deepEqual(comparablePages(boot.memmap.memmap), comparablePages(threads.memmap.memmap));
    t.is(pagesInFreeLists(boot.memmap.memmap), pagesInFreeLists(threads.memmap.memmap));
    t.deepEqual(jobsOf(result.jobs), jobsOf(predicted(smallMachine(SHAPE))));
    t.deepEqual(result.online, [0, 1, 2, 3]);
    t.deepEqual(
      cpus.lines.map(({ text }) => text),
      [
        'smp: Bringing up secondary CPUs ...',
        'x86: Booting SMP configuration:',
        '.... node  #0, CPUs:      #1',
        '.... node  #1, CPUs:   #2 #3',
      ],
    );
    t.deepEqual(result.log.map(({ text }) => text.replace(/\d+ms/, 'Nms')).sort(), [
      'node 0 deferred pages initialised in Nms',
      'node 1 deferred pages initialised in Nms',
    ]);
    t.is(cpus.machine.liveWorkers, 0);
    t.is(result.workers, 2);
    t.is(result.host.length, result.record.handOuts.length);
  },
);

test.serial(
  'two runs with one seed are the same, on one worker or two; with another seed they are not',
  async (t) => {
    const first = await bootEmulated(SHAPE, { seed: 1 });
    const second = await bootEmulated(SHAPE, { seed: 1, workers: 1 });
    t.is(compareRecords(first.result.record, second.result.record), null);
    t.deepEqual(first.result.jobs, second.result.jobs);
    // Even the order of the free lists: no field is left out of this comparison.
    for (const [i, bank] of first.boot.memmap.memory.banks.entries())
      t.true(
        Buffer.from(bank.buffer).equals(
          Buffer.from(second.boot.memmap.memory.banks[i]?.buffer ?? new ArrayBuffer(0)),
        ),
      );
    const third = await bootEmulated(SHAPE, { seed: 2 });
    t.not(compareRecords(first.result.record, third.result.record), null);
  },
);

test.serial('host time in the guests is caught by comparing records', async (t) => {
  const small = { nodes: 1, sectionsPerNode: 3, cpusPerNode: 2 };
  const one = await bootEmulated(small);
  const other = await bootEmulated(small, { faults: { hostClock: true } });
  // The first thing that differs is the time stamp that a CPU wrote.
  t.regex(
    compareRecords(one.result.record, other.result.record) ?? '',
    /^event \d+ of CPU 0: OUT port 0xeb0c of/,
  );
});

test.serial(
  'the plain loop makes the same pages, with the instructions that virtual time charges',
  async (t) => {
    const small = { nodes: 1, sectionsPerNode: 3, cpusPerNode: 1 };
    const plain = smallMachine(small);
    initInOneThread(plain);
    for (const loop of ['sse', 'plain'] as const) {
      const { boot, result } = await bootEmulated(small, { loop });
      t.deepEqual(comparablePages(boot.memmap.memmap), comparablePages(plain.memmap.memmap), loop);
      const pages = result.record.handOuts.reduce((sum, { pages: p }) => sum + p, 0);
      const executed = result.record.cpus[0]?.instructions ?? 0;
      // Booting the firmware is some thousand instructions.
      t.true(
        executed >= pages * GUEST_COST.page[loop] && executed < pages * GUEST_COST.page[loop] + 40_000,
        loop,
      );
      const charged = result.record.handOuts.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
      t.true(Math.abs(charged - executed) < 40_000, loop);
    }
  },
);

test.serial('CPUs that may not come up stay down: maxcpus=, and those that are not present', async (t) => {
  const cpus = await bringUpEmulatedCpus({
    cpus: [0, 8, 4, 6].map((apicId, i) => ({ apicId, node: i >> 1, present: i !== 1 })),
    ...{ maxCpus: 2, workers: 1, possibleNodes: 2 },
  });
  t.deepEqual(cpus.online, [0, 2]);
  t.is(cpus.lines.at(-1)?.text, '.... node  #1, CPUs:   #2');
  t.is(cpus.machine.cpuCount, 3);
  await cpus.machine.kill();
});

test.serial('a CPU that fails does not count for maxcpus=: the next one takes its place', async (t) => {
  const boot = smallMachine(SHAPE);
  const result = await runEmulated(boot, {
    ...{ cpus: cpusOf(boot), maxCpus: 2, workers: 1, tolerateCpuLoss: true, faults: { deaf: [1] } },
  });
  t.deepEqual(result.broughtUp, [0, 2]);
  t.deepEqual(result.online, [0, 2]);
  t.deepEqual(
    result.lost.map(({ cpu, kind }) => [cpu, kind]),
    [[1, 'no-answer']],
  );
  t.deepEqual(
    result.lines.map(({ text }) => text),
    [
      'smp: Bringing up secondary CPUs ...',
      'x86: Booting SMP configuration:',
      '.... node  #0, CPUs:      #1',
      'smpboot: do_boot_cpu failed(-1) to wakeup CPU#1',
      '.... node  #1, CPUs:   #2',
    ],
  );
});
