// Whatever somebody types to have it explained: an address in any notation, an owner by its name, a function or a step of boot.
import type { RunRecord } from '../../init/record.ts';
import { memparse } from '../../kernel/params.ts';
import { InputError } from '../../lib/input-error.ts';
import { plural } from '../../lib/plural.ts';
import type { Span } from '../../lib/spans.ts';
import type { PhysAddr } from '../../lib/units.ts';
import { didYouMean } from '../../machine/closest.ts';
import { OWNER_KINDS } from '../owners/owner-words.ts';
import { reservedByOwner, type Owner } from '../owners/owners.ts';
import { describeCaller, eventsOfSymbol, explainAddress } from './explain.ts';
import { explanationText, rangeText, sizeText, symbolText } from './text.ts';

const MAX_ADDRESS = 2 ** 52;
/** Of an owner with more ranges the largest are told. */
const MOST_RANGES = 24;

export interface TypedExplanation {
  /** The address itself, or where the largest range of an owner or the first change of a function begins. */
  readonly address: PhysAddr;
  readonly text: string;
}

/**
 * Explains what was typed.
 * @throws InputError 'usage' where it is no address below 2^52 and no name of this boot
 */
export function explainTyped(record: RunRecord, typed: string): TypedExplanation {
  const text = typed.trim();
  if (/^[0-9]/.test(text)) {
    const address = addressOf(text);
    return { address, text: explanationText(record, explainAddress(record, address)) };
  }
  const owned = ownedBy(record, text);
  const [largest] = [...owned].sort(bySize);
  if (largest) return { address: largest.start, text: ownerText(text, owned) };
  const events = eventsOfSymbol(record, text);
  const [first] = events;
  if (first) return { address: first.base, text: symbolText(text, events) };
  throw new InputError(
    'usage',
    `"${text}": expected an address such as 0x1000000 or 700G, an owner such as "the kernel", or a function or step of boot ` +
      `that took memory here${didYouMean(text, explainableNames(record))}`,
  );
}

/** `0x17ffd5000`, `5G`, `5 GiB`. */
function addressOf(text: string): PhysAddr {
  const { value, rest } = memparse(text.replace(/\s*([KMGTPE])i?B?$/i, '$1'));
  if (rest !== '' || value >= MAX_ADDRESS)
    throw new InputError(
      'usage',
      `"${text}": expected a physical address below 2^52, such as 0x17ffd5000 or 5G`,
    );
  return value;
}

/** Every name that explainTyped takes on this boot: owners first. */
export function explainableNames(record: RunRecord): string[] {
  const owners = reservedByOwner(record).map(({ value }) => value);
  const kinds = OWNER_KINDS.filter(({ kind }) => owners.some((owner) => owner.kind === kind));
  const functions = record.memblockEvents.flatMap(({ caller, step }) => [caller.replace(/#.*/, ''), step]);
  const names = [...kinds.map(({ name }) => name), ...owners.map(({ words }) => words), ...functions];
  return [...new Set(names)].filter((name) => name !== '');
}

/** What a kind of owner has, by its name or id, or what is reserved for one purpose. */
function ownedBy(record: RunRecord, text: string): Span<Owner>[] {
  const wanted = text.toLowerCase();
  const kind = OWNER_KINDS.find(({ kind: id, name }) => id === wanted || name.toLowerCase() === wanted)?.kind;
  return reservedByOwner(record).filter(
    ({ value }) => value.kind === kind || value.words.toLowerCase() === wanted,
  );
}

const bySize = (a: Span<Owner>, b: Span<Owner>): number => b.end - b.start - (a.end - a.start);

function ownerText(name: string, owned: readonly Span<Owner>[]): string {
  const bytes = owned.reduce((sum, { start, end }) => sum + end - start, 0);
  const shown = [...owned].sort(bySize).slice(0, MOST_RANGES);
  const left = owned.length - shown.length;
  const lines = shown.map(({ start, end, value }) => {
    const by = value.caller === '' ? '' : ` by ${describeCaller(value.caller)} in ${value.step}`;
    return `  ${rangeText(start, end - start)}: ${value.words}${by}`;
  });
  return [
    `${name}: ${sizeText(bytes)} in ${plural(owned.length, 'range')}, the largest first`,
    ...lines,
    ...(left > 0 ? [`  and ${plural(left, 'smaller one')}`] : []),
    '',
  ].join('\n');
}
