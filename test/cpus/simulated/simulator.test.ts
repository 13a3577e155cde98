// The simulator's own promises: order in virtual time, waiting and waking, CPUs, deadlock, the fluid model of leaves.
import test from 'ava';
import { Bug } from '../../../src/lib/bug.ts';
import { LocalMemory } from '../../../src/cpu/memory.ts';
import type { Kthread } from '../../../src/cpu/op.ts';
import { simpleCosts, type CostModel } from '../../../src/cpus/simulated/cost-model.ts';
import { EventHeap } from '../../../src/cpus/simulated/heap.ts';
import { Jiffies } from '../../../src/cpus/simulated/jiffies.ts';
import { Simulator, type SimEvent, type SimulatorOptions } from '../../../src/cpus/simulated/simulator.ts';
import { random } from '../../../src/lib/random.ts';

const FREE: CostModel = {
  ...simpleCosts({ pageInitNs: 1, pageFreeNs: 0, stepNs: 0, wakeNs: 0, startNs: 0, cpuUpNs: 0 }),
};

function simulator(
  threads: Record<string, (arg: number) => Kthread>,
  options: Partial<SimulatorOptions> = {},
): { sim: Simulator; memory: LocalMemory; events: SimEvent[] } {
  const memory = new LocalMemory();
  const events: SimEvent[] = [];
  const sim = new Simulator({
    cpus: [{ node: 0 }, { node: 0 }],
    memory,
    cost: FREE,
    hz: 250,
    spawn: (entry, arg) => (threads[entry] as (a: number) => Kthread)(arg),
    works: { pages: (_arg, start, end) => ({ pages: end - start, node: 0, rangesWalked: 0 }) },
    onEvent: (event) => events.push(event),
    ...options,
  });
  return { sim, memory, events };
}

const upAndStart = (entry: string, arg = 0): Kthread =>
  (function* () {
    yield { op: 'cpu', cpu: 1, up: true };
    yield { op: 'start', entry, name: entry, arg };
    yield { op: 'run', work: 'pages', arg: 0, start: 0, end: 1000 };
  })();

test('two leaves on two CPUs run at the same time; on one CPU one after the other', (t) => {
  const threads = {
    other: function* (): Kthread {
      yield { op: 'run', work: 'pages', arg: 0, start: 1000, end: 2000 };
    },
  };
  const two = simulator(threads);
  two.sim.run(upAndStart('other'));
  t.is(two.sim.nowNs, 1000);
  const one = simulator(threads, { cpus: [{ node: 0 }] });
  one.sim.run(
    (function* () {
      yield { op: 'start', entry: 'other', name: 'other', arg: 0 };
      yield { op: 'run', work: 'pages', arg: 0, start: 0, end: 1000 };
    })(),
  );
  t.is(one.sim.nowNs, 2000);
});

test('runs of one domain share it: two at half speed, and full speed again for what is left', (t) => {
  const cost: CostModel = { ...FREE, domain: () => 0, rates: (runs, rates) => rates.fill(1 / runs.length) };
  const threads = {
    other: function* (): Kthread {
      yield { op: 'run', work: 'pages', arg: 0, start: 0, end: 500 };
    },
  };
  const { sim, events } = simulator(threads, { cost });
  sim.run(upAndStart('other'));
  // 500 of each at half speed until 1000, then the other 500 of the longer at full speed
  const ends = events.flatMap((e) => (e.kind === 'run' ? [[e.end, e.endNs]] : []));
  t.deepEqual(ends, [
    [500, 1000],
    [1000, 1500],
  ]);
});

test('a thread that waits on a word goes on when it is woken, not before', (t) => {
  const seen: number[] = [];
  const { sim, memory } = simulator({
    waker: function* (at: number): Kthread {
      yield { op: 'run', work: 'pages', arg: 0, start: 0, end: 700 };
      yield { op: 'release', at, value: 1 };
    },
  });
  const at = memory.alloc(1);
  sim.run(
    (function* () {
      yield { op: 'cpu', cpu: 1, up: true };
      yield { op: 'start', entry: 'waker', name: 'waker', arg: at };
      while (memory.load(at) === 0) yield { op: 'wait', at, value: 0 };
      seen.push(sim.nowNs);
    })(),
  );
  t.deepEqual(seen, [700]);
});

test('a wait whose value is gone does not sleep', (t) => {
  const { sim, memory } = simulator({});
  const at = memory.alloc(1);
  memory.store(at, 5);
  t.notThrows(() =>
    sim.run(
      (function* () {
        yield { op: 'wait', at, value: 0 };
      })(),
    ),
  );
});

test('a boot thread that sleeps for ever is a deadlock, and says on what', (t) => {
  const { sim, memory } = simulator({});
  const at = memory.alloc(1);
  const error = t.throws(
    () =>
      sim.run(
        (function* () {
          yield { op: 'wait', at, value: 0 };
        })(),
      ),
    { instanceOf: Bug },
  );
  t.deepEqual(error.history, ['swapper/0 has not ended', `swapper/0 waits on word ${at}`]);
});

