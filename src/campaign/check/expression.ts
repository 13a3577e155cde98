// Expressions over what an item found, in CEL (github.com/google/cel-spec): `record.zones.all(z, z.managedPages <= z.presentPages)`.
import { Environment } from '@marcbachmann/cel-js';
import { InputError } from '../../lib/input-error.ts';

/** An expression that has been read; gives its value for the facts of an item. @throws InputError where the facts have no such thing */
export type Expression = (facts: Readonly<Record<string, unknown>>) => unknown;

let environment: Environment | null = null;

/** JavaScript's numbers are doubles and CEL's literals are integers: they may be mixed here. */
function celEnvironment(): Environment {
  if (environment !== null) return environment;
  const made = new Environment({ unlistedVariablesAreDyn: true });
  const operators: readonly (readonly [string, (a: number, b: number) => number])[] = [
    ['+', (a, b) => a + b],
    ['-', (a, b) => a - b],
    ['*', (a, b) => a * b],
    ['/', (a, b) => a / b],
    ['%', (a, b) => a % b],
  ];
  for (const [sign, apply] of operators)
    for (const types of [
      ['double', 'int'],
      ['int', 'double'],
    ])
      made.registerOperator(`${types.join(` ${sign} `)}: double`, (a: unknown, b: unknown) =>
        apply(Number(a), Number(b)),
      );
  made.registerOperator('double % double', (a: unknown, b: unknown) => Number(a) % Number(b));
  made.registerFunction('sum(list): dyn', (list: readonly unknown[]) =>
    list.reduce<number>((total, item) => total + Number(item), 0),
  );
  environment = made;
  return made;
}

/** @throws InputError 'schema' where `text` is no expression */
export function parseExpression(text: string): Expression {
  try {
    const evaluate = celEnvironment().parse(text);
    return (facts) => {
      try {
        return evaluate({ ...facts });
      } catch (error) {
        throw problem(text, error);
      }
    };
  } catch (error) {
    throw problem(text, error);
  }
}

function problem(text: string, error: unknown): InputError {
  const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
  return new InputError('schema', `"${text}": ${message}: expected an expression of CEL (docs/campaigns.md)`);
}
