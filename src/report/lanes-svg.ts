// CPUs over time as SVG: a lane for each CPU, a bar for each chunk; a lane for each node where there are too many CPUs.
import type { RunRecord } from '../init/record.ts';
import { hex, type Nid } from '../lib/units.ts';
import type { Box } from './hatch.ts';
import { timeAxis, AXIS_HEIGHT } from './axis.ts';
import type { CpuLane, LaneChunk, Lanes, NodeLane } from './lanes.ts';
import { filled, nodeLook, shapeId } from './looks.ts';
import { el, escapeText, rectPath, textEl } from './svg.ts';
import { countText, plural } from '../lib/plural.ts';
import { msText, rangesText } from './text.ts';

const WIDTH = 1180;
const LEFT = 112;
const RIGHT = 14;
const INNER = WIDTH - LEFT - RIGHT;
const NODE_GAP = 18;
const NODE_LANE = 22;
const MAX_LABELLED = 24;

export interface LanesOptions {
  readonly document: Document;
  readonly label: string;
  /** Begins every id of the picture: no other of the document may have it. */
  readonly id: string;
  /** `model`, `measured` or `emulated`: stands beside every time. */
  readonly source: string;
  /** The common end of the time axis; by default the run's own. */
  readonly durationNs?: number;
}

/** Lane height for a number of CPUs. */
function laneHeight(count: number): number {
  if (count <= 16) return 20;
  return count <= MAX_LABELLED * 2 ? 13 : 9;
}

