// Who reserved each byte: memblock's changes replayed, then cut to what was reserved at the end.
import type { RecordMemblockEvent, RunRecord } from '../../init/record.ts';
import { ownerKind, ownerWords, type OwnerKind } from './owner-words.ts';
import { clip, joined, SpanMap, type Span } from '../../lib/spans.ts';

export interface Owner {
  readonly kind: OwnerKind;
  /** The call site's id, `function` or `function#tag`; empty where no event tells. */
  readonly caller: string;
  /** The boot step that made the reservation. */
  readonly step: string;
  /** What it is for, in plain words. */
  readonly words: string;
}

const UNKNOWN: Owner = { kind: 'data', caller: '', step: '', words: 'reserved; no event tells by whom' };

/**
 * The reserved memory at page_alloc_init_late by owner, in bytes and in order. Where a later reservation covers an
 * earlier one, the earlier owner keeps it: the first megabyte is reserved whole after its parts have been.
 */
export function reservedByOwner(record: RunRecord): Span<Owner>[] {
  const owners = ownerMap(record.memblockEvents);
  const out: Span<Owner>[] = [];
  for (const region of record.memblockLate.reserved) {
    const end = region.base + region.size;
    let at = region.base;
    for (const span of clip(owners.list(), region.base, end)) {
      if (at < span.start) out.push({ start: at, end: span.start, value: UNKNOWN });
      out.push(span);
      at = span.end;
    }
    if (at < end) out.push({ start: at, end, value: UNKNOWN });
  }
  return joined(out, (a, b) => a.caller === b.caller && a.step === b.step);
}

function ownerMap(events: readonly RecordMemblockEvent[]): SpanMap<Owner> {
  const map = new SpanMap<Owner>();
  const known = new Map<string, Owner>();
  const ownerOf = ({ caller, step }: RecordMemblockEvent): Owner => {
    const key = `${caller} ${step}`;
    const owner = known.get(key) ?? { kind: ownerKind(caller), caller, step, words: ownerWords(caller) };
    known.set(key, owner);
    return owner;
  };
  for (const event of events) {
    const end = event.base + event.size;
    if (event.op === 'reserve' || event.op === 'alloc' || event.op === 'double')
      map.fill(event.base, end, ownerOf(event));
    else if (event.op === 'free' || event.op === 'free-late') map.clear(event.base, end);
  }
  return map;
}

/** Bytes reserved of each kind, largest first. */
export function bytesByKind(spans: readonly Span<Owner>[]): { kind: OwnerKind; bytes: number }[] {
  const sums = new Map<OwnerKind, number>();
  for (const { start, end, value } of spans)
    sums.set(value.kind, (sums.get(value.kind) ?? 0) + (end - start));
  return [...sums].map(([kind, bytes]) => ({ kind, bytes })).sort((a, b) => b.bytes - a.bytes);
}
