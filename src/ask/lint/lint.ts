// `lint`: a firmware's map and tables against the rules.
import { InputError } from '../../lib/input-error.ts';
import { didYouMean } from '../../machine/closest.ts';
import { MAP_RULES } from './rules/map.ts';
import { BOUNDARY_RULES } from './rules/boundaries.ts';
import { WINDOW_RULES } from './rules/windows.ts';
import { TABLE_RULES } from './rules/tables.ts';
import { MTRR_RULES } from './rules/mtrr.ts';
import { NODE_RULES } from './rules/nodes.ts';
import { CPU_RULES } from './rules/cpus.ts';
import { OUTCOME_RULES } from './rules/outcome.ts';
import type { Finding, Hit, LintMachine, Rule } from './types.ts';

/** All rules, in the order in which their findings are told. */
export const RULES: readonly Rule[] = [
  ...MAP_RULES,
  ...BOUNDARY_RULES,
  ...WINDOW_RULES,
  ...TABLE_RULES,
  ...NODE_RULES,
  ...CPU_RULES,
  ...MTRR_RULES,
  ...OUTCOME_RULES,
];

/** Which rules are looked at. */
export interface RuleChoice {
  /** Ids of the rules to look at; all where it is empty. */
  readonly only?: readonly string[];
  readonly disabled?: readonly string[];
}

/** The rules that a choice leaves. @throws InputError 'usage' for an id that there is not */
export function chosenRules({ only = [], disabled = [] }: RuleChoice): readonly Rule[] {
  const known = new Set(RULES.map(({ id }) => id));
  for (const id of [...only, ...disabled])
    if (!known.has(id))
      throw new InputError(
        'usage',
        `rule "${id}"${didYouMean(id, known) || ': expected one that lint --rules tells'}`,
      );
  return RULES.filter(({ id }) => (only.length === 0 || only.includes(id)) && !disabled.includes(id));
}

/** What the rules find, rule by rule. */
export function lintFindings(machine: LintMachine, choice: RuleChoice = {}): Finding[] {
  return chosenRules(choice).flatMap((rule) => [...rule.check(machine)].map((hit) => findingOf(rule, hit)));
}

function findingOf({ id, severity, source }: Rule, { start, end, message, path }: Hit): Finding {
  return {
    rule: id,
    severity,
    start: start ?? null,
    end: end === undefined ? null : end - 1,
    message,
    source,
    path: path ?? null,
  };
}
