// Boots in one process do not disturb each other, and an aborted one leaves nothing behind.
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { bootMachine, Padata, runOnMachine } from '../../src/index.ts';

const MACHINES = ['tiny-512m', 'laptop-16g', 'epyc-16g-guest', 'haswell-14g-guest'];
const EIGHT = [...MACHINES, ...MACHINES].map((machine, i) => ({ machine, append: i < 4 ? '' : 'mem=3G' }));

test.serial('eight boots at once give the records of eight boots one after another', async (t) => {
  const together = await Promise.all(EIGHT.map(({ machine, append }) => bootMachine(machine, { append })));
  for (const [i, { machine, append }] of EIGHT.entries()) {
    const alone = await bootMachine(machine, { append });
    t.deepEqual(together[i]?.record, alone.record, machine);
  }
});

/** Workers, timers, files and sockets that keep the process busy, sorted. AVA's own are in both lists. */
async function busyWith(): Promise<string[]> {
  for (let i = 0; i < 4; i += 1) await setImmediate();
  return process.getActiveResourcesInfo().sort();
}

/** Whole numbers from 0 below `below`, the same in each run. */
function* numbers(below: number): Generator<number> {
  for (let state = 42; ; state = (state * 1103515245 + 12345) % 2 ** 31) yield (state >>> 8) % below;
}

test.serial('a boot aborted at one of 45 lines, at random, leaves nothing behind', async (t) => {
  const { log } = await bootMachine('tiny-512m');
  const before = await busyWith();
  const lines = numbers(log.length);
  for (let i = 0; i < 45; i += 1) {
    const controller = new AbortController();
    const reason = new Error(`abort ${i}`);
    let left = lines.next().value ?? 0;
    const onLine = (): void => {
      if (left-- === 0) controller.abort(reason);
    };
    const error = await t.throwsAsync(bootMachine('tiny-512m', { signal: controller.signal, onLine }));
    t.is(error, reason);
  }
  t.deepEqual(await busyWith(), before);
});

test.serial('a boot on workers aborted while they start and work leaves nothing behind', async (t) => {
  await (await bootMachine('tiny-512m', { cpus: 'threads' }))[Symbol.asyncDispose]();
  const before = await busyWith();
  const turns = numbers(400);
  for (let i = 0; i < 5; i += 1) {
    const controller = new AbortController();
    const reason = new Error(`abort ${i}`);
    const cpus = i % 2 === 0 ? 'threads' : 'emulated';
    const boot = bootMachine('laptop-16g', { cpus, signal: controller.signal });
    // on a busy host the boot may be over before its turn comes
    const ended = boot.then(
      (done) => done[Symbol.asyncDispose]().then(() => reason),
      (error: unknown) => error,
    );
    for (let turn = turns.next().value ?? 0; turn > 0; turn -= 1) await setImmediate();
    controller.abort(reason);
    t.is(await ended, reason);
  }
  t.deepEqual(await busyWith(), before);
});

test('aborted before it began: the reason, at once', async (t) => {
  const signal = AbortSignal.abort(new Error('never'));
  const padata = new Padata({ cpus: 2 });
  const job = { work: () => t.fail(), start: 0, size: 4, signal };
  await t.throwsAsync(bootMachine('tiny-512m', { signal }), { message: 'never' });
  await t.throwsAsync(padata.multithreaded(job), { message: 'never' });
  await t.throwsAsync(runOnMachine('tiny-512m', Uint8Array.of(0xf4), { signal }), { message: 'never' });
});
