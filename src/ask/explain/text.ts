// An explanation as one screen of text.
import { e820TypeText } from '../../arch/x86/e820_table.ts';
import {
  FIGURE_SOURCE,
  type RecordMemblockEvent,
  type RecordRegion,
  type RunRecord,
} from '../../init/record.ts';
import { GiB, hex, KiB, MiB, PAGE_SIZE } from '../../lib/units.ts';
import { describeCaller, type Explanation } from './explain.ts';
import { noun, plural } from '../../lib/plural.ts';

/** Bytes as the largest unit that divides them without a rest, else in bytes: `2 MiB`, `4097 bytes`. */
export function sizeText(bytes: number): string {
  for (const [unit, name] of [
    [GiB, 'GiB'],
    [MiB, 'MiB'],
    [KiB, 'KiB'],
  ] as const)
    if (bytes >= unit && bytes % unit === 0) return `${bytes / unit} ${name}`;
  return `${bytes} ${noun(bytes, 'byte')}`;
}

export const rangeText = (start: number, size: number): string =>
  `[mem ${hex(start, 16)}-${hex(start + size - 1, 16)}] ${sizeText(size)}`;

const FLAG_NAMES = [
  [1, 'hotplug'],
  [2, 'mirror'],
  [4, 'nomap'],
  [8, 'driver managed'],
] as const;

function regionText(region: RecordRegion): string {
  const flags = FLAG_NAMES.filter(([bit]) => region.flags & bit).map(([, name]) => name);
  const node = region.nid < 0 ? '' : `, node ${region.nid}`;
  return `${rangeText(region.base, region.size)}${node}${flags.length > 0 ? `, ${flags.join(', ')}` : ''}`;
}

const VERBS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    add: 'added as memory',
    remove: 'removed from memory',
    reserve: 'reserved',
    free: 'given back',
    alloc: 'allocated',
    'set-node': 'given to a node',
    'set-flag': 'marked',
    'clear-flag': 'unmarked',
    cap: 'cut off',
    double: 'taken for a larger table of memblock',
    'free-late': 'freed to the page allocator',
  }),
);

/** One change of memblock in a line or two: what, where, by whom, and what had been asked for. */
export function eventText(event: RecordMemblockEvent): string {
  const verb = VERBS.get(event.op) ?? event.op;
  const first = `${verb}: ${rangeText(event.base, event.size)} by ${describeCaller(event.caller)}`;
  const { request } = event;
  if (!request) return first;
  const limits = [
    `${sizeText(request.size)}, aligned to ${sizeText(Math.max(request.align, 1))}`,
    request.minAddr > 0 ? `from ${hex(request.minAddr)}` : '',
    request.maxAddr > 1 ? `below ${hex(request.maxAddr)}` : '',
    request.nid >= 0 ? `node ${request.nid} first` : 'any node',
  ].filter((part) => part !== '');
  return `${first}\n      asked for ${limits.join(', ')}`;
}

/** The history in lines, each with its boot step; runs of changes with the same step stand together. */
function historyLines(history: readonly RecordMemblockEvent[]): string[] {
  const lines: string[] = [];
  let step = '';
  for (const event of history) {
    if (event.op === 'set-node' || event.op === 'clear-flag') continue;
    if (event.step !== step) lines.push(`  in ${(step = event.step)}`);
    lines.push(`    ${eventText(event)}`);
  }
  return lines;
}

function fateText(record: RunRecord, { fate, zone, reserved }: Explanation): string {
  const source = FIGURE_SOURCE[record.cpus];
  switch (fate.kind) {
    case 'no-memory':
      return 'no memory of the kernel: the page allocator never sees it';
    case 'reserved': {
      const rest = 'its struct page is marked PG_reserved, and the page allocator never gets it';
      if (reserved) return `stays reserved: ${rest}`;
      return `stays reserved, as other bytes of its page are, ${rangeText(fate.region.base, fate.region.size)}: ${rest}`;
    }
    case 'freed-early':
      return 'freed to the page allocator by memblock_free_all, before the other CPUs ran';
    case 'grown':
      return `deferred at first, then initialised early by deferred_grow_zone for an allocation of order ${fate.order}`;
    case 'deferred': {
      const { chunk, job } = fate;
      const ms = (ns: number): string => (ns / 1e6).toFixed(3);
      return (
        `deferred: initialised and freed by CPU ${chunk.cpu} in the chunk of page frames ${hex(chunk.start)}-` +
        `${hex(chunk.end - 1)} (${plural(chunk.end - chunk.start, 'page')}), ${ms(chunk.startNs)}-${ms(chunk.endNs)} ms (${source}); ` +
        (job === null
          ? "done by the node's own thread, outside any job"
          : `its job on node ${job.node}, zone ${zone?.name ?? job.zone}, had ${job.workers} of ${plural(job.maxThreads, 'thread')}`)
      );
    }
  }
}

/** The answer to `explain ADDRESS`. */
export function explanationText(record: RunRecord, e: Explanation): string {
  const lines = [
    `${hex(e.address, 16)}  page frame ${hex(e.pfn)}, byte ${e.address % PAGE_SIZE} of it, section ${e.section}`,
    `struct page     ${e.structPage ?? 'none: no memory in its section'}`,
    `firmware map    ${e.e820 ? `${e820TypeText(e.e820.type)} ${rangeText(e.e820.start, e.e820.end + 1 - e.e820.start)}` : 'not listed'}`,
    `memory          ${e.memory ? regionText(e.memory) : 'no'}`,
    `reserved        ${e.reserved ? regionText(e.reserved) : e.fate.kind === 'reserved' ? 'other bytes of its page' : 'no'}`,
    `node and zone   ${e.node === null ? 'none' : `node ${e.node}`}${e.zone ? `, zone ${e.zone.name}` : ''}`,
    `in the end      ${fateText(record, e)}`,
    'history',
    ...historyLines(e.history),
  ];
  if (e.history.length === 0) lines.push('  memblock never touched it');
  return lines.join('\n') + '\n';
}

/** The answer to `explain SYMBOL`: every change that the function or boot step made. */
export function symbolText(symbol: string, events: readonly RecordMemblockEvent[]): string {
  const taken = events
    .filter((e) => e.op === 'alloc' || e.op === 'reserve')
    .reduce((sum, e) => sum + e.size, 0);
  const count = `${plural(events.length, 'change')} of memblock`;
  return [`${symbol}: ${count}, ${sizeText(taken)} taken`, ...historyLines(events)].join('\n') + '\n';
}
