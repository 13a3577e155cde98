// earlyboot campaign report: what a folder of results comes to, for people, for CI, as a page.
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { buildId } from '../campaign/build.ts';
import { ITEM_ENDS } from '../campaign/campaign.ts';
import { reportJson } from '../campaign/report/json.ts';
import { reportJunit } from '../campaign/report/junit.ts';
import { reportOn, type CampaignReport } from '../campaign/report/report.ts';
import { Collector, failsOn, type FailOn, type Summary } from '../campaign/report/summary.ts';
import { reportText } from '../campaign/report/text.ts';
import { readFacts, resultsOf, type FolderFacts } from '../campaign/results/folder.ts';
import type { Engine } from '../campaign/run/engine.ts';
import { engineOnThreads } from '../campaign/run/pool.ts';
import { answer, textColumns } from './answer.ts';
import { printJson, warn, type CliIo } from './io.ts';
import { progressOn } from './progress.ts';
import { checkOutputs, writeOutputs, type Output } from './write.ts';

const HELP = `
Failures are grouped by their message without its values; one of each group is made smaller as long as it fails in the same
way, and printed as a campaign file of its own: run it with earlyboot campaign FILE.

Examples:
  earlyboot campaign report results
  earlyboot campaign report results --html report.html --junit report.xml
  earlyboot campaign report results --fail-on failed,refused,missing --json`;

export interface ReportOptions {
  readonly json?: true | undefined;
  readonly html?: string | undefined;
  readonly junit?: string | undefined;
  readonly failOn?: FailOn | undefined;
  readonly reduce: boolean;
}

const FAILED: FailOn = new Set(['failed'] as const);

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

/** `campaign report FOLDER [options]` */
export function reportCommand(io: CliIo): CommandUnknownOpts {
  return new Command()
    .description('Tells what a folder of results comes to.')
    .argument('<folder>', 'as -o of campaign wrote it')
    .option('--json', 'print JSON')
    .option('--html <file>', 'write a page')
    .option('--junit <file>', 'write JUnit XML')
    .option(
      '--fail-on <ends>',
      'exit status 1 where an item ended so: failed,refused,panic,missing or none',
      failOn,
    )
    .option('--no-reduce', 'leave failing inputs as they are')
    .addHelpText('after', HELP)
    .action(async (folder, options) => {
      await checkReportOptions(io, options);
      const path = resolve(io.cwd, folder);
      const facts = readFacts(path);
      const collector = new Collector(facts.campaign);
      for (const result of resultsOf(path)) collector.add(result);
      if (options.reduce && collector.failed > 0 && facts.build !== buildId())
        warn(io, `results of earlyboot ${facts.build}, this is ${buildId()}: an item may not fail again`);
      const engine = await engineOnThreads(1, facts.campaign.budget.heapMiB);
      try {
        await give(io, facts, collector.get(), engine, options);
      } finally {
        await engine.close();
      }
    });
}

/** Makes the report and gives it in every form that was asked for. */
export async function give(
  io: CliIo,
  facts: FolderFacts,
  summary: Summary,
  engine: Engine,
  options: ReportOptions,
): Promise<void> {
  const progress = progressOn(io, `${facts.campaign.name}: making failing inputs smaller`);
  const report = await reportOn(facts, summary, options.reduce ? engine : null, progress.update);
  progress.done();
  await writeOutputs(io, await outputsOf(report, options));
  if (options.html !== '-' && options.junit !== '-') {
    if (options.json === true) printJson(io, reportJson(report));
    else answer(io, reportText(report, textColumns(io)));
  }
  if (failsOn(summary, options.failOn ?? FAILED)) io.setFailed();
}

async function outputsOf(report: CampaignReport, { html, junit }: ReportOptions): Promise<Output[]> {
  const outputs: Output[] = [];
  if (html !== undefined) {
    const { reportPage } = await import('../campaign/report/page.ts');
    outputs.push({ path: html, content: reportPage(report) });
  }
  if (junit !== undefined) outputs.push({ path: junit, content: reportJunit(report) });
  return outputs;
}
