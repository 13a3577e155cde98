// `fits --crashkernel`: where the crash kernel's memory goes, or what stands in its way.
import { CRASH_ADDR_HIGH_MAX, CRASH_ADDR_LOW_MAX, CRASH_ALIGN } from '../../arch/x86/layout.ts';
import { imageSize } from '../../arch/x86/boot/kaslr.ts';
import { memparse, Params } from '../../kernel/params.ts';
import { swiotlbSizeOrDefault } from '../../mm/swiotlb.ts';
import { GiB, MiB, type PhysAddr } from '../../lib/units.ts';
import {
  both,
  countSlots,
  either,
  failing,
  failsAt,
  holesBefore,
  largestIn,
  type Fails,
  type Hole,
} from './holes.ts';
import { largestThatFits, wholeMiB } from './largest.ts';
import type { Attempt, FitsMachine } from './machine.ts';
import type { Fit, Largest } from './types.ts';

const STEP = 'reserve_crashkernel';
/** Callers of the main reservation, and of the low part beside a high one. */
const MAIN = [
  'setup_arch#crash-low',
  'setup_arch#crash-high',
  'setup_arch#crash-at',
  'reserve_crashkernel_generic',
];
const LOW_PART = 'setup_arch#crash-low-part';
const FOUR_GIB = 4 * GiB;

/** What is reserved in the end; null where nothing is. */
function reserved(attempt: Attempt): { at: PhysAddr; size: number; low: number } | null {
  const events = attempt.events.filter(({ step }) => step === STEP);
  const kept = events.filter(
    ({ op, base, size }) =>
      op === 'alloc' &&
      base > 0 &&
      !events.some((e) => e.op === 'free' && e.base === base && e.size === size),
  );
  const main = kept.find(({ caller }) => MAIN.includes(caller));
  if (main === undefined) return null;
  const low = kept.find(
    (event) => event !== main && (event.caller === LOW_PART || MAIN.includes(event.caller)),
  );
  return { at: main.base, size: main.size, low: low?.size ?? 0 };
}

export function fitCrashkernel(machine: FitsMachine, spec: string): Fit {
  const append = `crashkernel=${spec}`;
  const attempt = machine.boot(append);
  const got = reserved(attempt);
  const words = attempt.log.filter(
    (line) => /crashkernel|crash kernel/i.test(line) && !/ommand line:|^(?:__)?memblock_/.test(line),
  );
  const size = got?.size ?? askedSize(attempt, spec);
  // a list of ranges decides the size by itself: what is asked is how much that could be
  const form = formOf(spec);
  const probe = attempt.events.some(({ step }) => step === STEP) ? attempt : machine.boot('crashkernel=1M');
  const holes = holesBefore(probe, STEP, true);
  const window = windowOf(machine, form);
  const largestLow = largestIn(holes, { ...window.low, align: CRASH_ALIGN });
  const largestHigh = largestIn(holes, { ...window.high, align: CRASH_ALIGN });
  const guess = Math.max(
    wholeMiB(largestLow?.bytes ?? 0),
    form.base === null ? wholeMiB(largestHigh?.bytes ?? 0) : 0,
  );
  const most = wholeMiB(attempt.memory.reduce((sum, region) => sum + region.size, 0));
  const largest = largestThatFits(guess, most, (mib) => {
    const boot = machine.boot(`crashkernel=${form.write(mib)}`);
    return boot.panic === null && reserved(boot)?.size === mib * MiB;
  });
  const fits = got !== null && attempt.panic === null;
  return {
    ...{ option: 'crashkernel', spec, fits, at: got?.at ?? null, size },
    largestBytes: largest * MiB,
    largestLow: roundedDown(largestLow),
    largestHigh: roundedDown(largestHigh),
    reason: reasonOf(attempt, got, size, largest),
    words,
    instead: fits || largest === 0 ? insteadOf(fits) : `crashkernel=${form.write(largest)}`,
    slots: slotsOf(machine, attempt, probe, { append, size, form, fits }),
  };
}

const insteadOf = (fits: boolean): null | string => (fits ? null : 'no crashkernel= fits on this machine');

