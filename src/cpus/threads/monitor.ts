// Watches a run from outside: a worker that makes no progress, or all of them asleep for ever, ends it.
import type { CpuId } from '../../lib/units.ts';
import type { Control, TraceEvent } from './control.ts';

/** A run that does not go on. */
export class Stalled extends Error {
  readonly cpu: CpuId;

  constructor(cpu: CpuId, text: string) {
    super(text);
    this.name = 'Stalled';
    this.cpu = cpu;
  }
}

/** Reading the kernel's modules for the first time may take so many times as long as a chunk's next block. */
const LOADING = 10;

/** Looks at the control block now and then; check() says what is wrong, if anything is. */
export class Monitor {
  readonly #control: Control;
  readonly #workers: readonly (readonly CpuId[])[];
  readonly #stallMs: number;
  readonly #seen: { progress: number; sinceMs: number }[];
  #quietSinceMs: number;

  /** `workers`: the CPUs that each carries. */
  constructor(control: Control, workers: readonly (readonly CpuId[])[], stallMs: number, nowMs: number) {
    this.#control = control;
    this.#workers = workers;
    this.#stallMs = stallMs;
    this.#seen = workers.map(() => ({ progress: 0, sinceMs: nowMs }));
    this.#quietSinceMs = nowMs;
  }

  check(nowMs: number): Stalled | null {
    let quiet = true;
    for (const [index, cpus] of this.#workers.entries()) {
      const progress = cpus.reduce((sum, cpu) => sum + this.#control.progress(cpu), 0);
      const seen = this.#seen[index];
      if (seen === undefined || seen.progress !== progress) {
        this.#seen[index] = { progress, sinceMs: nowMs };
        quiet = false;
        continue;
      }
      const state = this.#control.workerState(cpus[0] ?? 0);
      if (state === 'asleep') {
        seen.sinceMs = nowMs;
        continue;
      }
      quiet = false;
      const limit = state === 'loading' ? this.#stallMs * LOADING : this.#stallMs;
      if (nowMs - seen.sinceMs >= limit) return this.#stalled(cpus, nowMs - seen.sinceMs);
    }
    if (!quiet) this.#quietSinceMs = nowMs;
    if (nowMs - this.#quietSinceMs < this.#stallMs) return null;
    return new Stalled(0, `deadlock: no thread can go on for ${Math.round(nowMs - this.#quietSinceMs)} ms`);
  }

  #stalled(cpus: readonly CpuId[], ms: number): Stalled {
    const last = lastEvent(this.#control, cpus);
    const cpu = last?.cpu ?? cpus[0] ?? 0;
    return new Stalled(cpu, `CPU ${cpu} makes no progress for ${Math.round(ms)} ms${inChunk(last)}`);
  }
}

/** The newest event of these CPUs. */
export function lastEvent(control: Control, cpus: readonly CpuId[]): TraceEvent | undefined {
  return cpus
    .flatMap((cpu) => control.events(cpu).slice(-1))
    .reduce<TraceEvent | undefined>((a, b) => (a === undefined || b.atNs > a.atNs ? b : a), undefined);
}

/** ` in chunk [0x…, 0x…)` where the CPU's last event says that it runs one. */
export function inChunk(event: TraceEvent | undefined): string {
  if (event?.what !== 'run') return '';
  return ` in chunk [0x${event.a.toString(16)}, 0x${event.b.toString(16)})`;
}

/** Lines that a failure prints for the CPU it is about, and for the others together. */
const OWN_EVENTS = 12;
const OTHER_EVENTS = 12;

/** The newest events of a CPU and of the others, in the order of their times, a line each. */
export function eventLines(control: Control, about: CpuId): string[] {
  const own = control.events(about).slice(-OWN_EVENTS);
  const others = Array.from({ length: control.cpus }, (_, cpu) => (cpu === about ? [] : control.events(cpu)));
  const byTime = (x: TraceEvent, y: TraceEvent): number => x.atNs - y.atNs;
  return [...own, ...others.flat().sort(byTime).slice(-OTHER_EVENTS)].sort(byTime).map((e) => {
    const isRange = e.what === 'run' || e.what === 'ran';
    const operands = [e.a, e.b].map((n) => (isRange ? `0x${n.toString(16)}` : n));
    return `${(e.atNs / 1e6).toFixed(3)} ms CPU ${e.cpu} thread ${e.thread}: ${e.what} ${operands.join(' ')}`;
  });
}
