// Order of locks: what is reported, and what is not.
import test from 'ava';
import { Lockdep } from '../../../src/kernel/locking/lockdep.ts';

function lockdep(): { readonly dep: Lockdep; readonly reports: string[] } {
  const reports: string[] = [];
  return { dep: new Lockdep((report) => reports.push(report)), reports };
}

test('a before b by one thread, b before a by another: reported though nobody waited', (t) => {
  const { dep, reports } = lockdep();
  dep.acquire(1, 'a');
  dep.acquire(1, 'b');
  dep.release(1, 'b');
  dep.release(1, 'a');
  t.deepEqual(reports, []);
  dep.acquire(2, 'b');
  dep.acquire(2, 'a');
  t.deepEqual(reports, ['possible circular locking dependency detected: b and a']);
});

test('a circle of three classes, each pair by another thread', (t) => {
  const { dep, reports } = lockdep();
  for (const [task, [first, second]] of [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
  ].entries()) {
    dep.acquire(task, first as string);
    dep.acquire(task, second as string);
  }
  t.deepEqual(reports, ['possible circular locking dependency detected: c and a']);
});

test('the same class twice by one thread is recursive; by two threads it is nothing', (t) => {
  const { dep, reports } = lockdep();
  dep.acquire(1, 'a');
  dep.acquire(2, 'a');
  t.deepEqual(reports, []);
  dep.acquire(1, 'a');
  t.deepEqual(reports, ['possible recursive locking detected: a']);
});

test('a lock that was let go orders nothing; one that is not held cannot be let go', (t) => {
  const { dep, reports } = lockdep();
  dep.acquire(1, 'a');
  dep.release(1, 'a');
  dep.acquire(1, 'b');
  dep.release(1, 'b');
  dep.acquire(1, 'b');
  dep.acquire(1, 'a');
  t.deepEqual(reports, []);
  dep.release(2, 'a');
  t.deepEqual(reports, ['bad unlock balance detected: a']);
});
