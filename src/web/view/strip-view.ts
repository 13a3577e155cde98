// The strip that one can click and walk through: a place becomes an address.
import type { RunRecord } from '../../init/record.ts';
import { hex, type PhysAddr } from '../../lib/units.ts';
import { mapLegend } from '../../report/map-legend.ts';
import { mapRows } from '../../report/map-rows.ts';
import { stripScale, type StripScale } from '../../report/strip-scale.ts';
import { STRIP_INNER, STRIP_LEFT, STRIP_WIDTH, stripSvg } from '../../report/strip-svg.ts';
import { withTerms } from '../../report/terms.ts';
import { byId, setMarkup } from './dom.ts';

/** Share of the strip's width where its cells begin, and that they take. */
export const CELLS_LEFT = STRIP_LEFT / STRIP_WIDTH;
export const CELLS_WIDTH = STRIP_INNER / STRIP_WIDTH;

export class StripView {
  readonly #element: HTMLElement;
  readonly #onPick: (address: PhysAddr) => void;
  readonly #cursor = document.createElement('div');
  #scale: StripScale | null = null;
  /** Where the arrow keys stop: starts of cells. */
  #stops: readonly PhysAddr[] = [];
  #address: PhysAddr = 0;

  constructor(element: HTMLElement, onPick: (address: PhysAddr) => void) {
    this.#element = element;
    this.#onPick = onPick;
    this.#cursor.className = 'cursor';
    element.addEventListener('click', (event) => this.#click(event));
    element.addEventListener('keydown', (event) => this.#key(event));
  }

  get scale(): StripScale | null {
    return this.#scale;
  }

  show(record: RunRecord): void {
    const rows = mapRows(record);
    const scale = stripScale(rows, STRIP_INNER);
    this.#scale = scale;
    const starts = rows.flatMap((row) => row.cells.map((cell) => cell.start));
    this.#stops = [...new Set(starts)].sort((a, b) => a - b);
    setMarkup(
      this.#element,
      stripSvg(rows, { label: `Physical memory of ${record.machine}`, id: 'map', scale }),
    );
    this.#element.append(this.#cursor);
    setMarkup(byId('legend', HTMLElement), withTerms(mapLegend(rows)));
    this.mark(this.#address);
  }

  /** Puts the cursor there without telling. */
  mark(address: PhysAddr): void {
    this.#address = address;
    if (!this.#scale) return;
    const share = CELLS_LEFT + (this.#scale.x(address) / STRIP_INNER) * CELLS_WIDTH;
    this.#cursor.style.left = `${share * 100}%`;
    this.#element.setAttribute(
      'aria-valuenow',
      String(Math.round((this.#scale.x(address) / STRIP_INNER) * 100)),
    );
    this.#element.setAttribute('aria-valuetext', hex(address));
  }

  #pick(address: PhysAddr): void {
    this.mark(address);
    this.#onPick(address);
  }

  #click(event: MouseEvent): void {
    if (!this.#scale) return;
    const box = this.#element.getBoundingClientRect();
    const share = ((event.clientX - box.left) / box.width - CELLS_LEFT) / CELLS_WIDTH;
    if (share < 0 || share > 1) return;
    this.#pick(this.#scale.at(share * STRIP_INNER));
  }

  #key(event: KeyboardEvent): void {
    const next = this.#stopFor(event.key);
    if (next === undefined) return;
    event.preventDefault();
    this.#pick(next);
  }

  #stopFor(key: string): PhysAddr | undefined {
    const stops = this.#stops;
    if (key === 'ArrowRight' || key === 'ArrowUp') return stops.find((stop) => stop > this.#address);
    if (key === 'ArrowLeft' || key === 'ArrowDown') return stops.findLast((stop) => stop < this.#address);
    if (key === 'Home') return stops[0];
    return key === 'End' ? stops.at(-1) : undefined;
  }
}
