// The report's pictures: the map by owner, the CPUs over time, threads against time, each with its sentence.
import { newDocument } from './document.ts';
import { table, ownersTable } from './html-tables.ts';
import { sectionHead, type Run } from './html-runs.ts';
import { lanesSentence, lanesSvg } from './lanes-svg.ts';
import { mapLegend } from './map-legend.ts';
import { pieceId, piecesMarkup } from './map-pieces.ts';
import { reservedByOwner } from '../ask/owners/owners.ts';
import { laidRows, STRIP_INNER, stripSvg } from './strip-svg.ts';
import { stripScale, type StripScale } from './strip-scale.ts';
import { el, textEl } from './svg.ts';
import { plural } from '../lib/plural.ts';
import { threadsChart, type CurvePoint } from './threads-chart.ts';

export function mapSection(runs: readonly Run[]): string {
  const scale: StripScale = stripScale(
    runs.flatMap((run) => run.rows),
    STRIP_INNER,
  );
  const figures = runs.map((run, i) => {
    const id = `map${i}`;
    const label = `Physical memory of ${run.name}, low addresses left`;
    const strip = stripSvg(run.rows, { label, id, scale, target: (row, box) => pieceId(id, row, box) });
    return el(
      'figure',
      {},
      runs.length > 1 ? textEl('h3', run.name) : '',
      scrolled(label, strip),
      piecesMarkup(id, laidRows(run.rows, scale)),
      mapLegend(run.rows),
      ownersTable(reservedByOwner(run.record)),
    );
  });
  return [
    sectionHead('map', 'The physical memory map'),
    textEl(
      'p',
      'Addresses from left to right. The scale is not even: each stretch is as wide as the logarithm of its size, so that ' +
        'a few kilobytes at the bottom can be seen beside gigabytes; dashed stretches hold nothing. Rest the pointer on a ' +
        'piece or touch it for its addresses, its size and who owns it; with the keyboard, begin at a row’s name.',
    ),
    ...figures,
  ].join('\n');
}

/** A picture that is wider than a telephone. */
function scrolled(label: string, picture: string): string {
  return el('div', { class: 'figure-scroll', tabindex: 0, role: 'region', 'aria-label': label }, picture);
}

export function lanesSection(runs: readonly Run[]): string {
  const document = newDocument();
  const longest = Math.max(...runs.map(({ lanes }) => lanes.endNs - lanes.startNs));
  const figures = runs.map(({ name, record, facts, lanes }, i) => {
    const heading = runs.length > 1 ? textEl('h3', name) : '';
    if (lanes.cpus.length === 0)
      return `${heading}${textEl('p', 'No CPU had deferred pages to initialise.')}`;
    const label = `${plural(facts.chunks, 'chunk')} on ${plural(facts.cpusUsed, 'CPU')} of ${name} over time`;
    const options = { document, id: `lanes${i}`, source: facts.source, label, durationNs: longest };
    const picture = lanesSvg(lanes, options);
    return el(
      'figure',
      {},
      heading,
      textEl('p', lanesSentence(record, lanes, facts.source)),
      scrolled(label, picture),
    );
  });
  return [sectionHead('cpus', 'The CPUs over time'), ...figures].join('\n');
}

/** Runs that differ in their threads only have one curve. */
export function curveSection(runs: readonly Run[]): string {
  const shape = ({ curve }: Run): string => JSON.stringify(curve.map((p) => [p.threads, p.ms]));
  const drawn = runs.filter((run, i) => runs.findIndex((other) => shape(other) === shape(run)) === i);
  const curve = [...drawn.flatMap((run) => run.curve), ...ownPoints(runs)];
  const heading = sectionHead('threads', 'Threads against time');
  if (curve.length === 0)
    return `${heading}${textEl('p', 'Nothing was deferred, so threads make no difference.')}`;
  const sources = [...new Set(curve.map((point) => point.source))];
  const lone =
    curve.length <= runs.length ? ' Only this run’s own point is known here; predict draws the curve.' : '';
  const banded = curve.some((p) => p.source === 'model' && p.lowMs !== undefined);
  const band = banded
    ? ' The shaded band holds the true figure in nine cases of ten, by the model’s own estimate.'
    : '';
  const symbols = { model: '●', measured: '■', emulated: '▲', published: '◇' } as const;
  const rows = curve.map((p) => [p.run, String(p.threads), p.ms.toFixed(1), p.source]);
  return [
    heading,
    textEl(
      'p',
      'How long deferred init of the slowest node takes with so many threads for each node. ' +
        `Symbols: ${sources.map((source) => `${symbols[source]} ${source}`).join(', ')}.${band}${lone}`,
    ),
    el(
      'figure',
      {},
      scrolled(
        'Threads against time',
        threadsChart(curve, { document: newDocument(), label: 'Threads against time' }),
      ),
    ),
    el(
      'details',
      {},
      textEl('summary', `The ${plural(curve.length, 'point')} as a table`),
      table(
        'Deferred init of the slowest node',
        [
          { head: 'run' },
          { head: 'threads a node', number: true },
          { head: 'ms', number: true },
          { head: 'source' },
        ],
        rows,
      ),
    ),
  ].join('\n');
}

/** The runs themselves as points, where the curve does not have them already. */
function ownPoints(runs: readonly Run[]): CurvePoint[] {
  return runs.flatMap(({ name, facts, curve }): CurvePoint[] => {
    if (facts.slowest === null) return [];
    const threads = Math.max(...facts.nodes.map((node) => node.workers));
    const known = curve.some((p) => p.threads === threads && p.source === facts.source);
    return known ? [] : [{ threads, ms: facts.deferredNs / 1e6, source: facts.source, run: name }];
  });
}
