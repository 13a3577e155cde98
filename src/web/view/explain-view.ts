// The map, and what lies at the place that is picked in it or typed: an address, an owner, a function.
import { explainAddress } from '../../ask/explain/explain.ts';
import { explanationText } from '../../ask/explain/text.ts';
import { explainableNames, explainTyped, typedText } from '../../ask/explain/typed.ts';
import type { RunRecord } from '../../init/record.ts';
import { InputError } from '../../lib/input-error.ts';
import { hex } from '../../lib/units.ts';
import type { StripScale } from '../../report/strip-scale.ts';
import { byId } from './dom.ts';
import { StripView } from './strip-view.ts';

export class ExplainView {
  readonly #strip: StripView;
  readonly #typed = byId('address', HTMLInputElement);
  readonly #names = byId('names', HTMLDataListElement);
  readonly #output = byId('explanation', HTMLElement);
  #record: RunRecord | null = null;

  constructor() {
    this.#strip = new StripView(byId('strip', HTMLElement), (address) => {
      this.#typed.value = hex(address);
      if (this.#record)
        this.#output.textContent = explanationText(this.#record, explainAddress(this.#record, address));
    });
    byId('explain-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#explain();
    });
  }

  get scale(): StripScale | null {
    return this.#strip.scale;
  }

  show(record: RunRecord): void {
    this.#record = record;
    this.#strip.show(record);
    this.#names.replaceChildren(...explainableNames(record).map((name) => new Option(name)));
    this.#explain();
  }

  #explain(): void {
    if (!this.#record) return;
    try {
      const typed = explainTyped(this.#record, this.#typed.value);
      this.#strip.mark(typed.address);
      this.#output.textContent = typedText(this.#record, typed);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.#output.textContent = `“Explain” ${error.message}`;
    }
  }
}
