// The search itself, on threads small enough to count their schedules by hand.
import fc from 'fast-check';
import test from 'ava';
import { Bug } from '../../../../src/lib/bug.ts';
import { InputError } from '../../../../src/lib/input-error.ts';
import type { Memory } from '../../../../src/cpu/memory.ts';
import { atomicAddReturn, type Kthread, type Op } from '../../../../src/cpu/op.ts';
import { CheckedMemory } from '../../../../src/cpus/simulated/explore/checked-memory.ts';
import { Execution } from '../../../../src/cpus/simulated/explore/execution.ts';
import { explore, replay } from '../../../../src/cpus/simulated/explore/explore.ts';
import type { Scenario } from '../../../../src/cpus/simulated/explore/scenario.ts';
import { formatToken, parseToken } from '../../../../src/cpus/simulated/explore/token.ts';
import { drawSchedule } from '../../../../src/cpus/simulated/explore/trace.ts';
import { ExhaustiveScheduler } from '../../../../src/cpus/simulated/schedulers/exhaustive.ts';
import { PctScheduler } from '../../../../src/cpus/simulated/schedulers/pct.ts';
import { RandomScheduler } from '../../../../src/cpus/simulated/schedulers/random.ts';
import { RoundRobinScheduler } from '../../../../src/cpus/simulated/schedulers/round-robin.ts';

/** Threads `0`, `1`, … started by the boot thread; `end` looks at the memory and may throw. */
function scenario(
  threads: number,
  body: (mem: Memory, id: number) => Kthread,
  end: (mem: Memory) => void,
): Scenario {
  return {
    name: 'test',
    about: '',
    cpus: threads + 1,
    setup: (mem) => {
      mem.alloc(8);
      return {
        boot: (function* () {
          for (let i = 0; i < threads; i += 1) yield { op: 'start', entry: 'body', name: `t${i}`, arg: i };
        })(),
        spawn: (_entry, arg) => body(mem, arg),
        works: {},
        check: () => end(mem),
      };
    },
  };
}

/** Reads, then writes what it read plus one: two steps that another thread can come between. */
function* increment(mem: Memory): Kthread {
  const value = mem.readOnce(1);
  yield { op: 'wake', at: 2 };
  mem.writeOnce(1, value + 1);
}

const orderOf = (mem: Memory): string => [3, 4, 5].map((at) => mem.readOnce(at)).join('');

/** Every thread notes its id at the next free place, under no lock but atomically. */
function* note(mem: Memory, id: number): Kthread {
  const place = yield* atomicAddReturn(1, 1);
  mem.writeOnce(2 + place, id);
}

test('a lost update is found by each strategy, and not by running in turn of whole threads', (t) => {
  const lost = scenario(
    2,
    (mem) => increment(mem),
    (mem) => {
      if (mem.readOnce(1) !== 2) throw new Bug('lost update');
    },
  );
  for (const strategy of ['random', 'pct', 'exhaustive'] as const) {
    const { failure } = explore(lost, { strategy, schedules: 200, seed: 3 });
    t.is(failure?.message, 'lost update', strategy);
  }
});

test('exhaustive search meets every order of three threads on one word, and says when it is through', (t) => {
  const orders = new Set<string>();
  const three = scenario(3, note, (mem) => orders.add(orderOf(mem)));
  const result = explore(three, { strategy: 'exhaustive', schedules: 100_000, seed: 0 });
  t.true(result.complete);
  t.deepEqual([...orders].sort(), ['012', '021', '102', '120', '201', '210']);
});

test('threads that touch different words have one schedule up to their order', (t) => {
  const apart = scenario(
    3,
    function* (_mem, id) {
      yield* atomicAddReturn(3 + id, 1);
      yield* atomicAddReturn(3 + id, 1);
    },
    () => undefined,
  );
  const result = explore(apart, { strategy: 'exhaustive', schedules: 1000, seed: 0 });
  t.true(result.complete);
  t.is(result.schedules, 1);
});

