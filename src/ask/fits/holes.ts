// Free memory between what memblock has reserved at some moment of boot, and what a kernel that stands elsewhere does to it.
import type { SlotArea } from '../../arch/x86/boot/kaslr.ts';
import { SLOT_SIZE } from '../../arch/x86/boot/kaslr.ts';
import { alignDown, alignUp } from '../../lib/align.ts';
import { SpanMap, without } from '../../lib/spans.ts';
import type { Nid, PhysAddr } from '../../lib/units.ts';
import type { Attempt } from './machine.ts';

export interface Hole {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
  readonly node: Nid;
}

const KERNEL = ['setup_arch#image', 'setup_arch#brk'];

/**
 * Free memory when the step that makes the first event of `step` begins (at the end where there is none); `withKernel` false counts
 * the kernel's own memory as free, too. Page 0 is never free.
 */
export function holesBefore({ events, memory }: Attempt, step: string, withKernel: boolean): Hole[] {
  const reserved = new SpanMap<null>();
  const first = events.findIndex((event) => event.step === step);
  for (const { op, base, size, caller } of first === -1 ? events : events.slice(0, first)) {
    if (!withKernel && KERNEL.includes(caller)) continue;
    if (op === 'reserve' || op === 'alloc' || op === 'double') reserved.fill(base, base + size, null);
    else if (op === 'free') reserved.clear(base, base + size);
  }
  const holes: Hole[] = [];
  for (const region of memory)
    for (const { start, end } of without(
      Math.max(region.base, 4096),
      region.base + region.size,
      reserved.list(),
    ))
      push(holes, { start, end, node: region.nid });
  return holes;
}

/** Memory of two nodes that touches is one hole to memblock; the first node stands for it. */
function push(holes: Hole[], hole: Hole): void {
  const last = holes.at(-1);
  if (last?.end === hole.start) holes[holes.length - 1] = { ...last, end: hole.end };
  else holes.push(hole);
}

/** What is asked of memblock: so much, aligned, within a window. */
export interface Ask {
  readonly size: number;
  readonly align: number;
  readonly from: PhysAddr;
  readonly to: PhysAddr;
}

const clipped = (hole: Hole, { from, to }: Pick<Ask, 'from' | 'to'>): { start: PhysAddr; end: PhysAddr } => ({
  start: Math.max(hole.start, from),
  end: Math.min(hole.end, to),
});

/** The most that one hole of the window gives. */
export function largestIn(
  holes: readonly Hole[],
  ask: Omit<Ask, 'size'>,
): { bytes: number; at: PhysAddr } | null {
  let best: { bytes: number; at: PhysAddr } | null = null;
  for (const hole of holes) {
    const { start, end } = clipped(hole, ask);
    const at = alignUp(start, ask.align);
    if (end > at && end - at > (best?.bytes ?? 0)) best = { bytes: end - at, at };
  }
  return best;
}

/** Addresses of a kernel of `image` bytes at which an ask finds nothing: open ranges; `holes` are free but for it. */
export function failing(holes: readonly Hole[], ask: Ask, image: number): Fails {
  const good = holes.flatMap((hole) => {
    const { start, end } = clipped(hole, ask);
    const first = alignUp(start, ask.align) + ask.size;
    return first <= end ? [{ left: first, right: alignDown(end - ask.size, ask.align) }] : [];
  });
  const [only, ...others] = good;
  if (only === undefined) return ALWAYS;
  if (others.length > 0) return NEVER;
  // below `right - image` it leaves room behind it, from `left` on before it
  return only.right - image < only.left ? [{ after: only.right - image, before: only.left }] : NEVER;
}

/** Kernel addresses a with after < a < before, apart and ascending. */
export type Fails = readonly { readonly after: PhysAddr; readonly before: PhysAddr }[];
export const NEVER: Fails = [];
export const ALWAYS: Fails = [{ after: -1, before: Infinity }];

/** Where both fail. */
export function both(a: Fails, b: Fails): Fails {
  return a.flatMap((x) =>
    b.flatMap((y) => {
      const meet = { after: Math.max(x.after, y.after), before: Math.min(x.before, y.before) };
      return meet.after + 1 < meet.before ? [meet] : [];
    }),
  );
}

/** Where one or the other fails. */
export function either(a: Fails, b: Fails): Fails {
  const out: { after: PhysAddr; before: PhysAddr }[] = [];
  for (const range of [...a, ...b].sort((x, y) => x.after - y.after)) {
    const last = out.at(-1);
    if (last && range.after + 1 < last.before) last.before = Math.max(last.before, range.before);
    else out.push({ ...range });
  }
  return out;
}

export const failsAt = (fails: Fails, kernel: PhysAddr): boolean =>
  fails.some(({ after, before }) => kernel > after && kernel < before);

/** How many places there are, and at how many nothing fails. */
export function countSlots(areas: readonly SlotArea[], fails: Fails): { fitting: number; all: number } {
  let all = 0;
  let failed = 0;
  for (const { start, count } of areas) {
    all += count;
    for (const { after, before } of fails) {
      const first = Math.max(0, Math.floor((after - start) / SLOT_SIZE) + 1);
      const last = Math.min(count, Math.ceil((before - start) / SLOT_SIZE));
      failed += Math.max(0, last - first);
    }
  }
  return { fitting: all - failed, all };
}
