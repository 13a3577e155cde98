// What moves: the memory that is filled in so far, and the CPUs' lanes. Drawn on canvases, so that thousands of chunks do.
import { pfnPhys } from '../../lib/units.ts';
import type { Work } from '../../report/work.ts';
import type { Lanes } from '../../report/lanes.ts';
import { nodeLook } from '../../report/looks.ts';
import type { StripScale } from '../../report/strip-scale.ts';
import { plural } from '../../lib/plural.ts';

/** Colours that follow the theme. */
export interface Ink {
  readonly text: string;
  readonly line: string;
}

/** A canvas of `width` × `height` CSS pixels, sharp on any screen; cleared. */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  context?.scale(ratio, ratio);
  return context;
}

/** The part of a chunk that is done at `nowNs`. */
function shareDone(chunk: { readonly startNs: number; readonly endNs: number }, nowNs: number): number {
  if (nowNs >= chunk.endNs) return 1;
  return nowNs <= chunk.startNs ? 0 : (nowNs - chunk.startNs) / (chunk.endNs - chunk.startNs);
}

/** Chunks narrower than this have no edges: they would be all that one sees. */
const LEAST_EDGED = 5;

/** Each chunk from its start to how far it is. `scale` is in the strip's units. */
export function paintFill(
  context: CanvasRenderingContext2D,
  jobs: readonly Work[],
  scale: StripScale,
  nowNs: number,
  size: { readonly width: number; readonly height: number },
  ink: Ink,
): void {
  const factor = size.width / scale.width;
  for (const job of jobs) {
    const look = nodeLook(job.node);
    for (const chunk of job.chunks) {
      const share = shareDone(chunk, nowNs);
      if (share === 0) continue;
      const from = scale.x(pfnPhys(chunk.start)) * factor;
      const to = scale.x(pfnPhys(chunk.start + (chunk.end - chunk.start) * share)) * factor;
      context.fillStyle = look.ground;
      context.fillRect(from, 0, Math.max(to - from, 0.5), size.height);
      // a running chunk has an edge, so that it is seen without colour
      context.fillStyle = look.ink;
      if (scale.x(pfnPhys(chunk.end)) * factor - from < LEAST_EDGED) continue;
      if (share < 1) context.fillRect(to - 1, 0, 2, size.height);
      else context.fillRect(to - 0.5, size.height * 0.75, 0.7, size.height * 0.25);
    }
  }
  context.strokeStyle = ink.line;
  context.strokeRect(0.5, 0.5, size.width - 1, size.height - 1);
}

export const LANES_LEFT = 112;
const NODE_LANE = 20;

/** Height of all lanes in CSS pixels. */
export function lanesHeight(lanes: Lanes): number {
  if (lanes.nodes) return lanes.nodes.length * NODE_LANE + 8;
  return lanes.cpus.length * laneHeight(lanes.cpus.length) + 8;
}

function laneHeight(count: number): number {
  if (count <= 16) return 18;
  return count <= 52 ? 11 : 7;
}

/** The lanes up to `nowNs`, with a line at that moment. */
export function paintLanes(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  nowNs: number,
  width: number,
  ink: Ink,
): void {
  const inner = width - LANES_LEFT - 8;
  const duration = Math.max(lanes.endNs - lanes.startNs, 1);
  const x = (ns: number): number => LANES_LEFT + ((ns - lanes.startNs) / duration) * inner;
  context.font = '11px system-ui, sans-serif';
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  if (lanes.nodes) paintNodeLanes(context, lanes, nowNs, x, ink);
  else paintCpuLanes(context, lanes, nowNs, x, ink);
  context.fillStyle = ink.text;
  context.fillRect(x(Math.min(Math.max(nowNs, lanes.startNs), lanes.endNs)), 0, 1, lanesHeight(lanes));
}

type Place = (ns: number) => number;

function paintCpuLanes(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  nowNs: number,
  x: Place,
  ink: Ink,
): void {
  const high = laneHeight(lanes.cpus.length);
  const every = Math.ceil(12 / high);
  lanes.cpus.forEach((lane, i) => {
    const y = 4 + i * high;
    if (i % every === 0) {
      context.fillStyle = ink.text;
      context.fillText(`node ${lane.node}, CPU ${lane.cpu}`, LANES_LEFT - 6, y + high / 2);
    }
    for (const { chunk, job } of lane.chunks) {
      if (chunk.startNs >= nowNs) break;
      const look = nodeLook(job.node);
      const from = x(chunk.startNs);
      const to = x(Math.min(chunk.endNs, nowNs));
      context.fillStyle = look.ground;
      context.fillRect(from, y, Math.max(to - from, 0.5), high - 1);
      context.fillStyle = look.ink;
      context.fillRect(from, y, 1, high - 1);
    }
  });
}

function paintNodeLanes(
  context: CanvasRenderingContext2D,
  lanes: Lanes,
  nowNs: number,
  x: Place,
  ink: Ink,
): void {
  (lanes.nodes ?? []).forEach((lane, i) => {
    const base = 4 + (i + 1) * NODE_LANE - 2;
    const look = nodeLook(lane.node);
    const step = (lanes.endNs - lanes.startNs) / lane.busy.length;
    context.fillStyle = ink.text;
    context.fillText(
      `node ${lane.node}, ${plural(lane.cpus.length, 'CPU')}`,
      LANES_LEFT - 6,
      base - NODE_LANE / 2 + 2,
    );
    lane.busy.forEach((share, bin) => {
      const from = lanes.startNs + bin * step;
      if (from >= nowNs) return;
      const left = x(from);
      const high = share * (NODE_LANE - 4);
      context.fillStyle = look.ground;
      context.fillRect(left, base - high, x(Math.min(from + step, nowNs)) - left, high);
      context.fillStyle = look.ink;
      context.fillRect(left, base - high, x(Math.min(from + step, nowNs)) - left, 1);
    });
  });
}
