// A machine for `lint` by what people call it: descriptions with the places of their values, and read as far as they can be.
import { resolve } from 'node:path';
import { isFile, readText } from '../../machine/import/files.ts';
import type { MachineSpec } from '../../machine/spec.ts';
import { lintFindings, type RuleChoice } from './lint.ts';
import { lintMachine, type LintOptions } from './find.ts';
import type { Finding, LintMachine, Position } from './types.ts';

/** A machine, what contradicts itself in it, and where its values stand. */
export interface LintSource {
  readonly spec: MachineSpec;
  readonly contradictions: LintMachine['contradictions'];
  /** Where a finding's path leads; null where no file says it. */
  readonly positionOf: (finding: Finding) => Position | null;
}

const DESCRIPTION = /\.(ya?ml|json)$/i;

/**
 * The description at `name`, relative to `cwd`; null where it is no description.
 * @throws InputError where it cannot be read at all
 */
export async function describedMachine(name: string, cwd: string): Promise<LintSource | null> {
  const path = resolve(cwd, name);
  if (!DESCRIPTION.test(name) || !(await isFile(path))) return null;
  const [{ loadWithPlaces }, { readInput }] = await Promise.all([
    import('../../machine/spec/load.ts'),
    import('../../machine/import/read-input.ts'),
  ]);
  const problems: { path: readonly (string | number)[]; message: string }[] = [];
  const { spec, place } = await loadWithPlaces(
    await readText(path, 'description'),
    name,
    (file) => readInput(resolve(path, '..', file), 'table'),
    (problem) => problems.push(problem),
  );
  return { spec, contradictions: problems, positionOf: ({ path: keys }) => positionAt(place(keys ?? [])) };
}

/** A machine that no file describes value by value. */
export function machineSource(spec: MachineSpec): LintSource {
  return { spec, contradictions: [], positionOf: () => null };
}

function positionAt(place: string): Position | null {
  const match = /^(.*):(\d+):(\d+)$/s.exec(place);
  return match ? { file: match[1] ?? '', line: Number(match[2]), column: Number(match[3]) } : null;
}

export interface PlacedFinding extends Finding {
  readonly position: Position | null;
}

/** What the rules find in a machine, with places. */
export async function lintSource(
  source: LintSource,
  choice: RuleChoice,
  options: Omit<LintOptions, 'contradictions'> = {},
): Promise<PlacedFinding[]> {
  const { spec, contradictions, positionOf } = source;
  const machine = await lintMachine(spec, { ...options, contradictions });
  return lintFindings(machine, choice).map((finding) => ({ ...finding, position: positionOf(finding) }));
}
