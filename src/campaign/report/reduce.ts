// The smallest item found that fails as a group's first item does, as a campaign file of its own.
import { labOf } from '../../lib/reduce.ts';
import { toYaml } from '../../machine/spec/yaml.ts';
import type { Campaign, Check, ItemValues } from '../campaign.ts';
import { kindNamed } from '../kinds/kinds.ts';
import type { LoadedKind } from '../kinds/kind.ts';
import type { Engine } from '../run/engine.ts';
import { itemAt } from '../space.ts';
import type { Group } from './summary.ts';

export interface Reduced {
  /** The item failed again, in the same way. */
  readonly repeats: boolean;
  /** A campaign of one item. */
  readonly yaml: string;
}

/** Runs spent on one group. */
export const REDUCE_TRIES = 400;

export async function reduceGroup(
  campaign: Campaign,
  group: Group,
  engine: Engine,
  options: { readonly tries?: number; readonly loaded?: LoadedKind } = {},
): Promise<Reduced> {
  const kind = options.loaded ?? (await kindNamed(campaign.kind).load());
  const { values } = itemAt(campaign, group.first);
  const failsUnder = async (held: Campaign, candidate: ItemValues): Promise<boolean> => {
    const [result] = await engine.run(held, [{ number: group.first, values: candidate }]);
    return result?.end === 'failed' && result.cause === group.cause;
  };
  if (!(await failsUnder(campaign, values))) return { repeats: false, yaml: itemYaml(campaign, values) };
  let held = campaign;
  for (const less of fewerChecks(campaign.check)) {
    const candidate = { ...held, check: { ...held.check, ...less } };
    if (await failsUnder(candidate, values)) held = candidate;
  }
  const fails = (candidate: ItemValues): Promise<boolean> => failsUnder(held, candidate);
  const place = { folder: campaign.folder, invariants: campaign.check.invariants };
  const lab = labOf(options.tries ?? REDUCE_TRIES, fails);
  const small = (await kind.smaller?.(values, place, lab)) ?? values;
  return { repeats: true, yaml: itemYaml(held, small) };
}

/** What may not matter to the failure, one at a time. */
function* fewerChecks({ expect, panic, refusal, same }: Check): Generator<Partial<Check>> {
  if (panic === 'fails') yield { panic: 'taken' };
  if (refusal === 'fails') yield { refusal: 'taken' };
  if (expect.length > 0) yield { expect: [] };
  if (same !== null) yield { same: null };
}

/** One item as a campaign file: its values are the space. */
export function itemYaml({ kind, check }: Campaign, values: ItemValues): string {
  const { invariants, expect, panic, refusal, same } = check;
  const checks = {
    ...(!invariants && { invariants }),
    ...(expect.length > 0 && { expect }),
    ...(panic === 'fails' && { panic }),
    ...(refusal === 'fails' && { refusal }),
    ...(same !== null && { same }),
  };
  const space = Object.fromEntries(
    // a list is a dimension's values: a value that is one stands in a list
    Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? [value] : value]),
  );
  return toYaml({ kind, space, ...(Object.keys(checks).length > 0 && { check: checks }) });
}
