// A replayed schedule as a table of steps × CPUs, shown up to the step that one is at.
import type { TracedStep } from '../../cpus/simulated/explore/trace.ts';
import { byId } from './dom.ts';

/** More rows at once are no longer read; stepping goes on all the same. */
const MOST_ROWS = 400;

export class ReplayView {
  readonly #table = byId('replay', HTMLElement);
  readonly #status = byId('replay-status', HTMLElement);
  readonly #buttons = {
    back: byId('replay-back', HTMLButtonElement),
    step: byId('replay-step', HTMLButtonElement),
    all: byId('replay-all', HTMLButtonElement),
  };
  #steps: readonly TracedStep[] = [];
  #end: string | null = null;
  #about = '';
  #at = 0;

  constructor() {
    this.#buttons.back.addEventListener('click', () => this.#go(this.#at - 1));
    this.#buttons.step.addEventListener('click', () => this.#go(this.#at + 1));
    this.#buttons.all.addEventListener('click', () => this.#go(this.#steps.length));
  }

  show(about: string, steps: readonly TracedStep[], end: string | null): void {
    this.#about = about;
    this.#steps = steps;
    this.#end = end;
    this.#go(Math.min(1, steps.length));
  }

  fail(message: string): void {
    this.#steps = [];
    this.#table.replaceChildren();
    this.#status.textContent = message;
    for (const button of Object.values(this.#buttons)) button.disabled = true;
  }

  #go(at: number): void {
    this.#at = Math.min(Math.max(at, 0), this.#steps.length);
    const done = this.#at === this.#steps.length;
    this.#buttons.back.disabled = this.#at === 0;
    this.#buttons.step.disabled = done;
    this.#buttons.all.disabled = done;
    const end = done ? ` ${this.#end ?? 'The schedule ends well.'}` : '';
    this.#status.textContent = `${this.#about.replace(/\.?$/, '.')} Step ${this.#at} of ${this.#steps.length}.${end}`;
    this.#draw(done);
  }

  #draw(done: boolean): void {
    const cpus = [...new Set(this.#steps.map((step) => step.cpu))].sort((a, b) => a - b);
    const table = document.createElement('table');
    const head = table.createTHead().insertRow();
    for (const text of ['step', ...cpus.map((cpu) => `CPU ${cpu}`)]) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = text;
      head.append(cell);
    }
    const body = table.createTBody();
    const from = Math.max(0, this.#at - MOST_ROWS);
    for (const step of this.#steps.slice(from, this.#at)) {
      const row = body.insertRow();
      row.insertCell().textContent = String(step.step);
      for (const cpu of cpus)
        row.insertCell().textContent = cpu === step.cpu ? `${step.thread}: ${step.what}` : '';
    }
    body.rows[body.rows.length - 1]?.classList.add('now');
    if (done && this.#end !== null) {
      const row = body.insertRow();
      row.className = 'end';
      const cell = row.insertCell();
      cell.colSpan = cpus.length + 1;
      cell.textContent = this.#end;
    }
    this.#table.replaceChildren(table);
    body.rows[body.rows.length - 1]?.scrollIntoView({ block: 'nearest' });
  }
}