test('a thread stays on the CPUs that it is bound to', (t) => {
  const cpus: number[] = [];
  const { sim } = simulator(
    {
      bound: function* (): Kthread {
        cpus.push(yield { op: 'getcpu' });
        yield { op: 'affine', cpus: [2] };
        cpus.push(yield { op: 'getcpu' });
      },
    },
    { cpus: [{ node: 0 }, { node: 0 }, { node: 1 }] },
  );
  sim.run(
    (function* () {
      for (const cpu of [1, 2]) yield { op: 'cpu', cpu, up: true };
      yield { op: 'start', entry: 'bound', name: 'bound', arg: 0, cpus: [1] };
    })(),
  );
  t.deepEqual(cpus, [1, 2]);
});

test('idle cores come before siblings of busy ones', (t) => {
  const { sim, events } = simulator(
    {
      busy: function* (): Kthread {
        yield { op: 'run', work: 'pages', arg: 0, start: 0, end: 100 };
      },
    },
    // CPUs 0 and 1 share a core
    { cpus: [0, 0, 1, 2].map((core) => ({ node: 0, core })) },
  );
  sim.run(
    (function* () {
      for (const cpu of [1, 2, 3]) yield { op: 'cpu', cpu, up: true };
      for (let i = 0; i < 3; i += 1) yield { op: 'start', entry: 'busy', name: `busy${i}`, arg: 0 };
      yield { op: 'run', work: 'pages', arg: 0, start: 0, end: 100 };
    })(),
  );
  const placed = events.flatMap((e) => (e.kind === 'run' ? [e.cpu] : []));
  t.deepEqual(placed.slice(0, 3).sort(), [0, 2, 3]);
  t.is(placed[3], 1);
});

test('threads of a CPU that goes down run elsewhere', (t) => {
  const cpus: number[] = [];
  const { sim } = simulator({
    late: function* (): Kthread {
      cpus.push(yield { op: 'getcpu' });
    },
  });
  sim.run(
    (function* () {
      yield { op: 'cpu', cpu: 1, up: true };
      t.is(yield { op: 'cpu', cpu: 1, up: true }, -1);
      yield { op: 'cpu', cpu: 1, up: false };
      yield { op: 'start', entry: 'late', name: 'late', arg: 0, cpus: [1] };
    })(),
  );
  t.deepEqual(cpus, [0]);
});

test('jiffies stand still while the tick CPU has interrupts off, and one tick is kept', (t) => {
  const jiffies = new Jiffies(1000);
  t.is(jiffies.read(999_999), 0);
  t.is(jiffies.read(1_000_000), 1);
  jiffies.off(5_500_000);
  t.is(jiffies.read(100_000_000), 5);
  jiffies.on(899_500_000);
  t.is(jiffies.read(899_500_000), 6);
  t.is(jiffies.read(900_000_000), 7);
});

test('the heap gives earlier times first, and equal ones in the order of their coming', (t) => {
  const heap = new EventHeap<string>();
  for (const [at, item] of [
    [3, 'c'],
    [1, 'a1'],
    [2, 'b'],
    [1, 'a2'],
    [1, 'a3'],
  ] as const)
    heap.push(at, item);
  t.is(heap.nextNs, 1);
  t.deepEqual(
    Array.from({ length: 5 }, () => heap.pop()),
    ['a1', 'a2', 'a3', 'b', 'c'],
  );
  t.is(heap.pop(), undefined);
});

test('the heap gives what a stable sort gives, however pushes and pops are mixed', (t) => {
  const next = random(7);
  const heap = new EventHeap<number>();
  const held: { readonly atNs: number; readonly item: number }[] = [];
  let given = 0;
  for (let item = 0; item < 3000; item += 1) {
    // few different times, so that many are equal; in the first half more come than go
    const atNs = Math.floor(next() * 20);
    heap.push(atNs, item);
    held.push({ atNs, item });
    const pops = next() < (item < 1500 ? 0.3 : 0.9) ? 1 + Math.floor(next() * 2) : 0;
    for (let pop = 0; pop < pops && held.length > 0; pop += 1) {
      const first = held.reduce((best, event) => (event.atNs < best.atNs ? event : best));
      held.splice(held.indexOf(first), 1);
      if (heap.nextNs !== first.atNs || heap.pop() !== first.item) return t.fail(`event ${item}`);
      given += 1;
    }
    if (heap.size !== held.length) return t.fail(`size at event ${item}`);
  }
  t.true(given > 1500);
  const rest = held.toSorted((a, b) => a.atNs - b.atNs).map(({ item }) => item);
  t.deepEqual(
    rest.map(() => heap.pop()),
    rest,
  );
  t.is(heap.nextNs, Infinity);
});
