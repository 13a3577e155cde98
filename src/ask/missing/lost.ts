// Why usable memory of the firmware's map is not in memblock: which change of the map took it.
import { E820_TYPE_RAM } from '../../arch/x86/e820_table.ts';
import { memparse, Params } from '../../kernel/params.ts';
import type { RunRecord } from '../../init/record.ts';
import { SpanMap, type Span } from '../../lib/spans.ts';
import type { MissingRow } from './types.ts';

export type Reason = Pick<MissingRow, 'stage' | 'owner' | 'what' | 'cause'>;

type Change = NonNullable<RunRecord['accounting']>['changes'][number];

/** Changes that made usable memory something else, the last one first. */
export function lostReasons(record: RunRecord, changes: readonly Change[]): readonly Span<Reason>[] {
  const map = new SpanMap<Reason>();
  for (const change of [...changes].reverse()) {
    const takes = change.op === 'clear' || change.from === E820_TYPE_RAM || change.from === null;
    if (takes && change.to !== E820_TYPE_RAM)
      map.fill(change.start, Math.min(change.end, Number.MAX_SAFE_INTEGER), reasonOf(record, change));
  }
  return map.list();
}

function reasonOf(record: RunRecord, change: Change): Reason {
  if (change.step === 'parse_early_param') {
    const option = parameterOf(record.cmdline, change);
    const owner = option.startsWith('memmap=') ? 'memmap=' : 'mem=';
    return { stage: 'kernel-map', owner, what: `taken away by ${option}`, cause: option };
  }
  if (change.step === 'trim_bios_range')
    return {
      stage: 'kernel-map',
      owner: 'first-megabyte',
      what: change.start === 0 ? "page 0, the BIOS's" : 'usable memory between 640 KiB and 1 MiB',
      cause: 'trim_bios_range in setup_arch',
    };
  const owner = change.step.startsWith('mtrr') ? 'mtrr' : 'kernel-map';
  return { stage: 'kernel-map', owner, what: 'taken out of the map', cause: `${change.step} in setup_arch` };
}

/** The mem= or memmap= that made a change, as it stands on the command line. */
function parameterOf(cmdline: string, change: Change): string {
  const options = new Params(cmdline).list.filter(({ name }) => name === 'mem' || name === 'memmap');
  for (const { name, value } of options) {
    for (const part of (value ?? '').split(',')) {
      const size = memparse(part);
      const start = /^[@#$!%]/.test(size.rest) ? memparse(size.rest.slice(1)).value : size.value;
      const fits = part.startsWith('exactmap') ? change.op === 'clear' : start === change.start;
      if (fits) return `${name}=${part}`;
    }
  }
  return options.map(({ name, value }) => `${name}=${value ?? ''}`).join(' ');
}
