// Whatever somebody types to have it explained: an address in any notation, an owner by its name, a function or a step of boot.
import type { RecordMemblockEvent, RunRecord } from '../../init/record.ts';
import { memparse } from '../../kernel/params.ts';
import { InputError } from '../../lib/input-error.ts';
import { plural } from '../../lib/plural.ts';
import type { Span } from '../../lib/spans.ts';
import type { PhysAddr } from '../../lib/units.ts';
import { didYouMean } from '../../machine/closest.ts';
import { OWNER_KINDS } from '../owners/owner-words.ts';
import { reservedByOwner, type Owner } from '../owners/owners.ts';
import { describeCaller, eventsOfSymbol, explainAddress, type Explanation } from './explain.ts';
import { explanationText, rangeText, sizeText, symbolText } from './text.ts';

const MAX_ADDRESS = 2 ** 52;
/** Of an owner with more ranges the largest are told. */
const MOST_RANGES = 24;

/** What was meant; `address` is where it is, or where its largest range or its first change begins. */
export type TypedExplanation = { readonly address: PhysAddr } & (
  | { readonly kind: 'address'; readonly explanation: Explanation }
  /** The ranges of an owner, the largest first. */
  | { readonly kind: 'owner'; readonly name: string; readonly ranges: readonly Span<Owner>[] }
  /** What a function or a step of boot did. */
  | { readonly kind: 'symbol'; readonly symbol: string; readonly events: readonly RecordMemblockEvent[] }
);

/**
 * Explains what was typed.
 * @throws InputError 'usage' where it is no address below 2^52 and no name of this boot
 */
export function explainTyped(record: RunRecord, typed: string): TypedExplanation {
  const text = typed.trim();
  if (/^[0-9]/.test(text)) {
    const address = addressOf(text);
    return { kind: 'address', address, explanation: explainAddress(record, address) };
  }
  const ranges = ownedBy(record, text).sort(bySize);
  const [largest] = ranges;
  if (largest) return { kind: 'owner', address: largest.start, name: text, ranges };
  const events = eventsOfSymbol(record, text);
  const [first] = events;
  if (first) return { kind: 'symbol', address: first.base, symbol: text, events };
  throw new InputError(
    'usage',
    `"${text}": expected an address such as 0x1000000 or 700G, an owner such as "the kernel", or a function or step of boot ` +
      `that took memory here${didYouMean(text, explainableNames(record))}`,
  );
}

/** The explanation in lines, the last one ended. */
export function typedText(record: RunRecord, typed: TypedExplanation): string {
  switch (typed.kind) {
    case 'address':
      return explanationText(record, typed.explanation);
    case 'owner':
      return ownerText(typed.name, typed.ranges);
    case 'symbol':
      return symbolText(typed.symbol, typed.events);
  }
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

/** `owned`: the largest first. */
function ownerText(name: string, owned: readonly Span<Owner>[]): string {
  const bytes = owned.reduce((sum, { start, end }) => sum + end - start, 0);
  const shown = owned.slice(0, MOST_RANGES);
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
