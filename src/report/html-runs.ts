// Runs as the report holds them, and how several of them stand side by side.
import type { RunRecord } from '../init/record.ts';
import type { Facts } from './facts.ts';
import type { Lanes } from './lanes.ts';
import type { MapRow } from './map-rows.ts';
import { el, textEl } from './svg.ts';
import type { CurvePoint } from './threads-chart.ts';

/** One record with everything that is counted and laid out once. */
export interface Run {
  readonly name: string;
  readonly record: RunRecord;
  readonly facts: Facts;
  readonly rows: readonly MapRow[];
  readonly lanes: Lanes;
  /** Its own curve, with the run's name. */
  readonly curve: readonly CurvePoint[];
}

/** One column a run, with its name as heading where there are several. */
export function columns(runs: readonly Run[], content: (run: Run) => string): string {
  const parts = runs.map((run) =>
    el('section', {}, runs.length > 1 ? textEl('h3', run.name) : '', content(run)),
  );
  return el('div', { class: runs.length > 1 ? 'runs two' : 'runs' }, ...parts);
}

/** A heading that the list of contents leads to. */
export function sectionHead(id: string, text: string): string {
  return textEl('h2', text, { id });
}

/** Links to the sections that have a heading of their own. */
export function contents(sections: readonly string[]): string {
  const links = sections.flatMap((section) => {
    const [, id, text] = /<h2 id="([^"]+)">([^<]*)</.exec(section) ?? [];
    return id === undefined || text === undefined ? [] : [el('li', {}, el('a', { href: `#${id}` }, text))];
  });
  return el('nav', { 'aria-label': 'sections of this report' }, el('ul', {}, ...links));
}
