// A line of the results, read again.
import { InputError } from '../../lib/input-error.ts';
import { ITEM_ENDS, type ItemResult } from '../campaign.ts';

/** @throws InputError 'file' at `place` where it is none */
export function parseResult(line: string, place: string): ItemResult {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw bad(place, line);
  }
  if (typeof value !== 'object' || value === null || !('item' in value) || !('end' in value))
    throw bad(place, line);
  const { item, end } = value;
  if (typeof item !== 'number' || !Number.isSafeInteger(item) || item < 0) throw bad(place, line);
  if (!ITEM_ENDS.some((known) => known === end)) throw bad(place, line);
  return value as ItemResult;
}

const MOST_SHOWN = 80;

function bad(place: string, line: string): InputError {
  return new InputError('file', `${place}: ${line.slice(0, MOST_SHOWN)}: expected the result of an item`);
}
