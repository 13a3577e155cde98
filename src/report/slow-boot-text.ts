// `predict --slow-boot` as text.
import type { SlowBoot } from '../predict/slow-boot.ts';
import { tableLines } from '../text/table.ts';
import { bytesText, durationText } from './text.ts';

const NS_PER_MS = 1e6;

/** A table, each figure with the word that tells where it is from. */
export function slowBootText({ machine, kernel, rows }: SlowBoot, columns?: number): string {
  const table = [
    ['this boot', 'memory', 'time', '', 'what', 'how'],
    ...rows.map(({ what, bytes, ms, happens, source, about }) => [
      happens ? 'yes' : 'no',
      bytesText(bytes),
      ms === null ? '' : durationText(ms * NS_PER_MS),
      source,
      what,
      about,
    ]),
  ];
  return [
    `${machine}, kernel ${kernel}: what of early boot grows with memory`,
    '',
    ...tableLines(table, { left: [0, 3, 4, 5], columns }),
    '',
  ].join('\n');
}
