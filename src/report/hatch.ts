// Hatching as a few dashed strokes: vector lines on screen and on paper. SVG's own patterns are made into bitmaps when a page is printed:
// a report of 200 KiB became 28 MB of PDF.
import { el } from './svg.ts';

/** Strokes of one kind. A hatch of none is plain. */
export type HatchLayer =
  /** Upright bars that lean by `lean` degrees; `dash` is how wide each is and how far apart, as stroke-dasharray has it. */
  | { readonly kind: 'bars'; readonly lean: number; readonly dash: string }
  /** Level lines `every` units, of `width`; in dashes or, where `round`, in dots. */
  | {
      readonly kind: 'lines';
      readonly every: number;
      readonly width: number;
      readonly dash?: string;
      readonly round?: boolean;
    };

export type Hatch = readonly HatchLayer[];

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Strokes of `colour` that cover `box`, and stick out of it at the sides where they lean: the caller clips them. */
export function hatchMarkup(hatch: Hatch, colour: string, box: Box): string {
  const stroke = { stroke: colour, fill: 'none' };
  return hatch
    .map((layer) =>
      layer.kind === 'bars'
        ? el('path', { ...stroke, ...barsOf(layer.lean, layer.dash, box) })
        : el('path', {
            ...stroke,
            d: levels(layer.every, box),
            'stroke-width': layer.width,
            'stroke-dasharray': layer.dash,
            'stroke-linecap': layer.round === true ? 'round' : undefined,
          }),
    )
    .join('');
}

/** One dashed stroke as thick as the box is high: its dashes are the bars. */
function barsOf(lean: number, dash: string, box: Box): Readonly<Record<string, string | number | undefined>> {
  const middle = box.y + box.height / 2;
  const slope = Math.tan((lean * Math.PI) / 180);
  const reach = (Math.abs(slope) * box.height) / 2;
  return {
    d: `M${round(box.x - reach)} ${round(middle)}H${round(box.x + box.width + reach)}`,
    'stroke-width': box.height,
    'stroke-dasharray': dash,
    transform: lean === 0 ? undefined : `matrix(1 0 ${-round(slope)} 1 ${round(slope * middle)} 0)`,
  };
}

function levels(every: number, { x, y, width, height }: Box): string {
  const count = Math.max(1, Math.floor(height / every));
  const first = y + (height - (count - 1) * every) / 2;
  return Array.from(
    { length: count },
    (_, i) => `M${round(x)} ${round(first + i * every)}h${round(width)}`,
  ).join('');
}

/** Coordinates need no more than two decimals; the slope of a lean three. */
const round = (value: number): number => Math.round(value * 1000) / 1000;
