// What campaign and its report are told on the command line.
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { ITEM_ENDS } from '../campaign/campaign.ts';
import type { FailOn } from '../campaign/report/summary.ts';
import type { CliIo } from './io.ts';
import { checkOutputs } from './write.ts';

export interface ReportOptions {
  readonly json?: true | undefined;
  readonly html?: string | undefined;
  readonly junit?: string | undefined;
  readonly failOn?: FailOn | undefined;
  readonly reduce: boolean;
}

export interface CampaignOptions extends ReportOptions {
  readonly items?: number | undefined;
  readonly seed?: number | undefined;
  readonly time?: number | undefined;
  readonly jobs?: number | undefined;
  readonly space?: readonly string[] | undefined;
  readonly output?: string | undefined;
  readonly redis?: string | undefined;
}

/** For commander: `failed,refused,panic,missing` or `none`. */
export function failOn(text: string): FailOn {
  const known = [...ITEM_ENDS.filter((end) => end !== 'ok'), 'missing'] as const;
  if (text === 'none') return new Set();
  return new Set(
    text.split(',').map((word) => {
      const end = known.find((one) => one === word);
      if (end === undefined) throw new InvalidArgumentError(`expected some of ${known.join(',')}, or none.`);
      return end;
    }),
  );
}

/** Before the work: refuses what cannot be written. */
export async function checkReportOptions(io: CliIo, { html, junit }: ReportOptions): Promise<void> {
  await checkOutputs(io, [html, junit]);
}
