// The page's end of the wire: requests to a worker, answers to the last of them; older ones are dropped.
import type { Answer, Request } from './protocol.ts';

type WithoutId<R> = R extends Request ? Omit<R, 'id'> : never;

export class Client {
  readonly #worker: Worker;
  #id = 0;

  /** `onAnswer` gets answers to the last request only; `onCrash` what the worker did not catch. */
  constructor(url: URL, onAnswer: (answer: Answer) => void, onCrash: (message: string) => void) {
    this.#worker = new Worker(url, { type: 'module' });
    this.#worker.addEventListener('message', (event: MessageEvent<Answer>) => {
      if (event.data.id === this.#id) onAnswer(event.data);
    });
    this.#worker.addEventListener('error', (event) =>
      onCrash(event.message || 'the worker could not be loaded'),
    );
  }

  ask(request: WithoutId<Request>): void {
    this.#id += 1;
    this.#worker.postMessage({ ...request, id: this.#id });
  }
}
