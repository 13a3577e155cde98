// Many random machines before the judge: what differs is grouped by kind, and each kind shrunk to a small machine that shows it.
import { InputError } from '../lib/input-error.ts';
import { Failure } from '../lib/failure.ts';
import { randomMachine } from '../machine/random/machine.ts';
import { shrink } from '../machine/random/simpler.ts';
import type { MachineDescription } from '../machine/spec/description.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { normalise } from '../machine/spec/normalise.ts';
import type { Judgement } from './judge.ts';

/** What a judgement came to: null where nothing differs. */
export type Outcome = { readonly kind: string; readonly examples: readonly string[] } | null;

/** Machines that differ in the same way. */
export interface Group {
  readonly kind: string;
  readonly examples: readonly string[];
  readonly machines: readonly string[];
  /** The smallest description found that differs in this way. */
  readonly smallest: MachineDescription;
}

export interface CampaignResult {
  readonly machines: number;
  readonly agreeing: number;
  readonly lines: number;
  readonly groups: readonly Group[];
}

export interface CampaignOptions {
  readonly seed: number;
  readonly count: number;
  /** Boots spent on making each group's machine smaller. */
  readonly shrinkTries: number;
  readonly judge: (spec: MachineSpec) => Promise<Judgement>;
  /** Called with each judgement, but for those on the way to a smaller machine. */
  readonly onJudgement?: ((judgement: Judgement) => Promise<void>) | undefined;
  /** Called after each machine. */
  readonly onOutcome?: ((name: string, outcome: Outcome) => void) | undefined;
}

const EXAMPLES = 4;
const KINDS_MAX = 3;

/** Judges the machines of seeds `seed`, `seed` + 1, … and shrinks one of each group. */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  const found = new Map<
    string,
    { first: MachineDescription; outcome: NonNullable<Outcome>; names: string[] }
  >();
  let lines = 0;
  for (let i = 0; i < options.count; i++) {
    const description = randomMachine(options.seed + i);
    const { outcome, matched } = await judged(description, options.judge, options.onJudgement);
    lines += matched;
    options.onOutcome?.(description.name, outcome);
    if (outcome === null) continue;
    const group = found.get(outcome.kind);
    if (group) group.names.push(description.name);
    else found.set(outcome.kind, { first: description, outcome, names: [description.name] });
  }
  const groups: Group[] = [];
  for (const { first, outcome, names } of found.values()) {
    const same = async (candidate: MachineDescription): Promise<boolean> =>
      (await judged(candidate, options.judge).catch(() => null))?.outcome?.kind === outcome.kind;
    const smallest = await shrink(first, same, options.shrinkTries);
    groups.push({ ...outcome, machines: names, smallest });
  }
  const agreeing = options.count - groups.reduce((sum, group) => sum + group.machines.length, 0);
  return { machines: options.count, agreeing, lines, groups };
}

/** A guest that fails is an outcome; bad input and interruptions are not. */
async function judged(
  description: MachineDescription,
  judge: CampaignOptions['judge'],
  onJudgement?: CampaignOptions['onJudgement'],
): Promise<{ readonly outcome: Outcome; readonly matched: number }> {
  const spec = normalise(description, { kind: 'description', path: description.name });
  try {
    const judgement = await judge(spec);
    await onJudgement?.(judgement);
    return { outcome: outcomeOf(judgement), matched: judgement.fidelity.matched };
  } catch (error) {
    if (!(error instanceof Failure) && !(error instanceof InputError)) throw error;
    return { outcome: { kind: kindOf(error.message), examples: [error.message] }, matched: 0 };
  }
}

/** What differs, with numbers left out: machines of one group differ in the same sort of lines. */
export function outcomeOf(judgement: Pick<Judgement, 'fidelity' | 'comparisons'>): Outcome {
  const lines = differingLines(judgement);
  if (lines.length === 0) return null;
  const kinds = [...new Set(lines.map(kindOf))].sort();
  return { kind: kinds.slice(0, KINDS_MAX).join(' | '), examples: lines.slice(0, EXAMPLES) };
}

/** Every line and row that differs, `-` in front of what the real kernel has alone. */
export function differingLines({
  fidelity,
  comparisons,
}: Pick<Judgement, 'fidelity' | 'comparisons'>): string[] {
  return [
    ...fidelity.differing.map((line) => `${line.from === 'real' ? '-' : '+'} ${line.text}`),
    ...comparisons.flatMap((comparison) => comparison.differing.map((text) => `${comparison.what}: ${text}`)),
  ];
}

function kindOf(text: string): string {
  return text.replace(/0x[0-9a-f]+|\d+(\.\d+)?/g, '#');
}
