// Measurements from tables and logs.
import test from 'ava';
import { InputError } from '../../src/lib/input-error.ts';
import { refuseOtherCpus } from '../../src/predict/log-cpus.ts';
import { readLog } from '../../src/predict/read-log.ts';
import { readTable } from '../../src/predict/read-table.ts';

const ROW = { threads: 4, deferredInitMs: 12.5 };

test('a log of the merged series: the slowest node, all threads, the time of init', (t) => {
  const log = [
    '[    0.361000] node 1 deferred pages initialised in 24ms',
    '[    0.365000] node 0 deferred pages initialised in 28ms',
    '[    1.250000] Run /init as init process',
  ].join('\n');
  t.deepEqual(readLog(log, 'dmesg', null, 48, 4), {
    threads: 48,
    deferredInitMs: 28,
    deferredInitStdevMs: null,
    bootMs: 1250,
    bootStdevMs: null,
    resolutionMs: 4,
  });
  t.is(readLog(log, 'dmesg', 6, 48, 4).threads, 6);
});

test('older logs are kernels without the series', (t) => {
  t.is(readLog('[ 0.6] node 0 initialised, 23398907 pages in 292ms', 'd', null, 48, 4).threads, 0);
  t.is(readLog('[ 7.4] kswapd 2 initialised deferred memory in 216ms', 'd', null, 48, 4).deferredInitMs, 216);
  t.is(readLog('node 0 initialised, 1 pages in 292ms', 'd', null, 48, 4).bootMs, null);
});

test('a log of other CPUs is refused: another number, another maker', (t) => {
  const machine = { name: 'skylake', onlineCpus: 104, vendor: 'GenuineIntel' };
  const allowing = (all: number, hotplug: number): string =>
    `[    0.2] smpboot: Allowing ${all} CPUs, ${hotplug} hotplug CPUs\n`;
  const fails = (text: string, message: string): void => {
    t.throws(() => refuseOtherCpus(text, 'd', machine), { instanceOf: InputError, message });
  };
  fails(
    allowing(103, 0),
    'd: a log of 103 CPUs: expected one of skylake, whose 104 CPUs it is to be fitted to',
  );
  fails(
    allowing(105, 0),
    'd: a log of 105 CPUs: expected one of skylake, whose 104 CPUs it is to be fitted to',
  );
  fails(
    '[    0.3] smp: Brought up 1 node, 8 CPUs\n',
    'd: a log of 8 CPUs: expected one of skylake, whose 104 CPUs it is to be fitted to',
  );
  fails(
    `${allowing(104, 0)}[    0.3] smpboot: CPU0: AMD EPYC 7452 (family: 0x17)\n`,
    "d: a log of AMD CPUs: expected one of skylake, whose are Intel's",
  );
  for (const text of [
    allowing(104, 0),
    allowing(112, 8),
    '[    0.3] smp: Brought up 2 nodes, 104 CPUs\n',
    '[    0.3] smpboot: CPU0: Intel(R) Xeon(R) Platinum\n',
    'node 0 deferred pages initialised in 16ms\n',
  ])
    t.notThrows(() => refuseOtherCpus(text, 'd', machine), text);
});

test('a log that tells nothing is an error', (t) => {
  t.throws(() => readLog('[ 0.1] hello', 'd', null, 1, 4), {
    instanceOf: InputError,
    message: /d: no line such as/,
  });
  t.throws(() => readLog('node 0 deferred pages initialised in 0ms', 'd', null, 1, 4), {
    message: /less than a jiffy/,
  });
});

test('the three forms of a table', (t) => {
  const expected = [{ ...ROW, deferredInitStdevMs: null, bootMs: null, bootStdevMs: null, resolutionMs: 1 }];
  t.deepEqual(readTable(JSON.stringify([ROW]), 'f', 'm'), expected);
  t.deepEqual(readTable(JSON.stringify({ rows: [ROW] }), 'f', 'm'), expected);
  const machines = [
    { name: 'other', rows: [] },
    { name: 'm', rows: [ROW] },
  ];
  t.deepEqual(readTable(JSON.stringify({ machines }), 'f', 'm'), expected);
});

test('bad tables name the place and what is expected', (t) => {
  const fails = (json: unknown, message: RegExp): void => {
    t.throws(() => readTable(JSON.stringify(json), 'f.json', 'm'), { instanceOf: InputError, message });
  };
  fails(1, /f\.json: expected rows/);
  fails([1], /rows\[0\]: expected an object/);
  fails([{ threads: 1 }], /rows\[0\]\.deferredInitMs: missing/);
  fails([{ threads: 1, deferredInitMs: 0 }], /more than 0/);
  fails(
    [{ threads: 1, deferredInitMs: 1, bootMs: 'x' }],
    /rows\[0\]\.bootMs: expected a number from 0, found "x"/,
  );
  fails(
    {
      machines: [
        { name: 'a', rows: [] },
        { name: 'b', rows: [] },
      ],
    },
    /no machine "m" with rows: it has a, b/,
  );
  t.throws(() => readTable('{', 'f.json', 'm'), { message: /^f\.json: / });
});
