// Tables of the report: figures of nodes, jobs, zones and owners, exactly as the record has them.
import type { RunRecord } from '../init/record.ts';
import { hex, PAGE_SIZE } from '../lib/units.ts';
import type { Facts } from './facts.ts';
import { lookOf, swatch } from './looks.ts';
import { bytesByKind, type Owner } from '../ask/owners/owners.ts';
import { kindWords } from '../ask/owners/owner-words.ts';
import type { Span } from '../lib/spans.ts';
import { el, escapeText, textEl } from './svg.ts';
import { countText } from '../lib/plural.ts';
import { bytesText, msText } from './text.ts';
import { nodeNote } from './words.ts';

/** A column: heading, and whether its cells are numbers. */
export interface TableColumn {
  readonly head: string;
  readonly number?: boolean;
}

/** Cells are text; `{ html }` cells are markup. */
export type TableCell = string | { readonly html: string };

/**
 * A table with a caption, scrollable where it is too wide. On a narrow screen each row is a block and each cell has its column's
 * heading before it; roles keep it a table for screen readers then.
 */
export function table(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly TableCell[])[],
): string {
  const numeric = (i: number): string | undefined => (columns[i]?.number ? 'n' : undefined);
  const head = columns.map(({ head: text }, i) =>
    textEl('th', text, { scope: 'col', role: 'columnheader', class: numeric(i) }),
  );
  const headOf = (i: number): string | undefined => columns[i]?.head || undefined;
  const body = rows.map((cells) =>
    el(
      'tr',
      { role: 'row' },
      ...cells.map((cell, i) =>
        el(
          'td',
          { role: 'cell', class: numeric(i), 'data-head': cell === '' ? undefined : headOf(i) },
          typeof cell === 'string' ? escapeText(cell) : cell.html,
        ),
      ),
    ),
  );
  return el(
    'div',
    { class: 'scroll' },
    el(
      'table',
      { role: 'table' },
      textEl('caption', caption),
      el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...head)),
      el('tbody', { role: 'rowgroup' }, ...body),
    ),
  );
}

/** A row for each node; times carry their source in the heading. */
export function nodesTable(record: RunRecord, facts: Facts): string {
  const { source } = facts;
  return table(
    'Nodes: who has how much memory, and how long its deferred pages took: from when boot starts the node’s thread until it is done; ' +
      'the log counts jiffies',
    [
      { head: 'node', number: true },
      { head: 'CPUs', number: true },
      { head: 'memory', number: true },
      { head: 'deferred pages', number: true },
      { head: 'threads', number: true },
      { head: 'chunks', number: true },
      { head: `time, ms (${source})`, number: true },
      { head: `work of all threads, ms (${source})`, number: true },
      { head: 'kernel log says, ms', number: true },
      { head: '' },
    ],
    facts.nodes.map((node) => {
      const own = record.nodes.find((n) => n.id === node.node);
      return [
        String(node.node),
        String(node.cpus),
        bytesText(node.memoryBytes),
        countText(node.deferredPages),
        String(node.workers),
        countText(node.chunks),
        msText(node.deferredNs),
        msText(node.workNs),
        node.loggedMs === null ? '-' : String(node.loggedMs),
        own ? nodeNote(own) : '',
      ];
    }),
  );
}

/** A row for each call of padata_do_multithreaded. */
export function jobsTable(record: RunRecord, facts: Facts): string {
  return table(
    'Jobs: each call of padata_do_multithreaded; sizes in pages, times from the first chunk’s start to the last one’s end',
    [
      { head: 'node', number: true },
      { head: 'zone' },
      { head: 'page frames' },
      { head: 'pages', number: true },
      { head: 'threads allowed', number: true },
      { head: 'threads got', number: true },
      { head: 'chunk size', number: true },
      { head: 'chunks', number: true },
      { head: `time, ms (${facts.source})`, number: true },
    ],
    record.jobs.map((job) => {
      const starts = job.chunks.map((c) => c.startNs);
      const ends = job.chunks.map((c) => c.endNs);
      const wall = job.chunks.length > 0 ? Math.max(...ends) - Math.min(...starts) : 0;
      return [
        String(job.node),
        job.zone,
        `${hex(job.start)}-${hex(job.start + job.size - 1)}`,
        countText(job.size),
        String(job.maxThreads),
        String(job.workers),
        countText(job.chunkSize),
        countText(job.chunks.length),
        msText(wall),
      ];
    }),
  );
}

/** A row for each zone that spans something. */
export function zonesTable(record: RunRecord): string {
  return table(
    'Zones: spanned with holes, present without, managed by the page allocator; in pages',
    [
      { head: 'node', number: true },
      { head: 'zone' },
      { head: 'page frames' },
      { head: 'spanned', number: true },
      { head: 'present', number: true },
      { head: 'managed', number: true },
      { head: 'managed memory', number: true },
    ],
    record.zones.map((zone) => [
      String(zone.node),
      zone.name,
      `${hex(zone.startPfn)}-${hex(zone.startPfn + zone.spannedPages - 1)}`,
      countText(zone.spannedPages),
      countText(zone.presentPages),
      countText(zone.managedPages),
      bytesText(zone.managedPages * PAGE_SIZE),
    ]),
  );
}

/** A row for each kind of owner; it is the legend of the strip's second row too. */
export function ownersTable(spans: readonly Span<Owner>[]): string {
  const total = spans.reduce((sum, span) => sum + span.end - span.start, 0);
  return table(
    'Reserved memory: what early boot kept back, by purpose',
    [
      { head: 'what' },
      { head: 'bytes', number: true },
      { head: '', number: true },
      { head: 'share', number: true },
      { head: 'meaning' },
    ],
    bytesByKind(spans).map(({ kind, bytes }) => {
      const { name, about } = kindWords(kind);
      return [
        { html: `${swatch(lookOf({ kind: 'owner', owner: kind }))}${escapeText(name)}` },
        countText(bytes),
        bytesText(bytes),
        `${((bytes / Math.max(total, 1)) * 100).toFixed(1)} %`,
        about,
      ];
    }),
  );
}
