// The form that asks a question of the machine that is shown, with a worker of its own, made when it is first used.
import { Client, type ModelWorker } from './client.ts';
import { QUESTIONS, type Answer, type MachineSource, type Question } from './protocol.ts';
import { byId, setText } from './view/dom.ts';

const WORDS: Readonly<Record<Question, string>> = {
  crashkernel: 'does crashkernel= fit',
  hugepages: 'do huge pages fit (SIZE:N)',
  memmap: 'does memmap= do what it should',
  cma: 'does cma= fit',
  'reserve-mem': 'does reserve_mem= fit',
  lint: 'is this map sound',
  movable: 'what can the kernel use, what can be added',
  reserved: 'what does the log call reserved',
  'slow-boot': 'what of early boot grows with memory',
};
/** They are about the whole machine. */
const WITHOUT_SPEC: readonly Question[] = ['lint', 'movable', 'reserved', 'slow-boot'];

/** `current` tells which machine is shown, and its parameters. */
export function wireQuestions(
  makeWorker: () => ModelWorker,
  current: () => { readonly source: MachineSource; readonly append: string },
): void {
  const choice = byId('question', HTMLSelectElement);
  const spec = byId('question-spec', HTMLInputElement);
  const output = byId('answer', HTMLElement);
  for (const question of QUESTIONS) choice.add(new Option(WORDS[question], question));
  const chosen = (): Question => QUESTIONS.find((question) => question === choice.value) ?? 'crashkernel';
  choice.addEventListener('change', () => (spec.disabled = WITHOUT_SPEC.includes(chosen())));
  const say = (text: string): void => setText(output, text);
  let model: Client | null = null;
  const onAnswer = (answer: Answer): void => {
    if (answer.type === 'answered') say(answer.text);
    else if (answer.type === 'failed') say(answer.message);
  };
  byId('question-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    say('Asking …');
    model ??= new Client({ makeWorker, onAnswer, onCrash: say });
    model.ask({ type: 'ask', ...current(), question: chosen(), spec: spec.value.trim() });
  });
}
