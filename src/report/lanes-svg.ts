// CPUs over time as SVG: a lane for each CPU, a bar for each chunk; a lane for each node where there are too many CPUs.
import type { RunRecord } from '../init/record.ts';
import { hex } from '../lib/units.ts';
import { timeAxis, AXIS_HEIGHT } from './axis.ts';
import type { CpuLane, LaneChunk, Lanes, NodeLane } from './lanes.ts';
import { nodeLook } from './looks.ts';
import { el, escapeText, textEl } from './svg.ts';
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
    ? nodeLanesMarkup(lanes.nodes, scale, lanes, durationNs)
    : cpuLanesMarkup(lanes.cpus, scale, lanes.startNs, options.source);
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

function cpuLanesMarkup(cpus: readonly CpuLane[], scale: Scale, startNs: number, source: string) {
  const high = laneHeight(cpus.length);
  // labels need 11 units: not every lane has room for its own
  const every = Math.ceil(11 / high);
  let y = 0;
  let node: number | null = null;
  let position = 0;
  const parts: string[] = [];
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
    parts.push(...lane.chunks.map((item, i) => chunkMarkup(item, i, scale, startNs, y, high - 1, source)));
    y += high;
    position += 1;
  }
  return { markup: parts.join(''), height: y + 4 };
}

function chunkMarkup(
  { chunk, job }: LaneChunk,
  position: number,
  scale: Scale,
  startNs: number,
  y: number,
  height: number,
  source: string,
): string {
  const { id, ink } = nodeLook(job.node);
  const title =
    `CPU ${chunk.cpu}, its chunk ${position + 1}: page frames ${hex(chunk.start)}-${hex(chunk.end - 1)} ` +
    `(${countText(chunk.end - chunk.start)}) of node ${job.node}, zone ${job.zone}\n` +
    `${msText(chunk.startNs - startNs)} to ${msText(chunk.endNs - startNs)} ms, ` +
    `${msText(chunk.endNs - chunk.startNs)} ms long (${source})`;
  const x = scale(chunk.startNs);
  return el(
    'rect',
    {
      x,
      y,
      width: Math.max(scale(chunk.endNs) - x, 0.5),
      height,
      fill: `url(#${id})`,
      stroke: ink,
      'stroke-width': 0.6,
    },
    `<title>${escapeText(title)}</title>`,
  );
}

function nodeLanesMarkup(nodes: readonly NodeLane[], scale: Scale, lanes: Lanes, durationNs: number) {
  const parts: string[] = [];
  let y = 4;
  for (const lane of nodes) {
    const { id, ink } = nodeLook(lane.node);
    const step = (lanes.endNs - lanes.startNs) / lane.busy.length;
    const about =
      `node ${lane.node}: ${plural(lane.cpus.length, 'CPU')} (${rangesText(lane.cpus)}) ` +
      `initialised ${plural(lane.chunks, 'chunk')}`;
    const base = y + NODE_LANE - 3;
    const high = NODE_LANE - 5;
    const points = lane.busy.map((share, i) => {
      const from = scale(lanes.startNs + i * step);
      const to = scale(lanes.startNs + (i + 1) * step);
      const top = (base - share * high).toFixed(1);
      return `${from.toFixed(1)} ${top}L${to.toFixed(1)} ${top}`;
    });
    const right = scale(lanes.startNs + Math.min(lanes.endNs - lanes.startNs, durationNs)).toFixed(1);
    parts.push(
      textEl('text', `node ${lane.node}`, { x: LEFT - 6, y: base - 4, 'text-anchor': 'end', class: 'name' }),
      el(
        'path',
        {
          d: `M${LEFT} ${base}L${points.join('L')}L${right} ${base}Z`,
          fill: `url(#${id})`,
          stroke: ink,
          'stroke-width': 0.6,
        },
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
