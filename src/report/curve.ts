// Predicted curves as one SVG file: threads against deferred init, a line a machine with its interval, and published points.
import * as Plot from '@observablehq/plot';
import { newDocument } from './document.ts';
import { plural } from '../lib/plural.ts';

/** One thread count of one machine. Times in milliseconds. */
export interface CurveRow {
  readonly machine: string;
  readonly threads: number;
  readonly ms: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** Measured by somebody, where it was. */
  readonly publishedMs: number | null;
}

const WIDTH = 960;
const HEIGHT = 540;

/** An SVG document of its own: both axes logarithmic, so that ideal scaling is a straight line. Rows from 1 thread on. */
export function curveSvg(rows: readonly CurveRow[]): string {
  const drawn = rows.filter(({ threads }) => threads >= 1);
  const machines = [...new Set(drawn.map(({ machine }) => machine))];
  const published = drawn.filter((row) => row.publishedMs !== null);
  const labels = machines.flatMap((name) => drawn.filter(({ machine }) => machine === name).slice(-1));
  const stroke = machines.length > 1 ? 'machine' : 'black';
  const chart = Plot.plot({
    document: newDocument(),
    width: WIDTH,
    height: HEIGHT,
    marginRight: 150,
    marginLeft: 60,
    x: { type: 'log', label: 'threads for each node →', ticks: 6, tickFormat: 'd' },
    y: {
      type: 'log',
      label: '↑ deferred init of the slowest node, ms',
      grid: true,
      ticks: 6,
      tickFormat: 'd',
    },
    marks: [
      Plot.areaY(drawn, {
        x: 'threads',
        y1: 'lowMs',
        y2: 'highMs',
        z: 'machine',
        fill: stroke,
        fillOpacity: 0.15,
      }),
      Plot.line(drawn, { x: 'threads', y: 'ms', z: 'machine', stroke }),
      Plot.dot(published, {
        x: 'threads',
        y: 'publishedMs',
        symbol: 'diamond',
        stroke,
        fill: 'white',
        title: (row: CurveRow) =>
          `${row.machine}, ${plural(row.threads, 'thread')}: ${row.publishedMs} ms (published)`,
      }),
      Plot.text(labels, { x: 'threads', y: 'ms', text: 'machine', textAnchor: 'start', dx: 8, fontSize: 11 }),
      Plot.text(['line: model with its 90 % interval; diamonds: published'], {
        frameAnchor: 'top-right',
        fontSize: 11,
      }),
    ],
  });
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${chart.outerHTML}\n`;
}
