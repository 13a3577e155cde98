// The watch over a worker: one that says nothing is ended with a sentence, one that works is left alone. Seconds are counted by hand.
import test from 'ava';
import { Client, SILENT_SECONDS, type ModelWorker } from '../../src/web/client.ts';
import type { Answer, Request } from '../../src/web/protocol.ts';

class FakeWorker extends EventTarget implements ModelWorker {
  readonly asked: Request[] = [];
  ended = false;

  postMessage(request: Request): void {
    this.asked.push(request);
  }

  terminate(): void {
    this.ended = true;
  }

  answer(answer: Answer): void {
    this.dispatchEvent(new MessageEvent('message', { data: answer }));
  }
}

function setUp() {
  const workers: FakeWorker[] = [];
  const answers: Answer[] = [];
  const crashes: string[] = [];
  const ticks = new Set<() => void>();
  const client = new Client({
    makeWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    onAnswer: (answer) => answers.push(answer),
    onCrash: (message) => crashes.push(message),
    every: (_ms, tick) => {
      ticks.add(tick);
      return () => ticks.delete(tick);
    },
  });
  const wait = (seconds: number): void => {
    for (let i = 0; i < seconds; i++) for (const tick of [...ticks]) tick();
  };
  return { client, workers, answers, crashes, ticks, wait };
}

const REPLAY = { type: 'replay', token: 'x' } as const;

test('a worker that says nothing is ended, once, and the next request gets a new one', (t) => {
  const { client, workers, crashes, ticks, wait } = setUp();
  client.ask(REPLAY);
  wait(SILENT_SECONDS - 1);
  t.deepEqual([workers[0]?.ended, crashes], [false, []]);
  wait(1);
  t.true(workers[0]?.ended);
  t.is(crashes.length, 1);
  t.regex(crashes[0] ?? '', /^The model has said nothing for 30 seconds and was ended\./);
  t.is(ticks.size, 0);
  client.ask(REPLAY);
  t.deepEqual(
    workers.map((worker) => [worker.ended, worker.asked.length]),
    [
      [true, 1],
      [false, 1],
    ],
  );
});

test('whatever it says begins the count anew; after the last answer nobody counts', (t) => {
  const { client, workers, answers, crashes, ticks, wait } = setUp();
  client.ask(REPLAY);
  const [worker] = workers;
  for (let i = 0; i < 3; i++) {
    wait(SILENT_SECONDS - 1);
    worker?.answer({ type: 'phase', id: 1, text: 'on' });
  }
  worker?.answer({ type: 'points', id: 1, points: [], done: false });
  t.is(ticks.size, 1);
  worker?.answer({ type: 'points', id: 1, points: [], done: true });
  t.is(ticks.size, 0);
  t.is(answers.length, 5);
  t.deepEqual(crashes, []);
});

test('asking again and again does not keep a hanging worker alive', (t) => {
  const { client, workers, wait } = setUp();
  for (let i = 0; i < SILENT_SECONDS; i++) {
    client.ask(REPLAY);
    wait(1);
  }
  t.true(workers[0]?.ended);
});

test('answers to older requests are dropped, and those of a worker that was ended', (t) => {
  const { client, workers, answers, crashes, wait } = setUp();
  client.ask(REPLAY);
  client.ask(REPLAY);
  workers[0]?.answer({ type: 'failed', id: 1, message: 'old', bug: false });
  t.deepEqual(answers, []);
  wait(SILENT_SECONDS);
  workers[0]?.answer({ type: 'failed', id: 2, message: 'late', bug: false });
  t.deepEqual(answers, []);
  t.is(crashes.length, 1);
});

test('a worker that cannot be loaded is told, and tried anew', (t) => {
  const { client, workers, crashes } = setUp();
  client.ask(REPLAY);
  workers[0]?.dispatchEvent(new Event('error'));
  t.deepEqual(crashes, ["The model's worker failed: it could not be loaded."]);
  client.ask(REPLAY);
  t.is(workers.length, 2);
});
