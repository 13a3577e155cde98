// Questions to the machine that is shown, a panel each: asked when a panel is opened, and again when another machine is shown.
import type { GroupBy } from '../ask/missing/groups.ts';
import type { FitsOption } from '../ask/fits/types.ts';
import type { RunRecord } from '../init/record.ts';
import { missingTable } from '../report/html-missing.ts';
import { textEl } from '../report/svg.ts';
import { withTerms } from '../report/terms.ts';
import { Asker } from './asker.ts';
import type { ModelWorker } from './client.ts';
import { FITS_QUESTIONS, TEXT_QUESTIONS, type Answer, type AskRequest, type Wanted } from './protocol.ts';
import { byId, setMarkup, setText } from './view/dom.ts';
import { findingsMarkup } from './view/findings.ts';

const FITS_WORDS: Readonly<Record<FitsOption, string>> = {
  crashkernel: 'crashkernel=',
  hugepages: 'huge pages (SIZE:N)',
  memmap: 'memmap=',
  cma: 'cma=',
  'reserve-mem': 'reserve_mem=',
};
const GROUPS: readonly GroupBy[] = ['owner', 'node', 'zone'];
const NO_BOOKS = 'This boot has no books of memory: Linux did not get that far.';

export interface Panels {
  /** Another run is shown: what was answered of the one before goes. */
  readonly show: (record: RunRecord) => void;
}

/** `current` tells what is shown. */
export function wirePanels(makeWorker: () => ModelWorker, current: () => Wanted): Panels {
  const asker = new Asker(makeWorker, current);
  const asked = [wireAsked(asker, 'lint'), ...TEXT_QUESTIONS.map((question) => wireAsked(asker, question))];
  const fits = wireFits(asker);
  const missing = wireMissing();
  return {
    show: (record) => {
      asker.clear();
      missing(record);
      for (const begin of [...asked, fits]) begin();
    },
  };
}

/** A panel whose question needs no more than its being opened. What is returned begins it anew. */
function wireAsked(asker: Asker, question: Exclude<AskRequest['question'], FitsOption>): () => void {
  const panel = byId(`ask-${question}`, HTMLDetailsElement);
  const output = byId(`answer-${question}`, HTMLElement);
  let due = true;
  const ask = (): void => {
    if (!panel.open || !due) return;
    due = false;
    output.textContent = 'Asking …';
    asker.ask({ question, spec: '' }, (answer) => showAnswer(output, answer));
  };
  panel.addEventListener('toggle', ask);
  return () => {
    due = true;
    output.textContent = '';
    ask();
  };
}

function showAnswer(output: HTMLElement, answer: Answer | string): void {
  if (typeof answer === 'string') output.textContent = answer;
  else if (answer.type === 'linted') setMarkup(output, withTerms(findingsMarkup(answer.findings)));
  else if (answer.type === 'answered') output.textContent = answer.text;
  else if (answer.type === 'failed') output.textContent = answer.message;
}

function wireFits(asker: Asker): () => void {
  const choice = byId('fits-question', HTMLSelectElement);
  const spec = byId('fits-spec', HTMLInputElement);
  const output = byId('answer-fits', HTMLElement);
  for (const question of FITS_QUESTIONS) choice.add(new Option(FITS_WORDS[question], question));
  byId('fits-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const question = FITS_QUESTIONS.find((one) => one === choice.value) ?? 'crashkernel';
    setText(output, 'Asking …');
    asker.ask({ question, spec: spec.value.trim() }, (answer) => showAnswer(output, answer));
  });
  return () => setText(output, '');
}

function wireMissing(): (record: RunRecord) => void {
  const choice = byId('missing-by', HTMLSelectElement);
  for (const by of GROUPS) choice.add(new Option(by, by));
  let shown: RunRecord | null = null;
  const draw = (): void => {
    if (shown === null) return;
    const markup = missingTable(
      shown,
      GROUPS.find((by) => by === choice.value),
    );
    setMarkup(byId('answer-missing', HTMLElement), markup === '' ? textEl('p', NO_BOOKS) : withTerms(markup));
  };
  choice.addEventListener('change', draw);
  return (record) => {
    shown = record;
    draw();
  };
}
