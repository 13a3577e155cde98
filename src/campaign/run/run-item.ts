// One item: run, held against the campaign's check, and told in a line of the results.
import { BootPanic } from '../../boot/panic.ts';
import { keyOf, withoutValues } from '../../fuzz/cause.ts';
import { judge } from '../../fuzz/verdict.ts';
import { cut } from '../../lib/cut.ts';
import { InputError } from '../../lib/input-error.ts';
import { treeKey } from '../../lib/tree.ts';
import type { Campaign, ItemResult, ItemValues } from '../campaign.ts';
import { firstDifference } from '../check/same.ts';
import { parseExpression, type Expression } from '../check/expression.ts';
import { Found, type LoadedKind, type Place, type Ran } from '../kinds/kind.ts';
import { kindNamed } from '../kinds/kinds.ts';
import { itemAt } from '../space.ts';

/** A campaign ready to run items in this thread. */
export interface ItemRunner {
  readonly run: (number: number) => Promise<ItemResult>;
  /** The same for values that no number has, as reduced items. */
  readonly runValues: (values: ItemValues, number: number) => Promise<ItemResult>;
  readonly kind: LoadedKind;
  readonly place: Place;
}

const LONGEST_MESSAGE = 600;
const LONGEST_DETAIL = 2000;
/** Base runs kept for the items that share them. */
const MOST_BASES = 8;

/** @throws InputError where the campaign's kind or expressions are none */
export async function itemRunner(campaign: Campaign, loaded?: LoadedKind): Promise<ItemRunner> {
  const kind = loaded ?? (await kindNamed(campaign.kind).load());
  const { check } = campaign;
  const place: Place = { folder: campaign.folder, invariants: check.invariants };
  const expectations = check.expect.map((text) => ({ text, holds: parseExpression(text) }));
  const same = (check.same?.in ?? []).map((text): [string, Expression] => [text, parseExpression(text)]);
  const bases = new Map<string, Ran>();

  const baseOf = async (values: ItemValues): Promise<Ran> => {
    const key = treeKey(values);
    const known = bases.get(key);
    if (known) return known;
    const base = await kind.run(values, place);
    if (bases.size >= MOST_BASES) bases.clear();
    bases.set(key, base);
    return base;
  };

  const checkRan = async (ran: Ran, values: ItemValues): Promise<void> => {
    const facts = { ...ran.facts, item: values };
    for (const { text, holds } of expectations) {
      const value = evaluated(holds, facts);
      if (value !== true)
        throw new Found(`expected ${text}`, value === false ? undefined : `it is ${String(value)}`);
    }
    if (check.same === null) return;
    const base = await baseOf(overlaid(values, check.same.as));
    for (const [text, evaluate] of same) {
      const difference = firstDifference(
        evaluated(evaluate, { ...base.facts, item: values }),
        evaluated(evaluate, facts),
      );
      if (difference !== null) throw new Found(`${text} is not as the base run's: ${difference}`, difference);
    }
  };

  const runValues = async (values: ItemValues, number: number): Promise<ItemResult> => {
    const began = performance.now();
    const end = (result: Omit<ItemResult, 'item' | 'ms'>): ItemResult => ({
      item: number,
      ms: Math.round((performance.now() - began) * 10) / 10,
      ...result,
      ...(result.message !== undefined && { message: cut(result.message, LONGEST_MESSAGE) }),
    });
    try {
      const ran = await kind.run(values, place);
      if (ran.end === 'panic' && check.panic === 'fails') return end(failed(`panic: ${ran.message ?? ''}`));
      await checkRan(ran, values);
      return end({ end: ran.end, ...(ran.message !== undefined && { message: ran.message }) });
    } catch (error) {
      return end(ending(error, values, campaign));
    }
  };

  return { kind, place, runValues, run: (number) => runValues(itemAt(campaign, number).values, number) };
}

/** An expression that does not fit what the item found fails the item: it would hold of nothing. */
function evaluated(expression: Expression, facts: Readonly<Record<string, unknown>>): unknown {
  try {
    return expression(facts);
  } catch (error) {
    if (error instanceof InputError) throw new Found(error.message);
    throw error;
  }
}

function overlaid(values: ItemValues, as: ItemValues): ItemValues {
  // null takes a dimension away
  return Object.fromEntries(Object.entries({ ...values, ...as }).filter(([, value]) => value !== null));
}

/** What an error means for its item. */
function ending(error: unknown, values: ItemValues, { check }: Campaign): Omit<ItemResult, 'item' | 'ms'> {
  if (error instanceof Found) return failed(error.message, error.detail);
  if (error instanceof BootPanic)
    return check.panic === 'fails' ? failed(error.message) : { end: 'panic', message: error.message };
  const verdict = judge(error, treeKey(values), 0);
  if (verdict.end === 'failed') {
    const { message, stack } = verdict.fault;
    return { ...failed(message, stack.slice(0, 3).join('; ')), cause: keyOf(verdict.fault) };
  }
  if (verdict.end === 'panic')
    return check.panic === 'fails' ? failed(verdict.message) : { end: 'panic', message: verdict.message };
  return check.refusal === 'fails'
    ? failed(`refused: ${verdict.message}`)
    : { end: 'refused', message: verdict.message };
}

function failed(message: string, detail?: string): Omit<ItemResult, 'item' | 'ms'> {
  return {
    end: 'failed',
    message,
    cause: withoutValues(message),
    ...(detail !== undefined && detail !== '' && { detail: cut(detail, LONGEST_DETAIL) }),
  };
}
