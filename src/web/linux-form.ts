// The form that takes a kernel image and boots it on the machine, with a worker of its own that is ended with the boot.
import { Client, type ModelWorker } from './client.ts';
import type { Answer, MachineSource } from './protocol.ts';
import { byId, setText } from './view/dom.ts';
import { LinuxView } from './view/linux-view.ts';

const ENDS = { init: 'It came to init', panic: 'It panicked', deadline: 'It was given up' } as const;

/** `above` is the machine that the page shows now. */
export function wireLinux(makeWorker: () => ModelWorker, above: () => MachineSource): void {
  const view = new LinuxView(byId('linux-log', HTMLElement));
  const status = byId('linux-status', HTMLElement);
  const error = byId('linux-error', HTMLElement);
  let client: Client | null = null;
  const fail = (message: string): void => {
    status.textContent = '';
    setText(error, message);
  };
  const counts = (): string => {
    const { same, onlyReal, onlyModel } = view.count;
    return `${same} memory lines as the model says, ${onlyReal} other, ${onlyModel} of the model's missing`;
  };
  const onAnswer = (answer: Answer): void => {
    if (answer.type === 'phase') status.textContent = `${answer.text} ${counts()}.`;
    else if (answer.type === 'linux-model') view.setModel(answer.lines);
    else if (answer.type === 'linux-text') view.append(answer.text);
    else if (answer.type === 'linux-end') status.textContent = `${ENDS[answer.end]}: ${counts()}.`;
    else if (answer.type === 'failed') fail(answer.message);
  };
  byId('linux-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const file = byId('linux-kernel', HTMLInputElement).files?.[0];
    if (file === undefined)
      return fail('Pick a kernel image first: Debian has it in linux-image-6.1.0-50-686.');
    setText(error, '');
    status.textContent = 'Reading the image …';
    view.setModel([]);
    void file.arrayBuffer().then((buffer) => {
      client ??= new Client({ makeWorker, onAnswer, onCrash: fail });
      const named = byId('linux-machine', HTMLSelectElement).value;
      client.ask({
        type: 'linux',
        source: named === '' ? above() : { kind: 'builtin', name: named },
        append: '',
        kernel: new Uint8Array(buffer),
        name: file.name,
      });
    });
  });
}
