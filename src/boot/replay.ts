// --replay-check: two boots of one machine on emulated CPUs, event by event and byte by byte.
import { formatLogLine } from '../kernel/printk.ts';
import { memmapBytesOfSections } from '../mm/memmap/dump.ts';
import { compareRecords } from '../cpus/emulated/record.ts';
import type { Memmap } from '../mm/memmap.ts';
import type { BootRun } from './finish.ts';

/** Where two boots first differ, in one sentence; null where they are the same. */
export function compareRuns(first: BootRun, second: BootRun): string | null {
  const ofCpus = first.emulated && second.emulated ? compareRecords(first.emulated, second.emulated) : null;
  const ofPages = (): string | null =>
    first.memmap && second.memmap ? comparePages(first.memmap, second.memmap) : null;
  return ofCpus ?? compareLogs(first, second) ?? ofPages();
}

function compareLogs(first: BootRun, second: BootRun): string | null {
  const [a, b] = [first, second].map(({ record }) => record.logLines.map(formatLogLine)) as [
    string[],
    string[],
  ];
  const at = a.findIndex((line, i) => line !== b[i]);
  if (at === -1)
    return a.length === b.length ? null : `${a.length} log lines in one run, ${b.length} in the other`;
  return `log line ${at + 1}: "${a[at]}" in one run, "${b[at] ?? 'none'}" in the other`;
}

function comparePages(first: Memmap, second: Memmap): string | null {
  const others = memmapBytesOfSections(second)[Symbol.iterator]();
  let section = 0;
  for (const bytes of memmapBytesOfSections(first)) {
    const other = others.next();
    if (other.done === true || Buffer.compare(bytes, other.value) !== 0)
      return `struct pages of the ${section + 1}. present section differ`;
    section += 1;
  }
  return null;
}
