// The record of a run on emulated CPUs: what each CPU did by its own count of instructions, and which chunk it was handed
// when, in virtual time. Two runs of one boot with one seed have equal records.
import type { CpuId, Pfn } from '../../lib/units.ts';
import { decodeEvents, describeEvent, EVENT_KINDS } from './events.ts';
import type { CpuRemains } from './messages.ts';

export const EMULATED_RECORD_VERSION = 1;

/** A chunk that was handed out. Times in virtual nanoseconds: one is one guest instruction. */
export interface HandOut {
  readonly cpu: CpuId;
  readonly start: Pfn;
  readonly end: Pfn;
  readonly pages: number;
  readonly startNs: number;
  readonly endNs: number;
  /** The CPU's instruction count when it was done. */
  readonly instructions: number;
}

export interface EmulatedCpuRecord {
  readonly cpu: CpuId;
  readonly apicId: number;
  /** Executed in all. */
  readonly instructions: number;
  /** Instruction count, position in `kinds`, and two values, for each event. */
  readonly events: readonly (readonly [at: number, kind: number, a: number, b: number])[];
}

export interface EmulatedRecord {
  readonly version: typeof EMULATED_RECORD_VERSION;
  readonly seed: number | null;
  readonly kinds: readonly string[];
  /** In the order of virtual time. */
  readonly handOuts: readonly HandOut[];
  /** CPUs whose worker died are missing. */
  readonly cpus: readonly EmulatedCpuRecord[];
}

/** What is left of each CPU, by its number in the kernel. */
export function cpuRecords(
  remains: readonly CpuRemains[],
  cpus: { readonly slotOf: ReadonlyMap<CpuId, number>; readonly apicIds: readonly number[] },
): EmulatedCpuRecord[] {
  return [...cpus.slotOf].flatMap(([cpu, slot]) => {
    const left = remains.find((one) => one.cpu === slot);
    if (left === undefined) return [];
    const events = decodeEvents(left.events).map(
      ({ at, kind, a, b }) => [at, EVENT_KINDS.indexOf(kind), a, b] as const,
    );
    return [{ cpu, apicId: cpus.apicIds[slot] ?? -1, instructions: left.instructions, events }];
  });
}

/** Where two records first differ, in one sentence; null where they are equal. */
export function compareRecords(first: EmulatedRecord, second: EmulatedRecord): string | null {
  return (
    differingLists(first.cpus, second.cpus, 'CPUs', differingCpus) ??
    differingLists(first.handOuts, second.handOuts, 'chunks handed out', (a, b, i) => {
      const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
      return left === right ? null : `hand-out ${i}: ${left} in one run, ${right} in the other`;
    })
  );
}

function differingCpus(a: EmulatedCpuRecord, b: EmulatedCpuRecord): string | null {
  if (a.cpu !== b.cpu) return `CPU ${a.cpu} in one run, CPU ${b.cpu} in the other`;
  const difference = differingLists(a.events, b.events, `events of CPU ${a.cpu}`, (x, y, i) => {
    if (x.every((value, k) => value === y[k])) return null;
    return `event ${i} of CPU ${a.cpu}: ${inWords(x)} in one run, ${inWords(y)} in the other`;
  });
  if (difference !== null || a.instructions === b.instructions) return difference;
  return `CPU ${a.cpu} executed ${a.instructions} instructions in one run, ${b.instructions} in the other`;
}

function inWords([at, kind, a, b]: EmulatedCpuRecord['events'][number]): string {
  return describeEvent({ at, kind: EVENT_KINDS[kind] ?? 'fault', a, b });
}

/** The first difference of two lists, element by element, then in length. */
function differingLists<T>(
  a: readonly T[],
  b: readonly T[],
  what: string,
  differ: (x: T, y: T, index: number) => string | null,
): string | null {
  for (const [i, x] of a.entries()) {
    const y = b[i];
    const difference = y === undefined ? null : differ(x, y, i);
    if (difference !== null) return difference;
  }
  return a.length === b.length ? null : `${a.length} ${what} in one run, ${b.length} in the other`;
}