function roundedDown(largest: Largest | null): Largest | null {
  return largest === null || largest.bytes < MiB
    ? null
    : { bytes: wholeMiB(largest.bytes) * MiB, at: largest.at };
}

interface Form {
  readonly high: boolean;
  readonly base: PhysAddr | null;
  /** The spec for so many MiB. */
  readonly write: (mib: number) => string;
}

function formOf(spec: string): Form {
  const high = spec.endsWith(',high');
  const at = /@(\w+)$/.exec(spec)?.[1];
  const base = at === undefined ? 0 : memparse(at).value;
  if (base > 0) return { high: false, base, write: (mib) => `${mib}M@${at}` };
  return { high, base: null, write: (mib) => `${mib}M${high ? ',high' : ''}` };
}

/** What the text asks for, where nothing was reserved. */
function askedSize(attempt: Attempt, spec: string): number {
  const event = attempt.events.find(({ step, request }) => step === STEP && request !== undefined);
  return event?.request?.size ?? memparse(spec).value;
}

interface Windows {
  readonly low: { readonly from: PhysAddr; readonly to: PhysAddr };
  readonly high: { readonly from: PhysAddr; readonly to: PhysAddr };
}

function windowOf(machine: FitsMachine, { base }: Form): Windows {
  const isX86 = machine.profile.kernel.rules.crashkernel === 'x86';
  const from = isX86 ? CRASH_ALIGN : 0;
  if (base !== null)
    return {
      low: { from: base, to: CRASH_ADDR_LOW_MAX },
      high: { from: Math.max(base, FOUR_GIB), to: CRASH_ADDR_HIGH_MAX },
    };
  return { low: { from, to: CRASH_ADDR_LOW_MAX }, high: { from: FOUR_GIB, to: CRASH_ADDR_HIGH_MAX } };
}

function reasonOf(attempt: Attempt, got: ReturnType<typeof reserved>, size: number, largest: number): string {
  if (attempt.panic !== null) return `Linux panics: ${attempt.panic}`;
  if (got !== null) {
    if (got.at >= FOUR_GIB) return `above 4 GiB, with ${wholeMiB(got.low)} MiB of low memory beside it`;
    return 'below 4 GiB';
  }
  if (size === 0) return 'the kernel cannot read it, or its ranges ask for nothing on this machine';
  if (largest === 0)
    return 'no hole that begins on 16 MiB has room for it, below 4 GiB or above with low memory beside it';
  return `no hole that begins on 16 MiB has ${wholeMiB(size)} MiB: the largest gives ${largest} MiB`;
}

/** Over all places of the kernel; null where the count and the boot would not agree. */
function slotsOf(
  machine: FitsMachine,
  attempt: Attempt,
  probe: Attempt,
  { append, size, form, fits }: { append: string; size: number; form: Form; fits: boolean },
): Fit['slots'] {
  const areas = machine.slots(append, attempt);
  if (areas.length === 0 || size === 0) return null;
  const image = imageSize(machine.profile.kernel.image);
  const fails = failingPlaces(machine, holesBefore(probe, STEP, false), size, form, image);
  if (failsAt(fails, machine.kernelStart(attempt)) === fits) return null;
  return countSlots(areas, fails);
}

function failingPlaces(
  machine: FitsMachine,
  holes: readonly Hole[],
  size: number,
  form: Form,
  image: number,
): Fails {
  const window = windowOf(machine, form);
  const fail = (ask: { from: PhysAddr; to: PhysAddr }, bytes: number, align = CRASH_ALIGN): Fails =>
    failing(holes, { ...ask, size: bytes, align }, image);
  if (form.base !== null) return fail({ from: form.base, to: form.base + size }, size, MiB);
  const params = new Params(machine.cmdline);
  const lowPart = fail(
    { from: 0, to: CRASH_ADDR_LOW_MAX },
    Math.max(swiotlbSizeOrDefault(params) + 8 * MiB, 256 * MiB),
  );
  const high = either(fail(window.high, size), lowPart);
  return both(fail(window.low, size), high);
}
