// What came of a campaign, in every form that was asked for.
import { resolve } from 'node:path';
import { buildId } from '../campaign/build.ts';
import { reportJson } from '../campaign/report/json.ts';
import { reportJunit } from '../campaign/report/junit.ts';
import { reportOn, type CampaignReport } from '../campaign/report/report.ts';
import { Collector, failsOn, type FailOn, type Summary } from '../campaign/report/summary.ts';
import { reportText } from '../campaign/report/text.ts';
import { readFacts, resultsOf, type FolderFacts } from '../campaign/results/folder.ts';
import type { Engine } from '../campaign/run/engine.ts';
import { engineOnThreads } from '../campaign/run/pool.ts';
import { answer, textColumns } from './answer.ts';
import type { ReportOptions } from './campaign-options.ts';
import { printJson, warn, type CliIo } from './io.ts';
import { progressOn } from './progress.ts';
import { writeOutputs, type Output } from './write.ts';

const FAILED: FailOn = new Set(['failed'] as const);

/** Gives what a folder of results comes to. */
export async function giveFolder(io: CliIo, folder: string, options: ReportOptions): Promise<void> {
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
