// The page: forms, worker and views put together.
import { BUILTIN_NAMES } from '../machine/builtin/list.ts';
import { escapeText } from '../report/svg.ts';
import { factsOf } from '../report/facts.ts';
import type { CurvePoint } from '../report/threads-chart.ts';
import { capsTo } from '../report/caps.ts';
import { Client } from './client.ts';
import type { Answer, MachineSource } from './protocol.ts';
import { wireQuestions } from './question-form.ts';
import { wireLinux } from './linux-form.ts';
import { wireReplay } from './replay-form.ts';
import { decodeShared, encodeShared, type Shared } from './share.ts';
import { wireDrop, wireFrame } from './view/chrome.ts';
import { CurveView } from './view/curve-view.ts';
import { byId, setMarkup, setText } from './view/dom.ts';
import { LogView } from './view/log-view.ts';
import { RunView } from './view/run-view.ts';

const FIRST = 'skylake-768g';

const builtin = byId('builtin', HTMLSelectElement);
const append = byId('append', HTMLInputElement);
const textBox = byId('text', HTMLTextAreaElement);
const status = byId('status', HTMLElement);
const errorBox = byId('error', HTMLElement);
const serial = byId('serial', HTMLElement);

const log = new LogView(byId('log', HTMLElement));
const run = new RunView(log);
const curve = new CurveView((cap) => boot(current, cap));

let current: MachineSource = { kind: 'builtin', name: FIRST };
let currentCap: number | null = null;
/** The curve belongs to a machine and a command line, not to a cap. */
let curveOf = '';

const makeWorker = (): Worker => new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
const model = new Client({ makeWorker, onAnswer, onCrash: fail });
const curveModel = new Client({
  makeWorker,
  onAnswer: onCurveAnswer,
  onCrash: (message) => curve.fail(message),
});

function boot(source: MachineSource, cap: number | null): void {
  current = source;
  currentCap = cap;
  setText(errorBox, '');
  status.textContent = 'Booting …';
  log.clear();
  serial.textContent = '';
  model.ask({ type: 'boot', source, append: append.value.trim(), cap });
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
      textBox.value = answer.yaml;
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
  status.textContent =
    `Booted: ${instructions.toLocaleString('en')} instructions of the firmware in ${firmwareMs.toFixed(0)} ms, ` +
    `the kernel model in ${modelMs.toFixed(0)} ms of this computer's time.`;
  const most = Math.max(1, ...record.nodes.map((node) => node.cpus.length));
  const used = Math.max(1, ...factsOf(record).nodes.map((node) => node.workers));
  const key = JSON.stringify([current, record.cmdline]);
  if (key === curveOf) {
    if (alone) run.tellAlone(alone);
    curve.setCap(used);
    return;
  }
  curveOf = key;
  alone = undefined;
  curve.reset(most, used);
  curveModel.ask({ type: 'curve', source: current, append: append.value.trim(), caps: capsTo(most) });
}

/** One thread a node, of the curve that is shown. */
let alone: CurvePoint | undefined;

function onCurveAnswer(answer: Answer): void {
  if (answer.type === 'points') {
    curve.add(answer.points, answer.done);
    alone = answer.points.find((point) => point.threads === 1 && point.source === 'model') ?? alone;
    if (alone) run.tellAlone(alone);
  } else if (answer.type === 'failed') curve.fail(answer.message);
}

async function copyLink(): Promise<void> {
  const text = current.kind === 'text' ? current.text : null;
  const name = current.kind === 'builtin' ? current.name : null;
  const hash = await encodeShared({ builtin: name, text, append: append.value.trim(), cap: currentCap });
  if ((await decodeShared(hash)) === null) {
    status.textContent = `This machine makes a link of ${hash.length} characters, more than browsers keep: send the file instead.`;
    return;
  }
  history.replaceState(null, '', hash);
  const copied = await navigator.clipboard?.writeText(location.href).then(
    () => true,
    () => false,
  );
  status.textContent = copied
    ? 'The link is copied; it holds the machine itself.'
    : 'The link is in the address bar.';
}

async function openFile(file: File): Promise<void> {
  textBox.value = await file.text();
  byId('own', HTMLDetailsElement).open = true;
  boot({ kind: 'text', text: textBox.value, name: file.name }, null);
}

function wireMachine(): void {
  for (const name of BUILTIN_NAMES) builtin.add(new Option(name, name));
  byId('machine-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    boot({ kind: 'builtin', name: builtin.value }, null);
  });
  byId('boot-text', HTMLButtonElement).addEventListener('click', () => {
    boot({ kind: 'text', text: textBox.value, name: 'pasted text' }, null);
  });
  byId('edit', HTMLButtonElement).addEventListener('click', () =>
    model.ask({ type: 'describe', name: builtin.value }),
  );
  byId('share', HTMLButtonElement).addEventListener('click', () => void copyLink());
  byId('file', HTMLInputElement).addEventListener('change', (event) => {
    const file = event.target instanceof HTMLInputElement ? event.target.files?.[0] : undefined;
    if (file) void openFile(file);
  });
}

async function start(): Promise<void> {
  const shared: Shared | null = await decodeShared(location.hash);
  if (shared === null) {
    const damaged = location.hash.startsWith('#m=');
    builtin.value = FIRST;
    boot({ kind: 'builtin', name: FIRST }, null);
    if (damaged)
      setText(
        errorBox,
        'The link is damaged or holds too much: no machine comes out of it. A built-in one is booted instead.',
      );
    return;
  }
  append.value = shared.append;
  if (shared.text !== null) {
    textBox.value = shared.text;
    byId('own', HTMLDetailsElement).open = true;
    boot({ kind: 'text', text: shared.text, name: 'shared text' }, shared.cap);
    return;
  }
  builtin.value = shared.builtin ?? FIRST;
  boot({ kind: 'builtin', name: shared.builtin ?? FIRST }, shared.cap);
}

wireMachine();
wireDrop((file) => void openFile(file));
wireFrame(() => run.repaint());
wireReplay(makeWorker);
wireQuestions(makeWorker, () => ({ source: current, append: append.value.trim() }));
wireLinux(makeWorker, () => current);
void start();
