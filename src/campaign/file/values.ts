// The values of a dimension as a file writes them: one, a list, `all`, a range, or what dice choose.
import { cut } from '../../lib/cut.ts';
import type { InputError } from '../../lib/input-error.ts';
import type { Tree } from '../../lib/tree.ts';
import type { Values } from '../campaign.ts';
import { GENERATORS } from '../generators.ts';
import type { Dimension } from '../kinds/kind.ts';
import { valuesSchema } from './schema.ts';

const ALL = 'all';

/** Makes the complaint about the value at `where`, below the dimension. */
export type Complain = (where: readonly (string | number)[], what: string) => InputError;

/** @throws what `complain` makes */
export async function valuesOf(value: Tree, dimension: Dimension, complain: Complain): Promise<Values> {
  if (value === ALL && dimension.all) return { of: 'list', list: [...(await dimension.all())] };
  if (Array.isArray(value)) return { of: 'list', list: await listOf(value, dimension, complain, []) };
  const taken = valuesSchema.safeParse(value);
  if (!taken.success) return { of: 'list', list: await listOf([value], dimension, complain, null) };
  const { data } = taken;
  if ('range' in data) {
    checkEnds(data.range, dimension, complain, ['range']);
    return { of: 'range', ...data.range, step: data.range.step ?? 1 };
  }
  if ('generator' in data) {
    if (!GENERATORS.has(data.generator))
      throw complain(
        ['generator'],
        `${JSON.stringify(data.generator)}: expected one of ${[...GENERATORS.keys()].join(', ')}`,
      );
    return { of: 'generator', generator: data.generator };
  }
  if (Array.isArray(data.any))
    return { of: 'any', list: await listOf(data.any, dimension, complain, ['any']) };
  checkEnds(data.any, dimension, complain, ['any']);
  return { of: 'any-number', ...data.any, step: data.any.step ?? 1 };
}

/** `where` is null for a value that stands alone. */
async function listOf(
  items: readonly Tree[],
  dimension: Dimension,
  complain: Complain,
  where: readonly string[] | null,
): Promise<Tree[]> {
  const list: Tree[] = [];
  for (const [i, item] of items.entries()) {
    if (item === ALL && dimension.all) {
      list.push(...(await dimension.all()));
      continue;
    }
    const wrong = dimension.wrong(item);
    if (wrong !== null)
      throw complain(where === null ? [] : [...where, i], `${short(item)}: ${wrong}${others(item)}`);
    list.push(item);
  }
  return list;
}

function checkEnds(
  { from, to }: { readonly from: number; readonly to: number },
  dimension: Dimension,
  complain: Complain,
  where: readonly string[],
): void {
  for (const [end, value] of Object.entries({ from, to })) {
    const wrong = dimension.wrong(value);
    if (wrong !== null) throw complain([...where, end], `${value}: ${wrong}`);
  }
}

/** A mapping may be meant as a way to take values. */
function others(item: Tree): string {
  return typeof item === 'object' && item !== null && !Array.isArray(item)
    ? ', a list, range, any or generator'
    : '';
}

function short(value: Tree): string {
  return cut(JSON.stringify(value));
}