/** Small programs: each thread takes locks and bumps words in a random order. */
const programs = fc.array(fc.array(fc.constantFrom('a', 'b', 'A', 'B'), { minLength: 1, maxLength: 2 }), {
  minLength: 2,
  maxLength: 3,
});

function* play(mem: Memory, steps: readonly string[], id: number): Kthread {
  for (const step of steps) {
    const word = step.toLowerCase() === 'a' ? 1 : 2;
    if (step === step.toLowerCase()) mem.writeOnce(word, (yield* atomicAddReturn(word, 0)) * 5 + id + 1);
    else {
      const take: Op = { op: 'cmpxchg', at: word + 5, old: 0, next: 1, lock: true };
      yield take;
      mem.writeOnce(word, mem.readOnce(word) * 5 + id + 1);
      yield { op: 'release', at: word + 5, value: 0, lock: true };
    }
  }
}

test('the reduction loses no outcome: what a random walk can reach, the exhaustive search reaches', (t) => {
  fc.assert(
    fc.property(programs, (threads) => {
      const outcomes = (kind: 'exhaustive' | 'random'): Set<string> => {
        const seen = new Set<string>();
        const run = scenario(
          threads.length,
          (mem, id) => play(mem, threads[id] ?? [], id),
          (mem) => seen.add(`${mem.readOnce(1)},${mem.readOnce(2)}`),
        );
        const result = explore(run, { strategy: kind, schedules: kind === 'random' ? 300 : 50_000, seed: 1 });
        if (kind === 'exhaustive' && !result.complete) throw new Error('not complete');
        return seen;
      };
      const all = outcomes('exhaustive');
      for (const one of outcomes('random')) t.true(all.has(one), `${JSON.stringify(threads)} ${one}`);
    }),
    // the example lost outcomes where races were looked for as in the original algorithm of 2005, with sleep sets added
    {
      numRuns: 25,
      seed: 7,
      examples: [
        [
          [
            ['B', 'B'],
            ['a', 'b'],
            ['b', 'B'],
          ],
        ],
      ],
    },
  );
});

test('a seed gives the same schedules again', (t) => {
  const three = scenario(3, note, () => undefined);
  const choices = (make: () => RandomScheduler | PctScheduler): (readonly number[])[] => {
    const scheduler = make();
    const execution = new Execution(three);
    return Array.from({ length: 20 }, () => {
      scheduler.nextSchedule();
      return execution.run(scheduler).choices;
    });
  };
  for (const make of [(): RandomScheduler => new RandomScheduler(5), (): PctScheduler => new PctScheduler(5)])
    t.deepEqual(choices(make), choices(make));
  t.notDeepEqual(
    choices(() => new RandomScheduler(5)),
    choices(() => new RandomScheduler(6)),
  );
});

test('round robin is one schedule', (t) => {
  const scheduler = new RoundRobinScheduler();
  t.true(scheduler.nextSchedule());
  const outcome = new Execution(scenario(3, note, () => undefined)).run(scheduler);
  t.is(outcome.error, undefined);
  t.false(scheduler.nextSchedule());
});

test('a thread that sleeps for ever is a deadlock, and names the thread', (t) => {
  const stuck = scenario(
    1,
    function* () {
      yield { op: 'wait', at: 1, value: 0 };
    },
    () => undefined,
  );
  const { failure } = explore(stuck, { strategy: 'random', schedules: 1, seed: 0 });
  t.is(failure?.message, 'deadlock: t0 sleeps on word 1');
});

