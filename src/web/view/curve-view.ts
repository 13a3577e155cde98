// Threads against time, and the cap that one can move. Points come in one after another from a worker of their own.
import { threadsChart, type CurvePoint } from '../../report/threads-chart.ts';
import { byId, setMarkup } from './dom.ts';
import { plural } from '../../lib/plural.ts';

const DRAW_AFTER_MS = 120;
/** A chart has numbers at its side. */
const LEAST_WIDTH = 320;

export class CurveView {
  readonly #chart = byId('curve', HTMLElement);
  readonly #status = byId('curve-status', HTMLElement);
  readonly #cap = byId('cap', HTMLInputElement);
  readonly #value = byId('cap-value', HTMLOutputElement);
  #points: readonly CurvePoint[] = [];
  #timer = 0;

  /** `onCap` is called when the user lets the slider go; null for no cap. */
  constructor(onCap: (cap: number | null) => void) {
    this.#cap.addEventListener('input', () => this.#moved());
    this.#cap.addEventListener('change', () => onCap(Number(this.#cap.value)));
    byId('cap-free', HTMLButtonElement).addEventListener('click', () => onCap(null));
  }

  /** A new machine: `most` CPUs of a node, `used` threads in the run that is shown. */
  reset(most: number, used: number): void {
    this.#cap.max = String(Math.max(most, 1));
    this.setCap(used);
    this.#points = [];
    this.#status.textContent =
      most > 1 ? 'Computing the curve …' : 'One CPU a node: there is nothing to share out.';
    this.#draw();
  }

  setCap(used: number): void {
    this.#cap.value = String(Math.max(used, 1));
    this.#moved();
  }

  add(points: readonly CurvePoint[], done: boolean): void {
    this.#points = [...this.#points, ...points].sort((a, b) => a.threads - b.threads);
    if (done) this.#status.textContent = this.#sentence();
    this.#drawSoon();
  }

  fail(message: string): void {
    this.#status.textContent = message;
  }

  #moved(): void {
    const cap = Number(this.#cap.value);
    const point = this.#points.find((p) => p.threads === cap && p.source === 'model');
    const time = point ? `, ${point.ms.toFixed(1)} ms (${point.source})` : '';
    this.#value.textContent = `${plural(cap, 'thread')}${time}`;
    this.#drawSoon();
  }

  #sentence(): string {
    const model = this.#points.filter((p) => p.source === 'model');
    const one = model.find((p) => p.threads === 1);
    const best = model.reduce<CurvePoint | undefined>((a, b) => (a && a.ms <= b.ms ? a : b), undefined);
    if (!one || !best) return 'Nothing is deferred on this machine: threads make no difference.';
    const published = model.length < this.#points.length ? ' Diamonds: published measurements.' : '';
    return (
      `One thread a node: ${one.ms.toFixed(1)} ms; best with ${best.threads}: ${best.ms.toFixed(1)} ms ` +
      `(${best.source}), ${(one.ms / Math.max(best.ms, 1e-9)).toFixed(1)} times as fast.${published}`
    );
  }

  #drawSoon(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#draw(), DRAW_AFTER_MS);
  }

  #draw(): void {
    const mark = Number(this.#cap.value);
    const width = Math.max(LEAST_WIDTH, this.#chart.clientWidth);
    const label = 'Threads against time';
    setMarkup(this.#chart, threadsChart(this.#points, { document, label, width, height: 260, mark }));
  }
}
