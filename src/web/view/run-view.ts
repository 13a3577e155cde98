// One run on the page: sentences, map, lanes, figures; and virtual time, which one plays, pauses and steps through.
import { FIGURE_SOURCE, type RunRecord } from '../../init/record.ts';
import { factsOf, type Facts } from '../../report/facts.ts';
import { lanesOf, type Lanes } from '../../report/lanes.ts';
import type { CurvePoint } from '../../report/threads-chart.ts';
import { countText, plural } from '../../lib/plural.ts';
import { msText } from '../../report/text.ts';
import { workOf, type Work } from '../../report/work.ts';
import { Player } from '../player.ts';
import { byId } from './dom.ts';
import { showFigures, showSentences } from './figures-view.ts';
import type { LogView } from './log-view.ts';
import { lanesHeight, paintFill, paintLanes, prepare, type Ink } from './paint.ts';
import { ExplainView } from './explain-view.ts';
import { CELLS_LEFT, CELLS_WIDTH } from './strip-view.ts';

/** How long a run plays at speed 1. */
const PLAY_MS = 6000;
const FILL_HEIGHT = 26;
const SLIDER_STEPS = 1000;
/** Screen readers and eyes need no more than a few new sentences a second. */
const SAY_EVERY_MS = 250;

interface Shown {
  readonly record: RunRecord;
  readonly facts: Facts;
  readonly lanes: Lanes;
  readonly work: readonly Work[];
  readonly player: Player;
}

export class RunView {
  readonly #explain = new ExplainView();
  readonly #log: LogView;
  readonly #play = byId('play', HTMLButtonElement);
  readonly #time = byId('time', HTMLInputElement);
  readonly #speed = byId('speed', HTMLSelectElement);
  readonly #clock = byId('clock', HTMLOutputElement);
  readonly #progress = byId('progress', HTMLElement);
  #shown: Shown | null = null;
  #lastFrame = 0;
  #lastSaid = 0;

  constructor(log: LogView) {
    this.#log = log;
    this.#play.addEventListener('click', () => this.#toggle());
    byId('step', HTMLButtonElement).addEventListener('click', () => this.#move((player) => player.step(1)));
    byId('back', HTMLButtonElement).addEventListener('click', () => this.#move((player) => player.step(-1)));
    this.#time.addEventListener('input', () =>
      this.#move((player) => player.seek((Number(this.#time.value) / SLIDER_STEPS) * player.durationNs)),
    );
    this.#speed.addEventListener('change', () =>
      this.#move((player) => (player.speed = Number(this.#speed.value))),
    );
    window.addEventListener('resize', () => this.repaint());
    // paper has colours of its own
    window.matchMedia('print').addEventListener('change', () => this.repaint());
  }

  /** Shows a run from its start; plays it where the user has not asked for less motion. */
  show(record: RunRecord): void {
    const facts = factsOf(record);
    const lanes = lanesOf(record);
    const events = lanes.cpus.flatMap((lane) =>
      lane.chunks.flatMap(({ chunk }) => [chunk.startNs - lanes.startNs, chunk.endNs - lanes.startNs]),
    );
    const player = new Player(lanes.endNs - lanes.startNs, events, PLAY_MS);
    player.speed = Number(this.#speed.value);
    this.#shown = { record, facts, lanes, work: workOf(record), player };
    byId('result', HTMLElement).hidden = false;
    this.#explain.show(record);
    showFigures(record, facts, lanes, this.#log);
    showSentences(record, facts, null);
    if (!window.matchMedia('(prefers-reduced-motion: reduce)').matches) player.play();
    else player.seek(player.durationNs);
    this.repaint();
    this.#schedule();
  }

  /** The curve's figure for one thread a node has come. */
  tellAlone(alone: CurvePoint): void {
    if (this.#shown) showSentences(this.#shown.record, this.#shown.facts, alone);
  }

  #toggle(): void {
    this.#move((player) => (player.playing ? player.pause() : player.play()));
  }

  #move(change: (player: Player) => void): void {
    if (!this.#shown) return;
    change(this.#shown.player);
    this.repaint();
    this.#schedule();
  }

  #schedule(): void {
    this.#lastFrame = 0;
    requestAnimationFrame((now) => this.#frame(now));
  }

  #frame(now: number): void {
    const player = this.#shown?.player;
    if (!player?.playing) return;
    if (this.#lastFrame > 0) player.tick(now - this.#lastFrame);
    this.#lastFrame = now;
    this.repaint();
    requestAnimationFrame((next) => this.#frame(next));
  }

  /** Draws everything that depends on virtual now. */
  repaint(): void {
    if (!this.#shown) return;
    const { record, lanes, player } = this.#shown;
    const atEnd = player.nowNs >= player.durationNs;
    const nowNs = lanes.startNs + player.nowNs;
    this.#play.textContent = player.playing ? 'Pause' : 'Play';
    this.#play.setAttribute('aria-pressed', String(player.playing));
    this.#time.value = String(
      player.durationNs > 0 ? (player.nowNs / player.durationNs) * SLIDER_STEPS : SLIDER_STEPS,
    );
    const source = FIGURE_SOURCE[record.cpus];
    this.#clock.textContent = `${msText(player.nowNs)} of ${msText(player.durationNs)} ms (${source})`;
    this.#time.setAttribute('aria-valuetext', this.#clock.textContent);
    // the log ends with lines that come after the last chunk
    this.#log.showUntil(atEnd ? Infinity : nowNs);
    const now = performance.now();
    if (atEnd || !player.playing || now - this.#lastSaid > SAY_EVERY_MS) this.#say(nowNs, now);
    this.#paint(nowNs);
  }

  #say(nowNs: number, now: number): void {
    if (!this.#shown) return;
    this.#lastSaid = now;
    const { facts, lanes } = this.#shown;
    let done = 0;
    let busy = 0;
    for (const lane of lanes.cpus) {
      for (const { chunk } of lane.chunks) {
        if (chunk.endNs <= nowNs) done += 1;
        else if (chunk.startNs < nowNs) busy += 1;
      }
    }
    this.#progress.textContent =
      facts.slowest === null
        ? 'Nothing was deferred.'
        : `${countText(done)} of ${plural(facts.chunks + facts.serial, 'chunk')} done, ${plural(busy, 'CPU')} busy.`;
    byId('lanes', HTMLCanvasElement).setAttribute(
      'aria-label',
      `CPUs over time: ${this.#progress.textContent}`,
    );
  }

  #paint(nowNs: number): void {
    if (!this.#shown || !this.#explain.scale) return;
    const { work, lanes } = this.#shown;
    const style = getComputedStyle(document.documentElement);
    const ink: Ink = { text: style.getPropertyValue('--ink'), line: style.getPropertyValue('--soft') };
    const fill = byId('fill', HTMLCanvasElement);
    const width = byId('strip', HTMLElement).clientWidth * CELLS_WIDTH;
    fill.style.left = `${CELLS_LEFT * 100}%`;
    fill.style.width = `${CELLS_WIDTH * 100}%`;
    const context = prepare(fill, width, FILL_HEIGHT);
    if (context) paintFill(context, work, this.#explain.scale, nowNs, { width, height: FILL_HEIGHT }, ink);
    const canvas = byId('lanes', HTMLCanvasElement);
    canvas.hidden = lanes.cpus.length === 0;
    if (canvas.hidden) return;
    const lane = prepare(canvas, canvas.clientWidth, lanesHeight(lanes));
    if (lane) paintLanes(lane, lanes, nowNs, canvas.clientWidth, ink);
  }
}
