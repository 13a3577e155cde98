// What of early boot grows with memory, in milliseconds: the answer to "why does it take minutes".
import type { EarlyBoot } from '../boot/early.ts';
import { resolveTiming } from '../cpus/simulated/cost/timing.ts';
import { GiB, PAGE_SIZE } from '../lib/units.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { deferredTimes } from './deferred-time.ts';
import { earlyStateOf } from './early-state.ts';

/** Where a figure is from: the cost model, or a publication that nobody has repeated here. */
export type SlowSource = 'model' | 'published';

/** One part of early boot that takes longer the more memory there is. */
export interface SlowRow {
  readonly what: string;
  /** Memory that it is about. */
  readonly bytes: number;
  /** null where only a ratio is published. */
  readonly ms: number | null;
  /** Whether this boot does it, as its command line and configuration stand. */
  readonly happens: boolean;
  readonly source: SlowSource;
  /** How the figure comes about, or where it was published. */
  readonly about: string;
}

/** The table of one machine. */
export interface SlowBoot {
  readonly machine: string;
  readonly kernel: string;
  readonly rows: readonly SlowRow[];
}

const PAGES_PER_GIB = GiB / PAGE_SIZE;
const NS_PER_MS = 1e6;
/** [PATCHv13 0/9] mm, x86/cc, efi: Implement support for unaccepted memory (K. Shutemov, 2023): boot to shell of a TDX guest. */
const ACCEPTED: readonly (readonly [bytes: number, ratio: number])[] = [
  [4 * GiB, 2.5],
  [64 * GiB, 4],
];
const ACCEPTED_FROM = 'patch series "Implement support for unaccepted memory", v13, May 2023; in 6.5';

/** The table of one machine; `early` is its boot up to deferred init. */
export function slowBoot(early: EarlyBoot, spec: MachineSpec): SlowBoot {
  const { ctx } = early.x86;
  const timing = resolveTiming(spec.timing);
  const state = earlyStateOf(early, spec);
  const present = ctx.pgdats.map(({ nodePresentPages }) => nodePresentPages);
  const pages = present.reduce((a, b) => a + b, 0);
  const { total, free } = early.started.freed;
  const deferred = total - free;
  const times = deferred > 0 ? deferredTimes(state, timing, early.deferred.maxThreads) : [];
  const alone = deferred > 0 ? deferredTimes(state, timing, () => 1) : [];
  const serialMs = (count: number): number => (count * timing.pageInitNs) / NS_PER_MS;
  const slowest = (nodes: typeof times): number => Math.max(0, ...nodes.map(({ ns }) => ns)) / NS_PER_MS;
  const largestNode = Math.max(0, ...present) * PAGE_SIZE;
  const fillMs = largestNode / timing.nodeBandwidthGBs / NS_PER_MS;
  const gigantic = early.started.hugetlb.pages.length;
  const { poison, onFree } = filling(early);
  const row = (what: string, bytes: number, ms: number, happens: boolean, about: string): SlowRow => ({
    ...{ what, bytes, ms, happens, source: 'model', about },
  });
  const perPage = `${timing.pageInitNs} ns a page on the first CPU`;
  return {
    machine: early.machine,
    kernel: early.profile.name,
    rows: [
      row(
        'struct pages before other CPUs run',
        (pages - deferred) * PAGE_SIZE,
        serialMs(pages - deferred),
        true,
        perPage,
      ),
      row(
        'struct pages left to threads',
        deferred * PAGE_SIZE,
        slowest(times),
        deferred > 0,
        'the slowest node, as many threads as this kernel takes',
      ),
      row(
        'the same, one thread a node',
        deferred * PAGE_SIZE,
        slowest(alone),
        false,
        'without the series (before 5.8)',
      ),
      row(
        'all struct pages without deferral',
        pages * PAGE_SIZE,
        serialMs(pages),
        deferred === 0,
        `${perPage}: before 4.2, or without DEFERRED_STRUCT_PAGE_INIT`,
      ),
      row(
        'gigantic pages: their struct pages',
        gigantic * GiB,
        serialMs(gigantic * PAGES_PER_GIB),
        gigantic > 0,
        `${serialMs(PAGES_PER_GIB).toFixed(1)} ms each GiB, one after the other`,
      ),
      row(
        'page_poison=1: each page is filled once',
        pages * PAGE_SIZE,
        fillMs,
        poison,
        `at least: the largest node at ${timing.nodeBandwidthGBs.toFixed(1)} GB/s`,
      ),
      row(
        'init_on_free=1: each page is cleared once',
        pages * PAGE_SIZE,
        fillMs,
        onFree,
        `at least: the largest node at ${timing.nodeBandwidthGBs.toFixed(1)} GB/s`,
      ),
      ...ACCEPTED.map(([bytes, ratio]): SlowRow => ({
        what: `a TDX guest that accepts all memory first: boot to shell ${ratio} times as long`,
        ...{ bytes, ms: null, happens: false, source: 'published', about: ACCEPTED_FROM },
      })),
    ],
  };
}

/** What the kernel itself says about filling memory. */
function filling({ x86 }: EarlyBoot): { poison: boolean; onFree: boolean } {
  const line = x86.ctx.printk.lines.find(({ text }) => text.startsWith('mem auto-init: stack:'))?.text ?? '';
  const poison = ['1', 'on', 'y'].includes(x86.ctx.params.last('page_poison')?.toLowerCase() ?? '');
  return { poison, onFree: line.endsWith('heap free:on') };
}
