// kind lint: a machine's map and tables against the rules of lint.
import { lintMachine } from '../../ask/lint/find.ts';
import { lintFindings } from '../../ask/lint/lint.ts';
import type { ItemValues } from '../campaign.ts';
import { Found, textOf, type LoadedKind, type Place, type Ran } from './kind.ts';
import { machineOf } from './machines.ts';
import { smallerMachine } from './smaller-machine.ts';

async function run(values: ItemValues, place: Place): Promise<Ran> {
  const machine = await machineOf(values, place);
  const cmdline = textOf(values, 'cmdline');
  const spec = cmdline === null ? machine : { ...machine, cmdline };
  const kernel = textOf(values, 'kernel');
  const findings = lintFindings(await lintMachine(spec, kernel === null ? {} : { kernel }));
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (place.invariants && first) throw new Found(`${first.rule}: ${first.message}`, first.rule);
  return {
    end: 'ok',
    facts: { findings, errors: errors.length, rules: [...new Set(findings.map(({ rule }) => rule))] },
  };
}

export const LINT: LoadedKind = { run, smaller: smallerMachine };
