// What a prelude leaves is put back instead of done again: the same schedules, steps and failures, and only where that is sound.
import test from 'ava';
import type { Memory } from '../../../../src/cpu/memory.ts';
import type { Kthread } from '../../../../src/cpu/op.ts';
import { Execution } from '../../../../src/cpus/simulated/explore/execution.ts';
import { explore } from '../../../../src/cpus/simulated/explore/explore.ts';
import type { Scenario } from '../../../../src/cpus/simulated/explore/scenario.ts';
import { RandomScheduler } from '../../../../src/cpus/simulated/schedulers/random.ts';
import { findScenario } from '../../../../src/scenarios/catalogue.ts';

/** The same scenario with its prelude run before every schedule. */
function unkept(scenario: Scenario): Scenario {
  return { ...scenario, setup: (mem) => ({ ...scenario.setup(mem), preludeInMemory: false }) };
}

for (const name of [
  ...['mt-job', 'shared-pool', 'serial-hotplug', 'grow', 'rfc-job', 'vfio-fails', 'kho'],
  ...[
    'mutant/lost-wake',
    'mutant/work-leak',
    'mutant/raises-late',
    'mutant/vfio-undoes-others',
    'found/vfio-tight',
  ],
])
  test(`${name}: the same with its set-up kept as with it done anew`, (t) => {
    const scenario = findScenario(name);
    if (scenario === undefined) return t.fail();
    for (const strategy of ['random', 'exhaustive'] as const) {
      const options = { strategy, schedules: 40, seed: 5 };
      t.deepEqual(explore(scenario, options), explore(unkept(scenario), options), strategy);
    }
  });

/** A worker that the prelude starts, woken by the boot thread, which reads how often it ran. */
function withWorker(
  worker: (mem: Memory) => Kthread,
  setup: (mem: Memory) => void,
): { scenario: Scenario; preludes: () => number } {
  let preludes = 0;
  const scenario: Scenario = {
    name: 'test',
    about: '',
    cpus: 2,
    setup: (mem) => {
      mem.alloc(8);
      setup(mem);
      return {
        prelude: (function* (): Kthread {
          preludes += 1;
          yield { op: 'start', entry: 'worker', name: 'kworker/0', arg: 0 };
        })(),
        preludeInMemory: true,
        boot: (function* (): Kthread {
          yield { op: 'release', at: 1, value: 1 };
        })(),
        spawn: () => worker(mem),
        works: {},
        check: () => undefined,
      };
    },
  };
  return { scenario, preludes: () => preludes };
}

function runs({ scenario, preludes }: ReturnType<typeof withWorker>): number {
  const execution = new Execution(scenario);
  const scheduler = new RandomScheduler(1);
  for (let i = 0; i < 5; i += 1) if (execution.run(scheduler).error) return NaN;
  return preludes();
}

function* sleeper(mem: Memory): Kthread {
  for (;;) {
    while (mem.readOnce(1) === 0) yield { op: 'wait', at: 1, value: 0 };
    mem.writeOnce(1, 0);
    mem.writeOnce(2, mem.readOnce(2) + 1);
  }
}

test('a worker that begins asleep is kept: one prelude for all schedules', (t) => {
  t.is(runs(withWorker(sleeper, () => undefined)), 1);
});

test('a worker that did something before it slept is not: a prelude for each', (t) => {
  const writes = function* (mem: Memory): Kthread {
    mem.writeOnce(3, mem.readOnce(3) + 1);
    yield* sleeper(mem);
  };
  t.is(runs(withWorker(writes, () => undefined)), 5);
  const asks = function* (mem: Memory): Kthread {
    yield { op: 'cmpxchg', at: 3, old: 0, next: 1 };
    yield* sleeper(mem);
  };
  t.is(runs(withWorker(asks, () => undefined)), 5);
});

test('a set-up that leaves other memory than the one before gets its own prelude', (t) => {
  let count = 0;
  t.is(
    runs(
      withWorker(sleeper, (mem) => {
        count += 1;
        mem.writeOnce(5, count < 3 ? 0 : 7);
      }),
    ),
    2,
  );
});
