// The time axis under lanes, drawn by the chart library as a static piece of SVG.
import * as Plot from '@observablehq/plot';

export interface TimeAxisOptions {
  readonly document: Document;
  readonly width: number;
  readonly left: number;
  readonly right: number;
  /** Height of the grid lines above the axis. */
  readonly gridHeight: number;
  readonly endMs: number;
  readonly label: string;
}

export const AXIS_HEIGHT = 40;

/** An `<svg>` of `gridHeight` + AXIS_HEIGHT units, from 0 to `endMs`; inner width is width - left - right. */
export function timeAxis(options: TimeAxisOptions): string {
  const { document, width, left, right, gridHeight, endMs, label } = options;
  const chart = Plot.plot({
    document,
    width,
    height: gridHeight + AXIS_HEIGHT,
    marginLeft: left,
    marginRight: right,
    marginTop: 0,
    marginBottom: AXIS_HEIGHT,
    x: { domain: [0, Math.max(endMs, Number.EPSILON)], label },
    marks: [Plot.gridX({ ticks: 10 }), Plot.axisX({ ticks: 10, tickSize: 4 })],
    style: { fontSize: '11px' },
  });
  return chartMarkup(chart);
}

/** The chart as markup without its own style sheet, which a page that holds several would repeat. */
export function chartMarkup(chart: Element): string {
  for (const style of chart.querySelectorAll('style')) style.remove();
  chart.removeAttribute('class');
  chart.setAttribute('aria-hidden', 'true');
  return roundNumbers(chart.outerHTML);
}

/** Coordinates with two decimals are enough. */
function roundNumbers(markup: string): string {
  return markup.replace(/\d+\.\d{3,}/g, (text) => String(Math.round(Number(text) * 100) / 100));
}
