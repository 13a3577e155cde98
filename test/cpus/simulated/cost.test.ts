// The cost model's promises: alone a run takes its own time, siblings share a core, a node's bandwidth bends the sum, and
// threads made on the wrong node wait for the balancer.
import test from 'ava';
import { InputError } from '../../../src/lib/input-error.ts';
import { LocalMemory } from '../../../src/cpu/memory.ts';
import type { Kthread } from '../../../src/cpu/op.ts';
import { machineCosts } from '../../../src/cpus/simulated/cost.ts';
import { demandFor, throughput } from '../../../src/cpus/simulated/cost/bandwidth.ts';
import { resolveTiming } from '../../../src/cpus/simulated/cost/timing.ts';
import { Simulator, type SimEvent } from '../../../src/cpus/simulated/simulator.ts';
import type { ActiveRun } from '../../../src/cpus/simulated/cost-model.ts';
import type { SimCpu } from '../../../src/cpus/simulated/cpus.ts';

/** Four cores of two threads on node 0; siblings are n and n + 4. */
const CPUS: SimCpu[] = Array.from({ length: 8 }, (_, cpu) => ({ node: 0, core: cpu % 4 }));
const run = (cpu: number): ActiveRun => ({
  work: 'pages',
  cpu,
  cpuNode: 0,
  node: 0,
  pages: 1000,
  rangesWalked: 0,
});
const rates = (timing: Parameters<typeof resolveTiming>[0], cpus: number[]): number[] => {
  const out = new Float64Array(cpus.length);
  machineCosts(resolveTiming(timing), CPUS).rates(cpus.map(run), out);
  return [...out];
};
const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9;
/** Bandwidth without end and a steady clock: what is left is cores and siblings. */
const FREE = { pageInitNs: 10, nodeBandwidthGBs: 1e9, allCoreClock: 1, htFactor: 0.65 };

test('alone a run has rate 1, whatever the bandwidth', (t) => {
  t.true(near(rates(FREE, [0])[0] as number, 1));
  t.true(near(rates({ ...FREE, nodeBandwidthGBs: 7 }, [3])[0] as number, 1));
});

test('two cores do twice the work, two siblings 1.3 times', (t) => {
  t.deepEqual(
    rates(FREE, [0, 1]).map((r) => r.toFixed(4)),
    ['1.0000', '1.0000'],
  );
  t.deepEqual(
    rates(FREE, [0, 4]).map((r) => r.toFixed(4)),
    ['0.6500', '0.6500'],
  );
  t.deepEqual(
    rates(FREE, [0, 4, 1]).map((r) => r.toFixed(4)),
    ['0.6500', '0.6500', '1.0000'],
  );
});

test('all cores busy: the clock of a busy socket', (t) => {
  const busy = rates({ ...FREE, allCoreClock: 0.8 }, [0, 1, 2, 3]);
  for (const rate of busy) t.true(near(rate, 0.8));
});

test('bandwidth: never passed, nearly reached, and one thread counts what it measures alone', (t) => {
  // 64 bytes in 10 ns are 6.4 GB/s; eight threads want far more than 12.8
  const sum = rates({ ...FREE, nodeBandwidthGBs: 12.8 }, [0, 1, 2, 3, 4, 5, 6, 7]).reduce((a, b) => a + b);
  t.true(sum < 2 && sum > 1.9, String(sum));
  t.true(throughput(1, 1) < 1);
  t.true(near(throughput(demandFor(3, 4), 4), 3));
  t.is(demandFor(4, 4), Infinity);
});

test('work takes pages times the page cost, and a little for each range walked', (t) => {
  const costs = machineCosts(resolveTiming(FREE), CPUS);
  t.is(costs.workNs(run(0)), 10_000);
  t.true(costs.workNs({ ...run(0), rangesWalked: 100 }) > 10_000);
});

test('figures that make no sense are bad input', (t) => {
  const bad = (timing: Parameters<typeof resolveTiming>[0], message: RegExp): void => {
    t.throws(() => machineCosts(resolveTiming(timing), CPUS), { instanceOf: InputError, message });
  };
  bad({ cpu: 'pentium' }, /timing\.cpu: "pentium" is no known generation: expected one of haswell/);
  bad({ pageInitNs: 0 }, /timing\.pageInitNs: expected a number above 0/);
  bad({ htFactor: 1.01 }, /timing\.htFactor: expected at most 1/);
  bad({ pageInitNs: 5, nodeBandwidthGBs: 12.8 }, /more than nodeBandwidthGBs/);
  t.notThrows(() => machineCosts(resolveTiming({ pageInitNs: 5.01, nodeBandwidthGBs: 12.8 }), CPUS));
});

/** A thread bound to node 1, started by the boot CPU on node 0; when its leaf begins, in ms. */
function startOnNode1(balanceMs: number, homeBusyMs: number): number {
  const events: SimEvent[] = [];
  const cpus = [0, 0, 1, 1].map((node, core) => ({ node, core }));
  const pages = (name: string, count: number): Kthread =>
    (function* () {
      yield { op: 'run', work: name, arg: 0, start: 0, end: count };
    })();
  const timing = resolveTiming({ ...FREE, pageInitNs: 1000, wakeNs: 0, startNs: 0, balanceMs });
  const sim = new Simulator({
    cpus,
    memory: new LocalMemory(),
    cost: machineCosts(timing, cpus),
    hz: 250,
    spawn: (entry) => pages(entry, entry === 'home' ? homeBusyMs * 1000 : 1000),
    works: {
      home: (_arg, start, end) => ({ pages: end - start, node: 0, rangesWalked: 0 }),
      away: (_arg, start, end) => ({ pages: end - start, node: 1, rangesWalked: 0 }),
    },
    onEvent: (event) => events.push(event),
  });
  sim.run(
    (function* () {
      for (const cpu of [1, 2, 3]) yield { op: 'cpu', cpu, up: true };
      if (homeBusyMs > 0) yield { op: 'start', entry: 'home', name: 'home', arg: 0, cpus: [1] };
      yield { op: 'start', entry: 'away', name: 'away', arg: 0, cpus: [2, 3] };
      if (homeBusyMs > 0) yield { op: 'run', work: 'home', arg: 0, start: 0, end: homeBusyMs * 1000 };
    })(),
  );
  const made = events.find((e) => e.kind === 'start' && e.name === 'away');
  const began = events.find((e) => e.kind === 'run' && e.work === 'away');
  if (made?.kind !== 'start' || began?.kind !== 'run') throw new Error('it never ran');
  return (began.startNs - made.timeNs) / 1e6;
}

test('a thread made on the wrong node waits for the balancer there', (t) => {
  t.true(startOnNode1(10, 0) >= 10);
  t.true(startOnNode1(10, 0) < 12);
  t.true(startOnNode1(0, 0) < 1);
});

test('it is made where it belongs once the boot node has no idle CPU', (t) => {
  t.true(startOnNode1(30, 50) < 3, 'both CPUs of node 0 are busy for 50 ms');
});
