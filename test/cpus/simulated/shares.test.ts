// Fair shares by weight, worked out by hand, and priorities and other programs' load on the simulator.
import test from 'ava';
import { fairShares, sharedCosts, weightOf } from '../../../src/cpus/simulated/cost/shares.ts';
import { simpleCosts } from '../../../src/cpus/simulated/cost-model.ts';
import { Simulator } from '../../../src/cpus/simulated/simulator.ts';
import { LocalMemory } from '../../../src/cpu/memory.ts';
import type { Kthread, Op } from '../../../src/cpu/op.ts';
import { loadTable } from '../../../src/predict/users/load.ts';

test('weights of nice values: 1024, a quarter less a step, 15 at the end', (t) => {
  t.is(weightOf(0), 1024);
  t.is(weightOf(1), 819); // the kernel's table has 820
  t.is(weightOf(5), 336);
  t.is(weightOf(19), 15);
});

test('shares: all of a CPU where there are enough, by weight where not, what a full one leaves to the rest', (t) => {
  t.deepEqual(fairShares([1024, 1024], 2), [1, 1]);
  t.deepEqual(fairShares([1024, 1024, 1024], 2), [2 / 3, 2 / 3, 2 / 3]);
  // 8 CPUs, 8 threads at nice 0, 7 at 19: 15 of 8297 parts of 8
  const shares = fairShares([...new Array<number>(8).fill(1024), ...new Array<number>(7).fill(15)], 8);
  t.is(shares[8]?.toFixed(5), ((8 * 15) / 8297).toFixed(5));
  // two CPUs: the heavy thread can take one only
  t.deepEqual(fairShares([4096, 1024, 1024], 2), [1, 0.5, 0.5]);
  t.deepEqual(fairShares([1024, 1024], 2, [0.25, 1]), [0.25, 1]);
  t.deepEqual(fairShares([], 2), []);
});

/** Two threads with a second of work each, on two CPUs, one other program's thread beside; when each ended. */
function race(helperNice: number, raiseAtEnd: boolean): Record<string, number> {
  const ends: Record<string, number> = {};
  const memory = new LocalMemory();
  const cpus = [{ node: 0 }, { node: 0 }];
  const run: Op = { op: 'run', work: 'work', arg: 0, start: 0, end: 1000 };
  const simulator = new Simulator({
    ...{ cpus, memory, hz: 250 },
    cost: sharedCosts(
      { ...simpleCosts({ pageInitNs: 1e6, pageFreeNs: 0 }), cpuUpNs: 0, startNs: 0 },
      { cpus: 2 },
    ),
    spawn: function* (): Kthread {
      yield run;
    },
    works: { work: (_arg, start, end) => ({ pages: end - start, node: 0, rangesWalked: 0 }) },
    load: [{ name: 'load', nice: 0, ns: 1e9 }],
    onEvent: (event) => {
      if (event.kind === 'load' || event.kind === 'exit') ends[event.name] = event.timeNs / 1e9;
    },
  });
  simulator.run(
    (function* (): Kthread {
      yield { op: 'cpu', cpu: 1, up: true };
      const task = yield { op: 'start', entry: 'x', name: 'helper', arg: 0, nice: helperNice };
      yield run;
      if (raiseAtEnd) yield { op: 'nice', task, nice: 0 };
    })(),
    'caller',
  );
  return ends;
}

test('a helper at nice 19 leaves the others their CPUs, one at nice 0 takes its share', (t) => {
  const low = race(19, false);
  // 2 × 15 / 2063 of the CPUs go to the helper while the others run
  const share = 1 - 15 / 2063;
  t.is(low['load']?.toFixed(3), (1 / share).toFixed(3));
  t.is(low['caller']?.toFixed(3), (1 / share).toFixed(3));
  const equal = race(0, false);
  t.is(equal['load']?.toFixed(2), '1.50');
});

test('a helper that is raised is through sooner', (t) => {
  const ends = race(19, true);
  t.true((ends['helper'] ?? 0) <= (race(19, false)['helper'] ?? 0));
});

test('the load table of the RFC: each figure within 10 %', (t) => {
  for (const { what, column, published, model, fitted } of loadTable()) {
    const off = Math.abs(model / published - 1);
    t.log(`${what}, ${column}: ${published} / ${model.toFixed(2)}${fitted ? ' (fitted)' : ''}`);
    t.true(off < 0.1, `${what}, ${column}: ${model} for ${published}`);
  }
});
