// A real kernel's console beside the model's memory lines, aligned as they come.
import { isMemoryLine, normaliseLine, withoutTimestamp } from '../../kernels/memory_lines.ts';

/** How far ahead in the model's lines a real one is looked for. */
const AHEAD = 60;

/** What became of the lines so far. */
export interface LinuxCount {
  readonly same: number;
  /** Real memory lines that the model does not have, and the other way round. */
  readonly onlyReal: number;
  readonly onlyModel: number;
}

/** Aligns memory lines with the model's, in order. */
export class Alignment {
  readonly #model: readonly string[];
  #next = 0;
  #same = 0;
  #onlyReal = 0;
  #onlyModel = 0;

  constructor(model: readonly string[]) {
    this.#model = model;
  }

  get count(): LinuxCount {
    return { same: this.#same, onlyReal: this.#onlyReal, onlyModel: this.#onlyModel };
  }

  /** A line's fellow: the model's own, which it skipped to get there; null for a real line that it does not have. */
  take(line: string): { readonly skipped: readonly string[]; readonly same: string | null } {
    const at = this.#model.slice(this.#next, this.#next + AHEAD).indexOf(normaliseLine(line));
    if (at === -1) {
      this.#onlyReal += 1;
      return { skipped: [], same: null };
    }
    const skipped = this.#model.slice(this.#next, this.#next + at);
    this.#next += at + 1;
    this.#same += 1;
    this.#onlyModel += skipped.length;
    return { skipped, same: this.#model[this.#next - 1] ?? null };
  }
}

export class LinuxView {
  readonly #element: HTMLElement;
  #alignment = new Alignment([]);
  #rest = '';

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Begins anew. */
  setModel(lines: readonly string[]): void {
    this.#alignment = new Alignment(lines);
    this.#rest = '';
    this.#element.replaceChildren();
  }

  get count(): LinuxCount {
    return this.#alignment.count;
  }

  /** A piece of the console. */
  append(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const fragment = document.createDocumentFragment();
    for (const line of lines) this.#line(fragment, line);
    const atEnd = this.#element.scrollTop + this.#element.clientHeight >= this.#element.scrollHeight - 40;
    this.#element.append(fragment);
    if (atEnd) this.#element.scrollTop = this.#element.scrollHeight;
  }

  #line(to: DocumentFragment, line: string): void {
    const text = withoutTimestamp(line);
    if (!isMemoryLine(text)) return this.#row(to, 'other', line, '');
    const { skipped, same } = this.#alignment.take(text);
    for (const model of skipped) this.#row(to, 'only-model', '', model);
    this.#row(to, same === null ? 'only-real' : 'same', line, same ?? '');
  }

  #row(to: DocumentFragment, kind: string, real: string, model: string): void {
    const row = document.createElement('div');
    row.className = kind;
    for (const text of [real, model]) {
      const cell = document.createElement('span');
      cell.textContent = text;
      row.append(cell);
    }
    to.append(row);
  }
}
