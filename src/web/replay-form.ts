// The form that takes an explorer's token, with a worker of its own, made when it is first used.
import { Client, type ModelWorker } from './client.ts';
import type { Answer } from './protocol.ts';
import { byId } from './view/dom.ts';
import { ReplayView } from './view/replay-view.ts';

export function wireReplay(makeWorker: () => ModelWorker): void {
  const replay = new ReplayView();
  let model: Client | null = null;
  const onAnswer = (answer: Answer): void => {
    if (answer.type === 'replayed') replay.show(answer.about, answer.steps, answer.end);
    else if (answer.type === 'failed') replay.fail(answer.message);
  };
  byId('replay-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    model ??= new Client({ makeWorker, onAnswer, onCrash: (message) => replay.fail(message) });
    model.ask({ type: 'replay', token: byId('token', HTMLInputElement).value.trim() });
  });
}
