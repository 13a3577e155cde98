// `fits --hugepages SIZE:N[@NODE]`: gigantic pages out of memblock, or 2 MiB pages out of what is left.
import { imageSize } from '../../arch/x86/boot/kaslr.ts';
import { memparse } from '../../kernel/params.ts';
import { alignUp } from '../../lib/align.ts';
import { InputError } from '../../lib/input-error.ts';
import { GiB, MiB, type Nid } from '../../lib/units.ts';
import { ALWAYS, countSlots, failsAt, holesBefore, NEVER, type Fails, type Hole } from './holes.ts';
import { largestThatFits } from './largest.ts';
import type { Attempt, FitsMachine } from './machine.ts';
import type { Fit } from './types.ts';

const EXPECTED = 'expected SIZE:N or SIZE:N@NODE, such as 1G:14 or 2M:512@0';
const TAKEN_BY = /huge/i;

interface Ask {
  readonly size: number;
  readonly count: number;
  readonly node: Nid | null;
}

/** @throws InputError 'usage' for a text of another form, or a size that x86 does not have */
function parseAsk(spec: string): Ask {
  const match = /^(\w+):(\d{1,9})(?:@(\d{1,4}))?$/.exec(spec);
  const size = memparse(match?.[1] ?? '').value;
  if (!match || (size !== 2 * MiB && size !== GiB))
    throw new InputError('usage', `--hugepages "${spec}": ${EXPECTED}`);
  return { size, count: Number(match[2]), node: match[3] === undefined ? null : Number(match[3]) };
}

const append = ({ size, node }: Ask, count: number): string =>
  `hugepagesz=${size === GiB ? '1G' : '2M'} hugepages=${node === null ? count : `${node}:${count}`}`;

export function fitHugepages(machine: FitsMachine, spec: string): Fit {
  const ask = parseAsk(spec);
  return ask.size === GiB ? fitGigantic(machine, spec, ask) : fitSmall(machine, spec, ask);
}

const pagesOf = ({ early }: Attempt): number => early?.started.hugetlb.pages.length ?? 0;
const hugeWords = (attempt: Attempt): string[] =>
  attempt.log.filter((line) => /^HugeTLB: |^hugepages|^HugeTLB:/i.test(line));

function fitGigantic(machine: FitsMachine, spec: string, ask: Ask): Fit {
  const attempt = machine.boot(append(ask, ask.count));
  const boots = (count: number): boolean => {
    const boot = count === ask.count ? attempt : machine.boot(append(ask, count));
    return boot.panic === null && pagesOf(boot) === count;
  };
  const takes = ({ events }: Attempt): boolean => events.some(({ caller }) => TAKEN_BY.test(caller));
  const probe = takes(attempt) ? attempt : machine.boot(append(ask, 1));
  const step = probe.events.find(({ caller }) => TAKEN_BY.test(caller))?.step ?? 'parse_args';
  const frames = framesOf(holesBefore(probe, step, true), ask.node);
  const total = attempt.memory.reduce((sum, region) => sum + region.size, 0);
  // asked for more than there are, the kernel takes what there is: that is the most, unless it panics for want of the rest
  const greedy = ask.count > frames.length ? attempt : machine.boot(append(ask, frames.length + 1));
  const largest =
    greedy.panic === null && pagesOf(greedy) <= frames.length
      ? pagesOf(greedy)
      : largestThatFits(frames.length, Math.ceil(total / GiB), boots);
  const fits = boots(ask.count);
  const free = framesOf(holesBefore(probe, step, false), ask.node);
  const fails = failingPlaces(free, ask.count, imageSize(machine.profile.kernel.image));
  const areas = machine.slots(append(ask, ask.count), attempt);
  const agrees = failsAt(fails, machine.kernelStart(attempt)) !== fits;
  return {
    ...{ option: 'hugepages', spec, fits, at: null, size: ask.count * GiB },
    largestBytes: largest * GiB,
    largestLow: null,
    largestHigh: null,
    reason: giganticReason(machine, attempt, ask, largest),
    words: hugeWords(attempt),
    instead: fits || largest === 0 ? null : append(ask, largest),
    slots: areas.length > 0 && agrees ? countSlots(areas, fails) : null,
  };
}

function giganticReason(
  machine: FitsMachine,
  attempt: Attempt,
  { count, node }: Ask,
  largest: number,
): string {
  if (attempt.early?.x86.ctx.features.gbPages === false) return 'the CPU has no pages of 1 GiB (pdpe1gb)';
  if (attempt.panic !== null) return `Linux panics: ${attempt.panic}`;
  const where = node === null ? '' : ` on node ${node}`;
  if (pagesOf(attempt) === count)
    return `${count} whole GiB are free${where} when ${machine.profile.name} takes them`;
  return `${largest} of ${count} whole GiB are free${where}: each must begin on 1 GiB, and the kernel, its tables and holes cut the others`;
}

/** Whole GiB that are free, by their first address. */
function framesOf(holes: readonly Hole[], node: Nid | null): number[] {
  const frames: number[] = [];
  for (const hole of holes)
    if (node === null || hole.node === node)
      for (let at = alignUp(hole.start, GiB); at + GiB <= hole.end; at += GiB) frames.push(at);
  return frames;
}

/** Where the kernel must not stand for `count` of `frames` to be left. */
function failingPlaces(frames: readonly number[], count: number, image: number): Fails {
  const spare = frames.length - count;
  if (spare < 0) return ALWAYS;
  if (spare > 1) return NEVER;
  const out: { after: number; before: number }[] = [];
  for (const [i, at] of frames.entries()) {
    // with one to spare only a kernel that lies in two of them is too much
    if (spare === 1 && frames[i + 1] !== at + GiB) continue;
    const range =
      spare === 0 ? { after: at - image, before: at + GiB } : { after: at + GiB - image, before: at + GiB };
    const last = out.at(-1);
    if (last && range.after < last.before) last.before = range.before;
    else out.push(range);
  }
  return out;
}

/** Pages of 2 MiB come from the page allocator: what it has, as the model estimates it. */
function fitSmall(machine: FitsMachine, spec: string, ask: Ask): Fit {
  const attempt = machine.boot('');
  const zones = attempt.early?.x86.ctx.pgdats ?? [];
  const holes = holesBefore(attempt, 'memblock_free_all', true);
  const frames = holes
    .filter((hole) => ask.node === null || hole.node === ask.node)
    .reduce(
      (sum, { start, end }) => sum + Math.max(0, Math.floor(end / (2 * MiB)) - Math.ceil(start / (2 * MiB))),
      0,
    );
  const taken = Math.ceil(((attempt.early?.started.buddy.takenPages ?? 0) * 4096) / (2 * MiB));
  const largest = Math.max(0, frames - taken);
  const known = ask.node === null || zones.some(({ nodeId }) => nodeId === ask.node);
  const fits = known && ask.count <= largest;
  return {
    ...{ option: 'hugepages', spec, fits, at: null, size: ask.count * 2 * MiB },
    largestBytes: largest * 2 * MiB,
    largestLow: null,
    largestHigh: null,
    reason: known
      ? `about ${largest} whole pages of 2 MiB are free when the page allocator is asked (estimate)`
      : `there is no node ${ask.node}`,
    words: [],
    instead: fits || largest === 0 ? null : append(ask, largest),
    slots: null,
  };
}
