// The explorer on one's own threads: what is lost in some schedules is found, what holds in all is proved.
import test from 'ava';
import {
  atomicAddReturn,
  atomicRead,
  cmpxchg,
  complete,
  COMPLETION_WORDS,
  exploreSchedules,
  initCompletion,
  InputError,
  padataDoMultithreaded,
  spinLock,
  spinUnlock,
  threadScenario,
  wait,
  waitForCompletion,
  wake,
  type Kernel,
  type Kthread,
  type Memory,
  type Word,
} from '../../src/index.ts';

const twoWords = (memory: Memory): Word => memory.alloc(2);

/** Adds 1 to the second word while it holds the lock in the first. */
function* locked(k: Kernel, at: Word): Kthread {
  yield* spinLock(at);
  k.mem.store(at + 1, k.mem.load(at + 1) + 1);
  yield* spinUnlock(at);
}

/** The same without the lock. */
function* unlocked(k: Kernel, at: Word): Kthread {
  yield* atomicRead(at);
  k.mem.store(at + 1, k.mem.load(at + 1) + 1);
}

function* ignoring(_k: Kernel, at: Word): Kthread {
  const seen = yield* atomicRead(at + 1);
  yield* cmpxchg(at + 1, seen, seen + 1);
}

const counter = (thread: (k: Kernel, at: Word) => Kthread) =>
  threadScenario(
    { name: 'counter', cpus: 2, setup: twoWords, threads: [thread, thread] },
    (at, memory) => memory.readOnce(at + 1) === 2 || `counted to ${memory.readOnce(at + 1)}`,
  );

test('a lock: all schedules are tried and none fails', (t) => {
  const { complete: all, failure } = exploreSchedules(counter(locked));
  t.true(all);
  t.is(failure, undefined);
});

test('no lock: the checker of plain accesses names the word', (t) => {
  t.truthy(exploreSchedules(counter(unlocked)).failure);
});

test('a lost update: the shortest schedule, its drawing, and its token replayed', (t) => {
  const scenario = counter(ignoring);
  const { failure, drawing } = exploreSchedules(scenario);
  t.is(failure?.message, 'counted to 1');
  t.regex(drawing ?? '', /CPU 0 +│ CPU 1/);
  const again = exploreSchedules(scenario, { replay: failure?.token ?? '' });
  t.is(again.failure?.message, 'counted to 1');
  // thread by thread nothing is lost
  t.is(exploreSchedules(scenario, { replay: 'counter:0' }).failure, undefined);
  t.throws(() => exploreSchedules(scenario, { replay: 'other:0' }), { instanceOf: InputError });
});

test('two threads that wait for each other: a deadlock', (t) => {
  const waits = function* (k: Kernel, at: Word): Kthread {
    yield* waitForCompletion(k, at);
    yield* complete(k, at);
  };
  const scenario = threadScenario({
    name: 'both-wait',
    cpus: 2,
    setup: (memory) => memory.alloc(COMPLETION_WORDS),
    threads: [waits, waits],
  });
  t.truthy(exploreSchedules(scenario).failure);
});

test('completions, waits and wakes', (t) => {
  const scenario = threadScenario(
    {
      name: 'hand-over',
      cpus: 2,
      setup: (memory) => ({ done: memory.alloc(COMPLETION_WORDS), word: memory.alloc(1) }),
      threads: [
        function* (k, { done, word }) {
          initCompletion(k, done);
          yield* atomicAddReturn(word, 1);
          yield* wake(word);
          yield* waitForCompletion(k, done);
        },
        function* (k, { done, word }) {
          while ((yield* atomicRead(word)) === 0) yield* wait(word, 0);
          yield* complete(k, done);
        },
      ],
    },
    ({ word }, memory) => memory.readOnce(word) === 1,
  );
  t.is(exploreSchedules(scenario, { strategy: 'random', schedules: 200 }).failure, undefined);
});

test('a padata job in steps: each unit once in every schedule tried', (t) => {
  const job = { fnArg: 0, start: 0, size: 4, align: 1, minChunk: 1, maxThreads: 2 };
  const scenario = threadScenario(
    {
      name: 'job',
      cpus: 2,
      setup: () => new Map<number, number>(),
      threads: [(k) => padataDoMultithreaded(k, { ...job, threadFn: 'count' })],
      leaves: ['count'],
      works: (counts) => ({
        count: function* (_arg, start, end) {
          for (let i = start; i < end; i += 1) {
            yield `unit ${i}`;
            counts.set(i, (counts.get(i) ?? 0) + 1);
          }
          return end - start;
        },
      }),
    },
    (counts) => counts.size === 4 && [...counts.values()].every((count) => count === 1),
  );
  t.is(exploreSchedules(scenario, { strategy: 'pct', schedules: 300 }).failure, undefined);
});

test('scenarios that make no sense', (t) => {
  const threads = [locked];
  const setup = twoWords;
  for (const wrong of [
    { name: 'a:b', cpus: 1, setup, threads },
    { name: 'x', cpus: 0, setup, threads },
    { name: 'x', cpus: 1, setup, threads: [] },
  ])
    t.throws(() => threadScenario(wrong), { instanceOf: InputError });
});