/** The picture, or '' where nothing was deferred. */
export function lanesSvg(lanes: Lanes, options: LanesOptions): string {
  if (lanes.cpus.length === 0) return '';
  const durationNs = options.durationNs ?? lanes.endNs - lanes.startNs;
  const scale = (ns: number): number => LEFT + ((ns - lanes.startNs) / Math.max(durationNs, 1)) * INNER;
  const body = lanes.nodes
    ? nodeLanesMarkup(lanes.nodes, scale, lanes, durationNs, options.id)
    : cpuLanesMarkup(lanes.cpus, scale, lanes.startNs, options);
  const axis = timeAxis({
    document: options.document,
    width: WIDTH,
    left: LEFT,
    right: RIGHT,
    gridHeight: body.height,
    endMs: durationNs / 1e6,
    label: `ms since the first chunk began (${options.source}) →`,
  });
  return el(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${body.height + AXIS_HEIGHT}`,
      role: 'img',
      'aria-label': options.label,
      class: 'lanes',
      'font-size': 11,
    },
    axis,
    body.markup,
  );
}

type Scale = (ns: number) => number;

function cpuLanesMarkup(
  cpus: readonly CpuLane[],
  scale: Scale,
  startNs: number,
  { source, id }: LanesOptions,
) {
  const high = laneHeight(cpus.length);
  // labels need 11 units: not every lane has room for its own
  const every = Math.ceil(11 / high);
  let y = 0;
  let node: number | null = null;
  let position = 0;
  const parts: string[] = [];
  // one shape for each node's chunks: hundreds of hatched bars would be too much for paper
  const shapes = new Map<Nid, { d: string; readonly top: number; bottom: number }>();
  for (const lane of cpus) {
    if (lane.node !== node) {
      node = lane.node;
      position = 0;
      parts.push(textEl('text', `CPUs of node ${node}`, { x: LEFT, y: y + NODE_GAP - 5, class: 'group' }));
      y += NODE_GAP;
    }
    if (position % every === 0) {
      const at = { x: LEFT - 6, y: y + high / 2 + 4, 'text-anchor': 'end', class: 'name' };
      parts.push(textEl('text', `CPU ${lane.cpu}`, at));
    }
    lane.chunks.forEach((item, i) => {
      const { node: nid } = item.job;
      const box = barOf(item, scale, y, high - 1);
      const shape = shapes.get(nid) ?? { d: '', top: y, bottom: y };
      shape.d += rectPath(box.x, box.y, box.width, box.height);
      shape.bottom = y + high;
      shapes.set(nid, shape);
      parts.push(chunkMarkup(item, i, box, startNs, source));
    });
    y += high;
    position += 1;
  }
  const grounds = [...shapes].map(([nid, { d, top, bottom }]) =>
    filled(nodeLook(nid), d, { x: LEFT, y: top, width: INNER, height: bottom - top }, `${id}-${nid}`),
  );
  return { markup: [...grounds, ...parts].join(''), height: y + 4 };
}

function barOf({ chunk }: LaneChunk, scale: Scale, y: number, height: number): Box {
  const x = scale(chunk.startNs);
  return { x, y, width: Math.max(scale(chunk.endNs) - x, 0.5), height };
}

function chunkMarkup(
  { chunk, job }: LaneChunk,
  position: number,
  { x, y, width, height }: Box,
  startNs: number,
  source: string,
): string {
  const title =
    `CPU ${chunk.cpu}, its chunk ${position + 1}: page frames ${hex(chunk.start)}-${hex(chunk.end - 1)} ` +
    `(${countText(chunk.end - chunk.start)}) of node ${job.node}, zone ${job.zone}\n` +
    `${msText(chunk.startNs - startNs)} to ${msText(chunk.endNs - startNs)} ms, ` +
    `${msText(chunk.endNs - chunk.startNs)} ms long (${source})`;
  return el(
    'rect',
    { x, y, width, height, class: 'box', stroke: nodeLook(job.node).ink },
    `<title>${escapeText(title)}</title>`,
  );
}

function nodeLanesMarkup(
  nodes: readonly NodeLane[],
  scale: Scale,
  lanes: Lanes,
  durationNs: number,
  id: string,
) {
  const parts: string[] = [];
  let y = 4;
  for (const lane of nodes) {
    const look = nodeLook(lane.node);
    const step = (lanes.endNs - lanes.startNs) / lane.busy.length;
    const about =
      `node ${lane.node}: ${plural(lane.cpus.length, 'CPU')} (${rangesText(lane.cpus)}) ` +
      `initialised ${plural(lane.chunks, 'chunk')}`;
    const base = y + NODE_LANE - 3;
    const high = NODE_LANE - 5;
    const right = scale(lanes.startNs + Math.min(lanes.endNs - lanes.startNs, durationNs));
    let d = `M${LEFT} ${base}`;
    let top = base;
    lane.busy.forEach((share, i) => {
      const next = Math.round(10 * (base - share * high)) / 10;
      if (next === top) return;
      d += `H${scale(lanes.startNs + i * step).toFixed(1)}V${next}`;
      top = next;
    });
    d += `H${right.toFixed(1)}V${base}Z`;
    const shape = `${id}-${lane.node}`;
    parts.push(
      textEl('text', `node ${lane.node}`, { x: LEFT - 6, y: base - 4, 'text-anchor': 'end', class: 'name' }),
      filled(look, d, { x: LEFT, y, width: INNER, height: NODE_LANE }, shape),
      el(
        'use',
        { href: `#${shapeId(shape)}`, class: 'box', stroke: look.ink },
        `<title>${escapeText(about)}</title>`,
      ),
    );
    y += NODE_LANE;
  }
  return { markup: parts.join(''), height: y };
}

/** What the lanes show, in a sentence; says so where CPUs are drawn together. */
export function lanesSentence(record: RunRecord, lanes: Lanes, source: string): string {
  const many = lanes.cpus.reduce((sum, lane) => sum + lane.chunks.length, 0);
  const shared = lanes.cpus.filter((lane) => lane.chunks.some(({ job }) => job.node !== lane.node)).length;
  const idle =
    lanes.idleCpus > 0
      ? ` ${plural(lanes.idleCpus, 'CPU')} of ${countText(record.onlineCpus)} got nothing to do.`
      : '';
  const mixed = shared > 0 ? ` ${plural(shared, 'CPU')} worked on another node’s memory.` : '';
  const drawn = lanes.nodes
    ? `${countText(lanes.cpus.length)} lanes would be too many: each line below is one node, its height the share of ` +
      'that node’s working CPUs that are busy at that moment.'
    : 'Each line below is one CPU, each bar one chunk of pages that it initialised; bars look alike where their memory is of one node.';
  return `${drawn} ${plural(many, 'chunk')} in all. Source of the times: ${source}.${idle}${mixed}`;
}
