// A user's prediction as text: a row for each thread count, published figures beside.
import { formatSize } from '../../machine/spec/size.ts';
import type { UserPrediction, UserPredictionRow } from './predict.ts';
import { tableLines } from '../../text/table.ts';
import { plural } from '../../lib/plural.ts';

/** A few lines with a final newline. */
export function userText(prediction: UserPrediction, columns?: number): string {
  const { user, machine, kernel, sizeBytes, lockedVmCache, node, calibrated, rows } = prediction;
  const where = node === null ? '' : `, node ${node}`;
  const cache = lockedVmCache === null ? '' : `, locked_vm cache ${plural(lockedVmCache, 'page')}`;
  const hasPublished = rows.some(({ published }) => published !== null);
  const hasLoad = rows.some(({ load }) => load !== null);
  const head = ['threads', 'got', 'ms', '90 %', ...(hasPublished ? ['published ms'] : [])];
  if (hasLoad) head.push('load ms', 'alone');
  const body = rows.map((row) => cells(row, hasPublished));
  const note = calibrated
    ? 'costs fitted on this machine (rows marked f)'
    : 'costs scaled from the machines of the published tables: nobody has measured this one';
  return [
    `${user} of ${formatSize(sizeBytes)} on ${machine}, kernel ${kernel}${cache}${where} (model)`,
    '',
    ...tableLines([head, ...body], { columns }),
    '',
    note,
    '',
  ].join('\n');
}

function cells(row: UserPredictionRow, published: boolean): string[] {
  const { threads, workers, ms, load } = row;
  const measured = row.published;
  return [
    String(threads),
    String(workers),
    ms.value.toFixed(1),
    `(${ms.low.toFixed(0)}..${ms.high.toFixed(0)})`,
    ...(published
      ? [measured === null ? '' : `${measured.ms.toFixed(0)}${measured.fitted ? ' f' : '  '}`]
      : []),
    ...(load === null ? [] : [load.ms.toFixed(0), load.aloneMs.toFixed(0)]),
  ];
}
