// The page's end of the wire: requests to a worker, answers to the last of them; older ones are dropped. A worker that says nothing
// for long is ended, and a new one made for the next request.
import type { Answer, Request } from './protocol.ts';

type WithoutId<R> = R extends Request ? Omit<R, 'id'> : never;

/** The slowest step of a boot takes a second or two; a telephone is ten times slower. */
export const SILENT_SECONDS = 30;
const SECOND_MS = 1000;

/** What of a Worker is used. */
export type ModelWorker = Pick<Worker, 'addEventListener' | 'postMessage' | 'terminate'>;

export interface ClientOptions {
  readonly makeWorker: () => ModelWorker;
  /** Gets answers to the last request only. */
  readonly onAnswer: (answer: Answer) => void;
  /** Gets a sentence on why there will be no answer. */
  readonly onCrash: (message: string) => void;
  /** Calls `tick` again and again until the function returned is called; setInterval where it is left out. */
  readonly every?: (ms: number, tick: () => void) => () => void;
}

export class Client {
  readonly #options: ClientOptions;
  readonly #every: NonNullable<ClientOptions['every']>;
  #worker: ModelWorker | null = null;
  #id = 0;
  /** Ends the watch; null where no answer is due. */
  #unwatch: (() => void) | null = null;
  /** Seconds without a message. Counted, not measured: a computer that slept did not wait. */
  #silent = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#every = options.every ?? everyInterval;
  }

  ask(request: WithoutId<Request>): void {
    this.#id += 1;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ ...request, id: this.#id });
    if (this.#unwatch === null) this.#silent = 0;
    this.#unwatch ??= this.#every(SECOND_MS, () => this.#tick());
  }

  #start(): ModelWorker {
    const worker = this.#options.makeWorker();
    worker.addEventListener('message', (event: MessageEvent<Answer>) => {
      if (worker !== this.#worker) return;
      this.#silent = 0;
      if (event.data.id !== this.#id) return;
      if (isLast(event.data)) this.#settle();
      this.#options.onAnswer(event.data);
    });
    worker.addEventListener('error', (event) => {
      if (worker !== this.#worker) return;
      this.#drop(`The model's worker failed: ${event.message || 'it could not be loaded'}.`);
    });
    return worker;
  }

  #tick(): void {
    this.#silent += 1;
    if (this.#silent < SILENT_SECONDS) return;
    this.#drop(
      `The model has said nothing for ${SILENT_SECONDS} seconds and was ended. The machine may be too large for a page: ` +
        'the command line takes it.',
    );
  }

  #drop(message: string): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#settle();
    this.#options.onCrash(message);
  }

  #settle(): void {
    this.#unwatch?.();
    this.#unwatch = null;
  }
}

/** Whether nothing follows `answer`. */
function isLast(answer: Answer): boolean {
  switch (answer.type) {
    case 'phase':
    case 'serial':
    case 'lines':
    case 'linux-model':
    case 'linux-text':
      return false;
    case 'points':
      return answer.done;
    default:
      return true;
  }
}

function everyInterval(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
}
