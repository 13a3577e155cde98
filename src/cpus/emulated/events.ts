// What a CPU did, with its own count of instructions: the record of a run, and the last words in messages.
import { hex } from '../../lib/units.ts';
import { commandName } from './layout.ts';
import { LAPIC } from './lapic.ts';

/** In the order of their numbers; `a` and `b` are what the name says. */
export const EVENT_KINDS = [
  'reset', // a: vector of the SIPI, or -1 for power-on
  'in', // a: port, b: value
  'out', // a: port, b: value
  'apic', // a: register written, b: value
  'command', // a: command, b: how many arguments
  'done', // a: command, b: result
  'halt', // a: 1 with interrupts on, b: instruction pointer
  'fault', // a: position in FAULTS
] as const;
/** What a CPU did; what `a` and `b` of a CpuEvent are is beside each. */
export type EventKind = (typeof EVENT_KINDS)[number];

/** Ways in which a CPU dies. */
export const FAULTS = ['triple-fault', 'dead-halt', 'hang'] as const;
/** How a CPU died. */
export type FaultKind = (typeof FAULTS)[number];

/** One thing that a CPU did. */
export interface CpuEvent {
  /** Instructions that this CPU had executed. */
  readonly at: number;
  readonly kind: EventKind;
  readonly a: number;
  readonly b: number;
}

const EVENT_NUMBERS = 4;

/** Events as numbers, four each: instructions, position in EVENT_KINDS, a, b. */
export class EventLog {
  #numbers = new Float64Array(64 * EVENT_NUMBERS);
  #length = 0;

  put(at: number, kind: EventKind, a: number, b: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Float64Array(2 * this.#length);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers.set([at, EVENT_KINDS.indexOf(kind), a, b], this.#length);
    this.#length += EVENT_NUMBERS;
  }

  /** Everything so far, for decodeEvents. */
  numbers(): Float64Array<ArrayBuffer> {
    return this.#numbers.slice(0, this.#length);
  }
}

/** The events of an EventLog's numbers. */
export function decodeEvents(numbers: Float64Array): CpuEvent[] {
  const events: CpuEvent[] = [];
  for (let i = 0; i < numbers.length; i += EVENT_NUMBERS) {
    const [at = 0, kind = 0, a = 0, b = 0] = numbers.subarray(i, i + EVENT_NUMBERS);
    events.push({ at, kind: EVENT_KINDS[kind] ?? 'fault', a, b });
  }
  return events;
}

/** One event in words. */
export function describeEvent(event: CpuEvent): string {
  return `${whatHappened(event)} at instruction ${event.at}`;
}

function whatHappened({ kind, a, b }: CpuEvent): string {
  switch (kind) {
    case 'reset':
      return a < 0 ? 'power-on' : `start at ${hex(a * 0x1000)} by SIPI`;
    case 'in':
      return `IN port ${hex(a)} gave ${hex(b)}`;
    case 'out':
      return `OUT port ${hex(a)} of ${hex(b)}`;
    case 'apic':
      return `write of ${hex(b)} to its local APIC's ${registerName(a)}`;
    case 'command':
      return `took ${commandName(a)} with ${b} arguments`;
    case 'done':
      return `ended ${commandName(a)} with ${b}`;
    case 'halt':
      return `HLT with interrupts ${a === 1 ? 'on' : 'off'} at ${hex(b)}`;
    case 'fault':
      return FAULTS[a] ?? 'fault';
  }
}

function registerName(offset: number): string {
  return Object.entries(LAPIC).find(([, at]) => at === offset)?.[0] ?? `register ${hex(offset)}`;
}
