// The kernel log: lines are added as they come, memory lines marked, lines later than virtual now hidden.
import { formatLogLine, type LogLine } from '../../kernel/printk.ts';
import { isMemoryLine } from '../../kernels/memory_lines.ts';

/** More lines than this are not shown: a browser gets slow. */
const MOST_LINES = 20_000;

export class LogView {
  readonly #element: HTMLElement;
  readonly #spans: { readonly timeNs: number; readonly span: HTMLSpanElement }[] = [];
  #shown = 0;
  #count = 0;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Lines received, shown or not. */
  get count(): number {
    return this.#count;
  }

  get leftOut(): number {
    return Math.max(0, this.#count - MOST_LINES);
  }

  clear(): void {
    this.#element.replaceChildren();
    this.#spans.length = 0;
    this.#shown = 0;
    this.#count = 0;
  }

  append(lines: readonly LogLine[]): void {
    const fragment = document.createDocumentFragment();
    for (const line of lines) {
      this.#count += 1;
      if (this.#count > MOST_LINES) continue;
      const span = document.createElement('span');
      span.textContent = formatLogLine(line);
      if (isMemoryLine(line.text)) span.className = 'memory';
      fragment.append(span);
      this.#spans.push({ timeNs: line.timeNs, span });
      this.#shown += 1;
    }
    this.#element.append(fragment);
  }

  /** Shows what was printed up to `nowNs`, and keeps its end in view where it was. */
  showUntil(nowNs: number): void {
    const before = this.#shown;
    while (this.#shown > 0 && (this.#spans[this.#shown - 1]?.timeNs ?? 0) > nowNs) {
      this.#shown -= 1;
      this.#spans[this.#shown]?.span.classList.add('later');
    }
    while (this.#shown < this.#spans.length && (this.#spans[this.#shown]?.timeNs ?? 0) <= nowNs) {
      this.#spans[this.#shown]?.span.classList.remove('later');
      this.#shown += 1;
    }
    if (this.#shown > before) this.#element.scrollTop = this.#element.scrollHeight;
  }
}
