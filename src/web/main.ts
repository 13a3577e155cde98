// The page: forms, worker and views put together.
import { escapeText } from '../report/svg.ts';
import { factsOf } from '../report/facts.ts';
import type { CurvePoint } from '../report/threads-chart.ts';
import { panicSentence } from '../report/words.ts';
import { capsTo } from '../report/caps.ts';
import { Client } from './client.ts';
import { wireLinux } from './linux-form.ts';
import { copyLink, MachineForm } from './machine-form.ts';
import { wirePanels } from './panels.ts';
import type { Answer, Wanted } from './protocol.ts';
import { wireReplay } from './replay-form.ts';
import { wireFrame } from './view/chrome.ts';
import { CurveView } from './view/curve-view.ts';
import { byId, setMarkup, setText } from './view/dom.ts';
import { LogView } from './view/log-view.ts';
import { RunView } from './view/run-view.ts';

const status = byId('status', HTMLElement);
const errorBox = byId('error', HTMLElement);
const serial = byId('serial', HTMLElement);

const makeWorker = (): Worker => new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
const model = new Client({ makeWorker, onAnswer, onCrash: fail });
const curveModel = new Client({
  makeWorker,
  onAnswer: onCurveAnswer,
  onCrash: (message) => curve.fail(message),
});

// words are marked before anything looks for its element
wireFrame(() => run.repaint());
const log = new LogView(byId('log', HTMLElement));
const run = new RunView(log);
const curve = new CurveView((cap) => boot(current, cap));
const form = new MachineForm({ boot, describe: (name) => model.ask({ type: 'describe', name }) });
const panels = wirePanels(makeWorker, () => current);

/** What is shown, or about to be. */
let current: Wanted = { source: { kind: 'builtin', name: '' }, append: '', kernel: null };
let currentCap: number | null = null;
/** The curve belongs to a machine, a kernel and a command line, not to a cap. */
let curveOf = '';
/** One thread a node, of the curve that is shown. */
let alone: CurvePoint | undefined;

function boot(wanted: Wanted, cap: number | null): void {
  current = wanted;
  currentCap = cap;
  setText(errorBox, '');
  status.textContent = 'Booting …';
  log.clear();
  serial.textContent = '';
  model.ask({ type: 'boot', ...wanted, cap });
}

function fail(message: string): void {
  status.textContent = '';
  setText(errorBox, message);
}

function onAnswer(answer: Answer): void {
  switch (answer.type) {
    case 'phase':
      status.textContent = answer.text;
      return;
    case 'serial':
      serial.textContent = answer.text;
      return;
    case 'lines':
      log.append(answer.lines);
      return;
    case 'booted':
      booted(answer);
      return;
    case 'description':
      form.text = answer.yaml;
      status.textContent = 'Change the description, then boot this text.';
      return;
    case 'failed':
      fail(answer.bug ? `This is a mistake of ours: ${answer.message}` : answer.message);
  }
}

function booted({
  record,
  assumed,
  instructions,
  firmwareMs,
  modelMs,
}: Extract<Answer, { type: 'booted' }>): void {
  const list = byId('assumed', HTMLElement);
  list.hidden = assumed.length === 0;
  setMarkup(list, assumed.map((text) => `<li>${escapeText(text)}</li>`).join(''));
  run.show(record);
  panels.show(record);
  status.textContent =
    `Booted: ${instructions.toLocaleString('en')} instructions of the firmware in ${firmwareMs.toFixed(0)} ms, ` +
    `the kernel model in ${modelMs.toFixed(0)} ms of this computer's time.`;
  if (record.panic !== undefined) return fail(panicSentence(record.panic));
  const most = Math.max(1, ...record.nodes.map((node) => node.cpus.length));
  const used = Math.max(1, ...factsOf(record).nodes.map((node) => node.workers));
  const key = JSON.stringify(current);
  if (key === curveOf) {
    if (alone) run.tellAlone(alone);
    curve.setCap(used);
    return;
  }
  curveOf = key;
  alone = undefined;
  curve.reset(most, used);
  curveModel.ask({ type: 'curve', ...current, caps: capsTo(most) });
}

function onCurveAnswer(answer: Answer): void {
  if (answer.type === 'points') {
    curve.add(answer.points, answer.done);
    alone = answer.points.find((point) => point.threads === 1 && point.source === 'model') ?? alone;
    if (alone) run.tellAlone(alone);
  } else if (answer.type === 'failed') curve.fail(answer.message);
}

byId('share', HTMLButtonElement).addEventListener(
  'click',
  () => void copyLink(current, currentCap).then((sentence) => (status.textContent = sentence)),
);
wireReplay(makeWorker);
wireLinux(makeWorker, () => current.source);
void form.start(location.hash).then((sentence) => {
  if (sentence !== '') setText(errorBox, sentence);
});
