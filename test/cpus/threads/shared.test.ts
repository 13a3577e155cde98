// The tables that workers share, from one thread: slots in the order of their ids, wake-ups that name words, a monitor that
// tells a stuck worker from one that sleeps.
import test from 'ava';
import { SharedMemory } from '../../../src/cpu/memory.ts';
import { Control, STATE_DONE, STATE_RUNNING } from '../../../src/cpus/threads/control.ts';
import { eventLines, Monitor } from '../../../src/cpus/threads/monitor.ts';
import { Runqueue } from '../../../src/cpus/threads/runqueue.ts';
import { SharedSlots } from '../../../src/cpus/threads/slots.ts';
import { Wakeups } from '../../../src/cpus/threads/wakeups.ts';

test('slots: the lowest id that is wanted, with all that was put in', (t) => {
  const slots = SharedSlots.create(40);
  const put = (id: number, cpus: number[] | null): number =>
    slots.put({ id, texts: ['deferredInitMemmap', `pgdatinit${id}`], numbers: [2 ** 40, -1, 0.5, id], cpus });
  put(7, null);
  put(3, [0, 31, 32, 39]);
  t.is(
    slots.take((r) => r.id > 100),
    undefined,
  );
  t.deepEqual(slots.take(() => true)?.record, {
    ...{ id: 3, texts: ['deferredInitMemmap', 'pgdatinit3'], numbers: [2 ** 40, -1, 0.5, 3] },
    cpus: [0, 31, 32, 39],
  });
  const seven = slots.take(() => true);
  t.is(seven?.record.cpus, null);
  t.is(
    slots.take(() => true),
    undefined,
  );
  if (seven === undefined) return;
  t.false(slots.isDone(seven.slot));
  slots.finish(seven.slot, 12345, 9);
  t.true(slots.isDone(seven.slot));
  t.deepEqual(slots.collect(seven.slot), { result: 12345, cpu: 9 });
  t.false(slots.isDone(seven.slot));
});

test('slots: a name that is too long and a table that is full are bugs', (t) => {
  const slots = SharedSlots.create(1);
  const record = { id: 1, numbers: [0, 0, 0, 0] as const, cpus: null };
  t.throws(() => slots.put({ ...record, texts: ['x'.repeat(64), ''] }), { message: /too long/ });
  const fresh = SharedSlots.create(1);
  // two for each CPU and 64 for the nodes' threads
  for (let i = 0; i < 66; i += 1) fresh.put({ ...record, texts: ['x'.repeat(63), ''] });
  t.throws(() => fresh.put({ ...record, texts: ['', ''] }), { message: /more than 66/ });
});

test('wake-ups: only who waits is told, and nothing twice', (t) => {
  const wakeups = Wakeups.create();
  t.false(wakeups.hasWaiters(5));
  wakeups.addWaiter(5);
  t.true(wakeups.hasWaiters(5));
  wakeups.post(5);
  wakeups.post(-3);
  const seen: number[] = [];
  t.true(wakeups.drain((token) => seen.push(token)));
  t.true(wakeups.drain((token) => seen.push(token)));
  t.deepEqual(seen, [5, -3]);
  wakeups.removeWaiter(5);
  t.false(wakeups.hasWaiters(5));
  for (let i = 0; i < 4096; i += 1) wakeups.post(1);
  t.false(
    wakeups.drain(() => t.fail()),
    'too far behind: look at everything',
  );
  t.true(wakeups.drain(() => t.fail()));
});

function monitored(): { control: Control; monitor: Monitor } {
  const control = Control.create(2);
  return { control, monitor: new Monitor(control, [[0], [1]], 1000, 0) };
}

test('monitor: no progress for the limit is a stall, in the chunk that the CPU began last', (t) => {
  const { control, monitor } = monitored();
  for (const cpu of [0, 1]) control.setWorkerState(cpu, 'awake');
  control.trace({ cpu: 1, thread: 4, what: 'run', a: 0x8000, b: 0x10000, atNs: 5 });
  t.is(monitor.check(100), null);
  control.setWorkerState(0, 'asleep');
  t.is(monitor.check(1099), null);
  t.is(monitor.check(1100)?.message, 'CPU 1 makes no progress for 1000 ms in chunk [0x8000, 0x10000)');
  const { ints, at } = control.progressWord(1);
  Atomics.add(ints, at, 1);
  t.is(monitor.check(1101), null);
  t.deepEqual(eventLines(control, 1), ['0.000 ms CPU 1 thread 4: run 0x8000 0x10000']);
});

test('monitor: all asleep for the limit is a deadlock, and loading may take ten times as long', (t) => {
  const { monitor } = monitored();
  t.is(monitor.check(9999), null, 'loading');
  t.regex(monitor.check(10_000)?.message ?? '', /CPU 0 makes no progress/);
  const other = monitored();
  for (const cpu of [0, 1]) other.control.setWorkerState(cpu, 'asleep');
  t.is(other.monitor.check(999), null);
  t.regex(other.monitor.check(1000)?.message ?? '', /^deadlock: no thread can go on/);
});

test('the last 32 events of a CPU are kept', (t) => {
  const control = Control.create(1);
  for (let i = 0; i < 40; i += 1) control.trace({ cpu: 0, thread: 1, what: 'cmpxchg', a: i, b: 1, atNs: i });
  t.deepEqual(
    control.events(0).map((e) => e.a),
    Array.from({ length: 32 }, (_, i) => i + 8),
  );
});

/** Another worker ends the run right after this one has looked whether it goes on, for the `turn`th time. */
class EndsMeanwhile extends Control {
  turn = 0;

  override get state(): number {
    const state = super.state;
    if (state === STATE_RUNNING && (this.turn -= 1) === 0) this.finish(1);
    return state;
  }

  override sleep(seen: number): void {
    if (this.doorbell === seen && super.state !== STATE_RUNNING)
      throw new Error('sleeps, and nobody will ring');
    // what else would ring
    this.ring();
  }
}

test('a worker does not sleep through the end of the run, whenever that comes', (t) => {
  for (let turn = 1; turn <= 4; turn += 1) {
    const control = new EndsMeanwhile(Control.create(2).buffer, 2);
    control.setState(STATE_RUNNING);
    control.turn = turn;
    const unused = (): never => {
      throw new Error('no thread was started');
    };
    const queue = new Runqueue({
      ...{ control, memory: SharedMemory.create(64), kernel: { start: unused, run: unused } },
      ...{ starts: SharedSlots.create(2), leaves: SharedSlots.create(2), wakeups: Wakeups.create() },
      ...{ cpus: [1], hz: 250, rootId: 1, now: () => 0 },
    });
    queue.loop();
    t.is(control.state, STATE_DONE, `turn ${turn}`);
  }
});
