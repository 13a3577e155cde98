// The worker: boots machines on v86 and the kernel model, and answers the page. One request at a time.
import { Bug } from '../lib/bug.ts';
import { Failure } from '../lib/failure.ts';
import { InputError } from '../lib/input-error.ts';
import { answerBoot, answerCurve } from './model/answers.ts';
import { describeBuiltin } from './model/describe.ts';
import { pageWords } from './model/page-words.ts';
import { answerQuestion } from './model/questions.ts';
import { answerReplay } from './model/replay.ts';
import type { Answer, Request } from './protocol.ts';

const post = (answer: Answer): void => self.postMessage(answer);

async function answer(request: Request): Promise<void> {
  switch (request.type) {
    case 'boot':
      return answerBoot(request, post);
    case 'curve':
      return answerCurve(request, post);
    case 'ask':
      return answerQuestion(request, post);
    case 'replay':
      return answerReplay(request, post);
    case 'linux':
      return (await import('./model/linux.ts')).answerLinux(request, post);
    case 'describe':
      return post({ type: 'description', id: request.id, yaml: await describeBuiltin(request.name) });
  }
}

function failure(request: Request, error: unknown): Answer {
  // Linux may panic on a machine without anybody's mistake
  const bug = !(error instanceof InputError || error instanceof Failure);
  const message = pageWords(error instanceof Error ? error.message : String(error));
  const history = error instanceof Bug ? error.history.map((line) => `\n  ${line}`).join('') : '';
  return { type: 'failed', id: request.id, message: message + history, bug };
}

let last = Promise.resolve();

self.onmessage = (event: MessageEvent<Request>) => {
  const request = event.data;
  last = last.then(() => answer(request)).catch((error: unknown) => post(failure(request, error)));
};
