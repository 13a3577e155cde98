// Mirrors what kernel/watchdog.c (v6.1) would notice: a CPU that does not schedule for too long, or does not even take interrupts.
// An effect of the model, told from the leaves that ran; the log does not have it.
import { MAX_ORDER_NR_PAGES, type CpuId } from '../../lib/units.ts';
import type { DeferredRules } from '../../mm/deferred/rules.ts';
import type { SimEvent } from './simulator.ts';

/** watchdog_thresh: interrupts off for so long is a hard lockup; no scheduling for twice as long is a soft one. */
const WATCHDOG_THRESH_NS = 10e9;

/** The part of a version's rules that the watchdog sees. */
export type WatchdogRules = Pick<DeferredRules, 'condResched' | 'watchdogTouchesPerBlock'>;

export interface Lockup {
  readonly kind: 'soft lockup' | 'hard LOCKUP';
  readonly cpu: CpuId;
  /** How long the CPU was stuck in all. */
  readonly ns: number;
}

/** Looks at each leaf that ran. */
export class Watchdog {
  readonly lockups: Lockup[] = [];
  /** Calls of touch_nmi_watchdog(). */
  touches = 0;
  /** The longest that a CPU has worked without a chance to schedule. */
  longestNs = 0;
  readonly #rules: WatchdogRules;

  constructor(rules: WatchdogRules) {
    this.#rules = rules;
  }

  event(event: SimEvent): void {
    if (event.kind !== 'run') return;
    const { cpu, startNs, endNs, irqsOff, done } = event;
    const { condResched, watchdogTouchesPerBlock } = this.#rules;
    const blocks = Math.ceil(done.pages / MAX_ORDER_NR_PAGES);
    this.touches += blocks * watchdogTouchesPerBlock;
    const ns = endNs - startNs;
    const stuckNs = condResched && !irqsOff ? ns / Math.max(blocks, 1) : ns;
    this.longestNs = Math.max(this.longestNs, stuckNs);
    // touching the one watchdog touches the other; with interrupts off the soft one has no timer
    if (watchdogTouchesPerBlock > 0) return;
    if (irqsOff && stuckNs > WATCHDOG_THRESH_NS) this.lockups.push({ kind: 'hard LOCKUP', cpu, ns: stuckNs });
    else if (!irqsOff && stuckNs > 2 * WATCHDOG_THRESH_NS)
      this.lockups.push({ kind: 'soft lockup', cpu, ns: stuckNs });
  }
}
