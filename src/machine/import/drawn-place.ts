// Where a kernel stands whose place was drawn by lot: no log tells, so the middle of all places that it may have got.
import { alignDown, alignUp } from '../../lib/align.ts';
import { MiB, type PhysAddr } from '../../lib/units.ts';
import type { MapEntry } from '../spec.ts';

const USABLE = 1;
/** The lowest address that the lot gives, and its step (CONFIG_PHYSICAL_START, CONFIG_PHYSICAL_ALIGN). */
const LOWEST = 16 * MiB;
const STEP = 2 * MiB;
/** What an image needs while it is unpacked: so much or nearly in all distributions. */
const IMAGE = 64 * MiB;
/** Since this version physical addresses are drawn from all memory, and by default. */
const SINCE = 4.12;
const MOST_RAM = 2 ** 46;

interface Span {
  readonly start: number;
  readonly end: number;
}

/** null where the place is not drawn by lot, or there is no room. `taken` is what the loader put into memory. */
export function drawnPlace(
  release: string | null,
  cmdline: string | null,
  map: readonly MapEntry[],
  taken: readonly { readonly start: PhysAddr; readonly size: number }[],
): PhysAddr | null {
  const [, major = 0, minor = 0] = /^(\d{1,3})\.(\d{1,3})/.exec(release ?? '')?.map(Number) ?? [];
  if (major + minor / 100 < SINCE || cmdline === null || /(^|\s)nokaslr(\s|$)/.test(cmdline)) return null;
  const slots = map
    .filter(({ type, addr, size }) => type === USABLE && addr + size <= BigInt(MOST_RAM))
    .flatMap(({ addr, size }) => around({ start: Number(addr), end: Number(addr + size) }, taken))
    .map(({ start, end }) => ({
      start: alignUp(Math.max(start, LOWEST), STEP),
      end: alignDown(end - IMAGE, STEP) + STEP,
    }))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start);
  let left = Math.floor(slots.reduce((sum, { start, end }) => sum + (end - start) / STEP, 0) / 2);
  for (const { start, end } of slots) {
    const count = (end - start) / STEP;
    if (left < count) return start + left * STEP;
    left -= count;
  }
  return null;
}

/** What is left of `span` beside what is taken. */
function around(span: Span, taken: readonly { readonly start: PhysAddr; readonly size: number }[]): Span[] {
  const left: Span[] = [];
  let { start } = span;
  for (const hole of [...taken].sort((a, b) => a.start - b.start)) {
    if (hole.start >= span.end || hole.start + hole.size <= start) continue;
    if (hole.start > start) left.push({ start, end: hole.start });
    start = hole.start + hole.size;
  }
  return start < span.end ? [...left, { start, end: span.end }] : left;
}