test('locksets: a word that two threads write under different locks', (t) => {
  const memory = new CheckedMemory();
  const at = memory.alloc(3);
  const access = (thread: number, locks: readonly number[], act: () => void): void => {
    memory.runs(
      thread,
      locks.reduce((set, lock) => memory.locksets.with(set, lock), 0),
    );
    act();
  };
  access(0, [], () => memory.store(at, 1));
  access(1, [100, 101], () => memory.store(at, 2));
  access(0, [101], () => memory.store(at, 3));
  t.throws(() => access(1, [100], () => memory.load(at)), {
    instanceOf: Bug,
    message: /data race on word 1/,
  });
  // read by all and written by one before: no lock is asked for
  access(0, [], () => memory.store(at + 1, 1));
  access(1, [], () => memory.load(at + 1));
  t.notThrows(() => access(2, [], () => memory.load(at + 1)));
  // initialised anew: its own again
  access(1, [], () => memory.fresh(at + 1, 1));
  t.notThrows(() => access(2, [], () => memory.store(at + 1, 5)));
  memory.free(at + 2, 1);
  t.throws(() => access(0, [], () => memory.load(at + 2)), { instanceOf: Bug, message: /use after free/ });
});

test('tokens: what is written is read back, and other texts are refused', (t) => {
  t.is(formatToken({ scenario: 'a/b', choices: [0, 0, 0, 12, 1, 1] }), 'a/b:0x3.12.1x2');
  fc.assert(
    fc.property(fc.array(fc.nat(50)), (choices) => {
      t.deepEqual(parseToken(formatToken({ scenario: 's', choices })), { scenario: 's', choices });
    }),
  );
  for (const bad of ['', 'x', ':1', 's:x', 's:1.', 's:0x0', 's:-1', 's:1x1000000'])
    t.throws(() => parseToken(bad), { instanceOf: InputError });
});

test('the table has a column for each CPU that is used, a row for each step, and the failure below', (t) => {
  const lost = scenario(
    2,
    (mem) => increment(mem),
    (mem) => {
      if (mem.readOnce(1) !== 2) throw new Bug('lost update');
    },
  );
  const { failure } = explore(lost, { strategy: 'exhaustive', schedules: 100, seed: 0 });
  if (failure === undefined) return t.fail();
  t.is(
    drawSchedule(failure.shortest.trace, lost.cpus, failure.message),
    [
      'step │ CPU 0         │ CPU 1       │ CPU 2',
      '─────┼───────────────┼─────────────┼─────────────────',
      '   0 │ boot: goes on │             │',
      '   1 │ start t0      │             │',
      '   2 │ start t1      │             │',
      '   3 │               │             │ t1: goes on',
      '   4 │               │ t0: goes on │',
      '   5 │               │ wake word 2 │',
      '   6 │               │             │ t1: wake word 2',
      '     ╰─ lost update',
    ].join('\n'),
  );
});

test('long and wide schedules: the last 400 steps, and one column that names the CPU', (t) => {
  const steps = Array.from({ length: 450 }, (_, step) => ({
    step,
    cpu: step % 9,
    thread: `t${step % 9}`,
    what: 'x',
  }));
  const lines = drawSchedule(steps, 9, undefined).split('\n');
  t.is(lines.length, 2 + 1 + 400);
  t.is(lines[0], 'step │ CPUs');
  t.is(lines[2], '   … │ 50 steps before');
  t.is(lines.at(-1), ' 449 │ CPU 8 t8: x');
});

test('a schedule without an end is one that takes too many steps', (t) => {
  const endless = scenario(
    1,
    function* () {
      for (;;) yield { op: 'wake', at: 1 };
    },
    () => undefined,
  );
  const { failure } = explore({ ...endless, maxSteps: 50 }, { strategy: 'random', schedules: 1, seed: 0 });
  t.is(failure?.message, 'no end after 50 steps');
});

test('a replay of choices that do not fit goes on as best it can, and says so', (t) => {
  const three = scenario(3, note, () => undefined);
  t.true(replay(three, []).exact);
  t.false(replay(three, [9, 9]).exact);
  t.is(replay(three, [9, 9]).error, undefined);
});

test('exhaustive search ends schedules early that only repeat', (t) => {
  const scheduler = new ExhaustiveScheduler();
  const execution = new Execution(scenario(3, note, () => undefined));
  let runs = 0;
  while (scheduler.nextSchedule()) {
    execution.run(scheduler);
    runs += 1;
  }
  t.true(runs >= 6);
  t.true(scheduler.redundant < runs);
});
