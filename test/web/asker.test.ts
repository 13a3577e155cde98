// Questions go one after another, answers to whoever asked; what was asked of another machine is forgotten.
import test from 'ava';
import { Asker } from '../../src/web/asker.ts';
import type { ModelWorker } from '../../src/web/client.ts';
import type { Answer, Request, Wanted } from '../../src/web/protocol.ts';

class FakeWorker extends EventTarget implements ModelWorker {
  readonly asked: Request[] = [];

  postMessage(request: Request): void {
    this.asked.push(request);
  }

  terminate(): void {
    // nothing runs
  }

  /** Answers the last request. */
  answer(text: string): void {
    const data: Answer = { type: 'answered', id: this.asked.at(-1)?.id ?? 0, text };
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

function setUp() {
  const worker = new FakeWorker();
  const told: string[] = [];
  let wanted: Wanted = { source: { kind: 'builtin', name: 'first' }, append: '', kernel: null };
  const asker = new Asker(
    () => worker,
    () => wanted,
  );
  const teller = (name: string) => (answer: Answer | string) =>
    void told.push(
      `${name}: ${typeof answer === 'string' ? answer : answer.type === 'answered' ? answer.text : answer.type}`,
    );
  const asked = () => worker.asked.map((one) => (one.type === 'ask' ? one.question : one.type));
  return { asker, worker, told, teller, asked, show: (next: Wanted) => (wanted = next) };
}

test('the second question waits for the first answer', (t) => {
  const { asker, worker, told, teller, asked } = setUp();
  asker.ask({ question: 'lint', spec: '' }, teller('lint'));
  asker.ask({ question: 'movable', spec: '' }, teller('movable'));
  t.deepEqual(asked(), ['lint']);
  worker.answer('one');
  t.deepEqual(asked(), ['lint', 'movable']);
  worker.answer('two');
  t.deepEqual(told, ['lint: one', 'movable: two']);
});

test('after another machine is shown old answers reach nobody, and new questions are about it', (t) => {
  const { asker, worker, told, teller, asked, show } = setUp();
  asker.ask({ question: 'lint', spec: '' }, teller('old'));
  asker.ask({ question: 'movable', spec: '' }, teller('waiting'));
  const old = worker.asked.at(-1)?.id ?? 0;
  asker.clear();
  const second: Wanted = { source: { kind: 'builtin', name: 'second' }, append: 'mem=1G', kernel: '6.12' };
  show(second);
  asker.ask({ question: 'reserved', spec: '' }, teller('new'));
  t.deepEqual(asked(), ['lint', 'reserved']);
  t.like(worker.asked.at(-1), second);
  const late: Answer = { type: 'answered', id: old, text: 'late' };
  worker.dispatchEvent(new MessageEvent('message', { data: late }));
  worker.answer('right');
  t.deepEqual(told, ['new: right']);
});

test('an answer that comes after the machine changed, with nothing asked since, is dropped', (t) => {
  const { asker, worker, told, teller } = setUp();
  asker.ask({ question: 'lint', spec: '' }, teller('old'));
  asker.clear();
  worker.answer('late');
  t.deepEqual(told, []);
});

test('a worker that fails is told to who asked, and the next question is asked all the same', (t) => {
  const { asker, worker, told, teller, asked } = setUp();
  asker.ask({ question: 'lint', spec: '' }, teller('lint'));
  asker.ask({ question: 'movable', spec: '' }, teller('movable'));
  worker.dispatchEvent(new Event('error'));
  t.deepEqual(told, ["lint: The model's worker failed: it could not be loaded."]);
  t.deepEqual(asked(), ['lint', 'movable']);
});
