// Threads against time as SVG: the model's curve with its interval, and points that were published or measured.
import * as Plot from '@observablehq/plot';
import { chartMarkup } from './axis.ts';
import { el } from './svg.ts';
import { plural } from '../lib/plural.ts';

/** Where a point comes from; each has its own symbol. */
export type PointSource = 'model' | 'measured' | 'emulated' | 'published';

/** One figure: with `threads` threads a node, deferred init of the slowest node took `ms`. */
export interface CurvePoint {
  readonly threads: number;
  readonly ms: number;
  readonly source: PointSource;
  /** Which run, where several are drawn. */
  readonly run: string;
  /** An interval around `ms`, where the source gives one. */
  readonly lowMs?: number;
  readonly highMs?: number;
}

export interface ChartOptions {
  readonly document: Document;
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
  /** A number of threads to mark with a line. */
  readonly mark?: number;
}

const SYMBOLS: Readonly<Record<PointSource, Plot.ChannelValue & string>> = {
  model: 'circle',
  measured: 'square',
  emulated: 'triangle',
  published: 'diamond',
};

/** So few threads are labelled one by one: there is no half thread. */
const FEW = 10;

/** The chart; '' without points. */
export function threadsChart(points: readonly CurvePoint[], options: ChartOptions): string {
  if (points.length === 0) return '';
  const drawn = points.filter((point) => point.threads > 0);
  const lines = drawn.filter((point) => point.source !== 'published');
  const banded = drawn.filter((point) => point.lowMs !== undefined && point.highMs !== undefined);
  const most = Math.max(...drawn.map((p) => p.threads), 1);
  const chart = Plot.plot({
    document: options.document,
    width: options.width ?? 1180,
    height: options.height ?? 320,
    marginLeft: 112,
    marginRight: 24,
    marginBottom: 44,
    x: {
      label: 'threads for each node →',
      domain: [0, most],
      ...(most <= FEW && { ticks: most }),
      tickFormat: 'd',
    },
    y: { label: '↑ ms until the slowest node is done', grid: true, zero: true },
    style: { fontSize: '11px' },
    marks: [
      ...(options.mark === undefined ? [] : [Plot.ruleX([options.mark], { strokeDasharray: '4 3' })]),
      Plot.areaY(
        banded.filter((p) => p.source === 'model'),
        {
          x: 'threads',
          y1: (p: CurvePoint) => p.lowMs ?? p.ms,
          y2: (p: CurvePoint) => p.highMs ?? p.ms,
          z: 'run',
          fill: 'currentColor',
          fillOpacity: 0.12,
        },
      ),
      Plot.line(lines, {
        x: 'threads',
        y: 'ms',
        z: (p: CurvePoint) => `${p.run} ${p.source}`,
        stroke: 'currentColor',
        strokeOpacity: 0.6,
      }),
      Plot.link(
        banded.filter((p) => p.source !== 'model'),
        {
          x: 'threads',
          y1: (p: CurvePoint) => p.lowMs ?? p.ms,
          y2: (p: CurvePoint) => p.highMs ?? p.ms,
          stroke: 'currentColor',
        },
      ),
      Plot.dot(drawn, {
        x: 'threads',
        y: 'ms',
        symbol: (p: CurvePoint) => SYMBOLS[p.source],
        fill: (p: CurvePoint) => (p.source === 'published' ? 'white' : 'currentColor'),
        stroke: 'currentColor',
        r: 4,
        title: pointTitle,
      }),
    ],
  });
  return el('div', { class: 'chart', role: 'img', 'aria-label': options.label }, chartMarkup(chart));
}

function pointTitle(point: CurvePoint): string {
  const interval =
    point.lowMs === undefined || point.highMs === undefined
      ? ''
      : `, ${point.lowMs.toFixed(1)} to ${point.highMs.toFixed(1)}`;
  const threads = plural(point.threads, 'thread');
  return `${point.run}: ${threads} a node, ${point.ms.toFixed(1)} ms${interval} (${point.source})`;
}
