// npm run fuzz -- TARGET|all: runs cases, tells which faults they found, writes the smallest case of each to a file.
import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { CommanderError } from 'commander';
import { runCampaign, type CampaignResult } from './runner/campaign.ts';
import { DEFAULT_LIMITS, type Limits } from './runner/child.ts';
import { saveGroups, type SavedGroup } from './runner/save.ts';
import { runOne } from './runner/reduce.ts';
import { Progress } from './runner/progress.ts';
import { groupText, summaryText, verdictText } from './runner/text.ts';
import type { TargetEntry } from '../src/fuzz/target.ts';
import { TARGETS } from './targets.ts';

const FAILED = 1;
const BAD_USAGE = 2;
const DEFAULT_CASES = 2000;

const HELP = `
Targets:
${TARGETS.map(({ name, about }) => `  ${name.padEnd(12)} ${about}`).join('\n')}

Examples:
  npm run -s fuzz -- all --cases 20000 --seed 1
  npm run -s fuzz -- log --cases 500 --seed 7 -o /tmp/log-cases
  npm run -s fuzz -- log --case .tmp/fuzz/log-0123abcd.case`;

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

function positive(text: string): number {
  const value = whole(text);
  if (value === 0) throw new InvalidArgumentError('expected a number from 1');
  return value;
}

const command = new Command('fuzz')
  .description(
    'Gives made-up inputs to everything that reads input; fails where one gets more than a clear refusal.',
  )
  .argument('<target>', `one of ${TARGETS.map(({ name }) => name).join(', ')}, or all`)
  .option('--cases <n>', 'cases for each target', positive, DEFAULT_CASES)
  .option('--seed <n>', 'another seed gives other cases', whole, 1)
  .option('--jobs <n>', 'child processes at once', positive, availableParallelism())
  .option('--deadline <ms>', 'a case that takes longer hangs', positive, DEFAULT_LIMITS.deadlineMs)
  .option('--heap <mib>', 'a case that needs more memory is a fault', positive, DEFAULT_LIMITS.heapMiB)
  .option('--no-reduce', 'write failing cases as they are')
  .option('-o, --output <dir>', 'where failing cases go', '.tmp/fuzz')
  .option('--case <file>', 'run this one case and tell how it ends')
  .addHelpText('after', HELP)
  .exitOverride();

type Options = ReturnType<typeof command.opts>;

function targetsNamed(name: string): readonly TargetEntry[] {
  const found = name === 'all' ? TARGETS : TARGETS.filter((entry) => entry.name === name);
  if (found.length > 0) return found;
  process.stderr.write(
    `fuzz: "${name}": expected ${TARGETS.map((entry) => entry.name).join(', ')}, or all\n`,
  );
  process.exit(BAD_USAGE);
}

async function replay(entry: TargetEntry, file: string, limits: Limits): Promise<number> {
  const bytes = new Uint8Array(readFileSync(resolve(file)));
  const verdict = await runOne(entry, { bytes, deep: true }, limits);
  process.stdout.write(verdictText(verdict));
  return verdict.end === 'failed' ? FAILED : 0;
}

async function campaign(
  entry: TargetEntry,
  options: Options,
  limits: Limits,
): Promise<[CampaignResult, SavedGroup[]]> {
  const { cases, seed, jobs } = options;
  const progress = new Progress(process.stderr, entry.name, cases);
  const result = await runCampaign({
    entry,
    cases,
    seed,
    jobs,
    limits,
    onProgress: (...at) => progress.update(...at),
  });
  mkdirSync(resolve(options.output), { recursive: true });
  const saved = await saveGroups(entry, result.groups, {
    folder: resolve(options.output),
    limits,
    reduced: options.reduce,
    onGroup: (i) => progress.say(`reducing fault ${i + 1} of ${result.groups.length}`),
    onSaved: (group) => {
      progress.done();
      process.stdout.write(groupText(entry.name, group, relative(process.cwd(), group.file)));
    },
  });
  progress.done();
  return [result, saved];
}

/** A hang that does not hang alone was the host's. */
function isFault({ fault, repeats }: SavedGroup): boolean {
  return fault.kind !== 'hang' || repeats !== false;
}

async function main(): Promise<number> {
  command.parse();
  const [name = ''] = command.args;
  const options = command.opts();
  const entries = targetsNamed(name);
  const limits = { ...DEFAULT_LIMITS, deadlineMs: options.deadline, heapMiB: options.heap };
  if (options.case !== undefined) {
    const [entry] = entries;
    if (!entry || name === 'all') {
      process.stderr.write('fuzz: --case: expected one target\n');
      return BAD_USAGE;
    }
    return replay(entry, options.case, limits);
  }
  const results: CampaignResult[] = [];
  let faults = 0;
  for (const entry of entries) {
    const [result, saved] = await campaign(entry, options, limits);
    results.push(result);
    faults += saved.filter(isFault).length;
  }
  process.stdout.write(summaryText(results, options.seed));
  return faults > 0 ? FAILED : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : BAD_USAGE;
}
