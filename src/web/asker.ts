// Questions one after another to one worker, made when it is first needed; each answer goes to who asked.
import { Client, type ModelWorker } from './client.ts';
import type { Answer, AskRequest, Wanted } from './protocol.ts';

type Question = Pick<AskRequest, 'question' | 'spec'>;

interface Asked {
  readonly question: Question;
  /** Gets the answer, or a sentence on why there will be none. */
  readonly tell: (answer: Answer | string) => void;
}

export class Asker {
  readonly #client: Client;
  readonly #current: () => Wanted;
  #queue: Asked[] = [];
  #asking: Asked | null = null;

  constructor(makeWorker: () => ModelWorker, current: () => Wanted) {
    this.#current = current;
    this.#client = new Client({
      makeWorker,
      onAnswer: (answer) => this.#answered(answer),
      onCrash: (message) => this.#answered(message),
    });
  }

  /** Asks as soon as what was asked before is answered. A second question of a kind takes the place of the first. */
  ask(question: Question, tell: Asked['tell']): void {
    this.#queue = [...this.#queue.filter((asked) => asked.tell !== tell), { question, tell }];
    this.#next();
  }

  /** Forgets all questions: another machine is shown. */
  clear(): void {
    this.#queue = [];
    this.#asking = null;
  }

  #next(): void {
    if (this.#asking !== null) return;
    this.#asking = this.#queue.shift() ?? null;
    if (this.#asking) this.#client.ask({ type: 'ask', ...this.#current(), ...this.#asking.question });
  }

  #answered(answer: Answer | string): void {
    const asked = this.#asking;
    this.#asking = null;
    asked?.tell(answer);
    this.#next();
  }
}
