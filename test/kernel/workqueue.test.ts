// Workqueues, completions and locks as kernel threads use them.
import test from 'ava';
import {
  complete,
  COMPLETION_WORDS,
  initCompletion,
  waitForCompletion,
} from '../../src/kernel/completion.ts';
import type { KernelFunction } from '../../src/kernel/kernel.ts';
import { kthreadRun } from '../../src/kernel/kthread.ts';
import {
  initListHead,
  listAdd,
  listAddTail,
  listDel,
  listEmpty,
  listEntries,
} from '../../src/kernel/list.ts';
import { mutexLock, mutexUnlock } from '../../src/kernel/locking/mutex.ts';
import { spinLock, spinUnlock } from '../../src/kernel/locking/spinlock.ts';
import { initWork, queueWork, queueWorkNode, WORK_WORDS } from '../../src/kernel/workqueue.ts';
import { PADATA_6_1 } from '../../src/kernel/padata/profiles.ts';
import { LocalMemory, SharedMemory, type Memory } from '../../src/cpu/memory.ts';
import { atomicAddReturn, type Kthread } from '../../src/cpu/op.ts';
import { padataMachine } from './helpers/padata-sim.ts';

/** A work that notes its CPU and takes a while. */
function noting(units: number): { ran: number[]; work: KernelFunction } {
  const ran: number[] = [];
  const work: KernelFunction = function* () {
    ran.push(yield { op: 'getcpu' });
    yield { op: 'run', work: 'leaf', arg: 0, start: 0, end: units };
  };
  return { ran, work };
}

test('works that are queued together run on as many CPUs as there are', (t) => {
  const { ran, work } = noting(10);
  const { k, run } = padataMachine([0, 0, 0, 0], PADATA_6_1, { work });
  run(function* () {
    for (let i = 0; i < 3; i += 1) {
      const at = k.mem.alloc(WORK_WORDS);
      initWork(k.mem, at, k.text.address('work'));
      t.true(yield* queueWork(k, at));
    }
  });
  t.is(ran.length, 3);
  t.is(new Set(ran).size, 3);
});

test('a work that is queued already is not queued again; once it runs it may be, and then runs after itself', (t) => {
  let running = 0;
  let most = 0;
  const work: KernelFunction = function* () {
    running += 1;
    most = Math.max(most, running);
    yield { op: 'run', work: 'leaf', arg: 0, start: 0, end: 10 };
    running -= 1;
  };
  const { k, run, ran } = padataMachine([0, 0, 0, 0], PADATA_6_1, { work });
  run(function* () {
    const at = k.mem.alloc(WORK_WORDS);
    initWork(k.mem, at, k.text.address('work'));
    t.true(yield* queueWork(k, at));
    t.false(yield* queueWork(k, at));
    // until the first one has begun
    yield { op: 'run', work: 'leaf', arg: 0, start: 0, end: 5 };
    t.true(yield* queueWork(k, at));
  });
  t.is(ran.length, 3);
  t.is(most, 1);
});

test('a work for a node runs on its CPUs; one for a node without any runs anywhere', (t) => {
  const { ran, work } = noting(1);
  const { k, run } = padataMachine([0, 0, 2, 2], PADATA_6_1, { work });
  run(function* () {
    for (const node of [2, 1]) {
      const at = k.mem.alloc(WORK_WORDS);
      initWork(k.mem, at, k.text.address('work'));
      yield* queueWorkNode(k, node, at);
      yield { op: 'run', work: 'leaf', arg: 0, start: 0, end: 100 };
    }
  });
  t.is(ran.length, 2);
  t.true([2, 3].includes(ran[0] as number));
});

test('a completion lets one waiter through for each complete(), whichever comes first', (t) => {
  const order: string[] = [];
  const waiter: KernelFunction = function* (k, x) {
    yield* waitForCompletion(k, x);
    order.push('waited');
  };
  const { k, run } = padataMachine([0, 0], PADATA_6_1, { waiter });
  run(function* () {
    const x = k.mem.alloc(COMPLETION_WORDS);
    initCompletion(k, x);
    yield* complete(k, x);
    yield* waitForCompletion(k, x);
    order.push('complete first');
    yield* kthreadRun('waiter', x, 'waiter');
    yield { op: 'run', work: 'leaf', arg: 0, start: 0, end: 10 };
    order.push('before');
    yield* complete(k, x);
  });
  t.deepEqual(order, ['complete first', 'before', 'waited']);
});

for (const [name, lock, unlock] of [
  ['spinlock', spinLock, spinUnlock],
  ['mutex', mutexLock, mutexUnlock],
] as const) {
  test(`${name}: one at a time, and everyone in the end`, (t) => {
    let inside = 0;
    let entered = 0;
    const taker: KernelFunction = function* (_k, at): Kthread {
      yield* lock(at);
      inside += 1;
      t.is(inside, 1);
      yield { op: 'run', work: 'leaf', arg: 0, start: 0, end: 3 };
      inside -= 1;
      entered += 1;
      yield* unlock(at);
    };
    const { k, run } = padataMachine([0, 0, 0, 0], PADATA_6_1, { taker });
    run(function* () {
      const at = k.mem.alloc(1);
      for (let i = 0; i < 6; i += 1) yield* kthreadRun('taker', at, `taker${i}`);
    });
    t.is(entered, 6);
  });
}

test('lists: a stack from the front, a queue from the back', (t) => {
  const mem = new LocalMemory();
  const [head, a, b, c] = [0, 1, 2, 3].map(() => mem.alloc(2)) as [number, number, number, number];
  initListHead(mem, head);
  t.true(listEmpty(mem, head));
  listAdd(mem, a, head);
  listAdd(mem, b, head);
  listAddTail(mem, c, head);
  t.deepEqual(listEntries(mem, head), [b, a, c]);
  listDel(mem, a);
  t.deepEqual(listEntries(mem, head), [b, c]);
});

const memories: readonly [string, () => Memory][] = [
  ['local', () => new LocalMemory(4)],
  ['shared', () => SharedMemory.create(64)],
];
for (const [name, make] of memories) {
  test(`${name} memory: exact to 2^53, word 0 is never handed out, freed words come back as zero`, (t) => {
    const mem = make();
    const at = mem.alloc(3);
    t.true(at > 0);
    for (const value of [2 ** 34, 2 ** 53 - 1, -1, 0]) {
      mem.store(at, value);
      t.is(mem.load(at), value);
      mem.writeOnce(at + 1, value);
      t.is(mem.readOnce(at + 1), value);
    }
    mem.store(at + 2, 2 ** 40);
    t.is(mem.cmpxchg(at + 2, 5, 6), 2 ** 40);
    t.is(mem.cmpxchg(at + 2, 2 ** 40, 2 ** 41), 2 ** 40);
    t.is(mem.load(at + 2), 2 ** 41);
    mem.free(at, 3);
    const again = mem.alloc(3);
    t.is(again, at);
    t.is(mem.load(again + 2), 0);
    t.not(mem.alloc(20), at);
  });
}

test('atomic_add_return adds to what others have added', (t) => {
  const adder: KernelFunction = function* (_k, at): Kthread {
    for (let i = 0; i < 5; i += 1) yield* atomicAddReturn(at, 3);
  };
  const { k, run } = padataMachine([0, 0, 0], PADATA_6_1, { adder });
  let at = 0;
  run(function* () {
    at = k.mem.alloc(1);
    for (let i = 0; i < 3; i += 1) yield* kthreadRun('adder', at, `adder${i}`);
  });
  t.is(k.mem.load(at), 45);
});
