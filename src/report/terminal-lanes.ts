// The CPUs over time drawn with characters: a line for each CPU, or for each node where there are many.
import { FIGURE_SOURCE, type RunRecord } from '../init/record.ts';
import { lanesOf, type CpuLane, type Lanes, type NodeLane } from './lanes.ts';
import { wrapText } from '../text/wrap.ts';
import { axisLines, glyphText, type Glyph, type Ink, type TerminalOptions } from './terminal.ts';
import { plural } from '../lib/plural.ts';
import { durationText } from './text.ts';

const NAME_WIDTH = 16;
const LEAST_WIDTH = 20;
const MAX_CPU_LINES = 16;
const MAX_NODE_LINES = 32;
const LEVELS = ' ▁▂▃▄▅▆▇█';
const ASCII_LEVELS = ' .:-=+*%#';
const INKS: readonly Ink[] = ['blue', 'yellow', 'green', 'magenta', 'cyan', 'red'];

/** The lanes with their time axis; empty where no chunk was handed out. Lines without newline. */
export function laneLines(record: RunRecord, options: TerminalOptions): string[] {
  const lanes = lanesOf(record, MAX_CPU_LINES);
  if (lanes.cpus.length === 0) return [];
  const width = Math.max(options.columns - NAME_WIDTH, LEAST_WIDTH);
  const source = FIGURE_SOURCE[record.cpus];
  const duration = lanes.endNs - lanes.startNs;
  const body = lanes.nodes
    ? nodeLines(lanes.nodes, width, options)
    : lanes.cpus.map((lane) => cpuLine(lane, lanes, width, options));
  const labels = [
    { at: 0, text: '0' },
    { at: width - 1, text: `${durationText(duration)} (${source})` },
    { at: (width - 1) / 2, text: durationText(Math.round(duration / 2)) },
  ];
  const axis = axisLines(labels, width, options.ascii === true).map((line) => ' '.repeat(NAME_WIDTH) + line);
  return [...body, ...axis, ...wrapText(note(lanes), options.columns)];
}

function note(lanes: Lanes): string {
  if (!lanes.nodes) return 'a line: one CPU; a stretch of one shade: one chunk';
  return `a line: one node, ${plural(lanes.cpus.length, 'CPU')} in all; its height: the share of its CPUs that are busy`;
}

/** Chunks alternate between two shades, so that each can be told from the next. */
function cpuLine(lane: CpuLane, lanes: Lanes, width: number, options: TerminalOptions): string {
  const glyphs = new Array<Glyph>(width).fill({ char: ' ', ink: 'plain' });
  const duration = Math.max(lanes.endNs - lanes.startNs, 1);
  const column = (ns: number): number => ((ns - lanes.startNs) / duration) * width;
  const shades = options.ascii === true ? ['#', '='] : ['█', '▓'];
  lane.chunks.forEach(({ chunk, job }, i) => {
    const from = Math.min(Math.round(column(chunk.startNs)), width - 1);
    const to = Math.max(Math.round(column(chunk.endNs)), from + 1);
    const glyph = { char: shades[i % 2] ?? '#', ink: INKS[job.node % INKS.length] ?? 'plain' };
    for (let at = from; at < Math.min(to, width); at++) glyphs[at] = glyph;
  });
  return `node ${lane.node}, CPU ${lane.cpu}`.padEnd(NAME_WIDTH) + glyphText(glyphs, options.color).trimEnd();
}

function nodeLines(nodes: readonly NodeLane[], width: number, options: TerminalOptions): string[] {
  const levels = options.ascii === true ? ASCII_LEVELS : LEVELS;
  const shown = nodes.slice(0, MAX_NODE_LINES).map((lane) => {
    const ink = INKS[lane.node % INKS.length] ?? 'plain';
    const glyphs = Array.from({ length: width }, (_, i): Glyph => {
      const share = lane.busy[Math.floor((i / width) * lane.busy.length)] ?? 0;
      const level = Math.ceil(share * (levels.length - 1) - 1e-9);
      return { char: levels[level] ?? ' ', ink };
    });
    return (
      `node ${lane.node}, ${lane.cpus.length}`.padEnd(NAME_WIDTH) + glyphText(glyphs, options.color).trimEnd()
    );
  });
  const left = nodes.length - shown.length;
  return left > 0 ? [...shown, `… and ${plural(left, 'more node')}`] : shown;
}
