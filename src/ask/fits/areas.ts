// `fits --cma` and `--reserve-mem`: one area anywhere, or where the text says.
import { imageSize } from '../../arch/x86/boot/kaslr.ts';
import { memparse } from '../../kernel/params.ts';
import { isKnownParam } from '../../mm/command_line.ts';
import { parseReserveMem } from '../../mm/reserve_mem.ts';
import { GiB, MiB } from '../../lib/units.ts';
import { countSlots, failing, failsAt, holesBefore, largestIn } from './holes.ts';
import { largestThatFits, wholeMiB } from './largest.ts';
import type { Attempt, FitsMachine } from './machine.ts';
import type { Fit, FitsOption } from './types.ts';

/** What tells the two from each other. */
interface Kind {
  readonly option: FitsOption;
  readonly param: string;
  readonly step: string;
  readonly align: number;
  /** Bytes that a spec asks for; 0 where the kernel does not take it. */
  readonly sizeOf: (spec: string) => number;
  /** The same spec with another size. */
  readonly write: (mib: number, spec: string) => string;
  /** Where it went. */
  readonly at: (attempt: Attempt) => number | null;
  readonly words: RegExp;
}

const ALIGN = 2 * MiB;

const CMA: Kind = {
  option: 'cma',
  param: 'cma',
  step: 'dma_contiguous_reserve',
  align: ALIGN,
  sizeOf: (spec) => memparse(spec).value,
  write: (mib, spec) => `${mib}M${spec.slice(spec.length - memparse(spec).rest.length)}`,
  at: ({ early }) => early?.x86.ctx.cmaAreas[0]?.start ?? null,
  words: /^cma: /,
};

const reserveMem = (spec: string): Kind => ({
  option: 'reserve-mem',
  param: 'reserve_mem',
  step: 'parse_args',
  align: parseReserveMem(spec)?.align ?? 64,
  sizeOf: (text) => parseReserveMem(text)?.size ?? 0,
  write: (mib, text) => `${mib}M${memparse(text).rest}`,
  at: ({ events }) =>
    events.find(({ op, caller }) => op === 'alloc' && caller === 'reserve_mem')?.base || null,
  words: /reserve_mem/,
});

export const fitCma = (machine: FitsMachine, spec: string): Fit => fitArea(machine, spec, CMA);

export const fitReserveMem = (machine: FitsMachine, spec: string): Fit =>
  fitArea(machine, spec, reserveMem(spec));

function fitArea(machine: FitsMachine, spec: string, kind: Kind): Fit {
  const param = `${kind.param}=${spec}`;
  const attempt = machine.boot(param);
  const at = attempt.panic === null ? kind.at(attempt) : null;
  const size = kind.sizeOf(spec);
  const holes = holesBefore(attempt, kind.step, true);
  const window = { from: 0, to: Infinity, align: kind.align };
  const high = largestIn(holes, { ...window, from: 4 * GiB });
  const low = largestIn(holes, { ...window, to: 4 * GiB });
  const most = wholeMiB(attempt.memory.reduce((sum, region) => sum + region.size, 0));
  const guess = wholeMiB(Math.max(high?.bytes ?? 0, low?.bytes ?? 0));
  const known = isKnown(machine, kind, spec);
  const largest =
    known && size > 0
      ? largestThatFits(guess, most, (mib) => {
          const boot = machine.boot(`${kind.param}=${kind.write(mib, spec)}`);
          return boot.panic === null && kind.at(boot) !== null;
        })
      : 0;
  return {
    ...{ option: kind.option, spec, fits: at !== null, at, size },
    largestBytes: largest * MiB,
    largestLow: known ? low : null,
    largestHigh: known ? high : null,
    reason: reasonOf(machine, attempt, kind, { known, size, largest, at }),
    words: attempt.log.filter((line) => kind.words.test(line) && !/ommand line:/.test(line)),
    instead: at !== null || largest === 0 ? null : `${kind.param}=${kind.write(largest, spec)}`,
    slots: known && !spec.includes('@') ? slotsOf(machine, attempt, kind, param, size, at !== null) : null,
  };
}

function isKnown(machine: FitsMachine, { param, option }: Kind, value: string): boolean {
  const { params } = machine.profile.kernel.image;
  return option === 'cma' ? params.early.includes(param) : isKnownParam(params, { name: param, value });
}

function reasonOf(
  machine: FitsMachine,
  attempt: Attempt,
  { param }: Kind,
  { known, size, largest, at }: { known: boolean; size: number; largest: number; at: number | null },
): string {
  if (!known) return `kernel ${machine.profile.name} does not know ${param}=, and hands it to init`;
  if (size === 0)
    return `the kernel does not take it: ${param === 'cma' ? 'expected SIZE[@BASE[-LIMIT]]' : 'expected SIZE:ALIGN:NAME'}`;
  if (attempt.panic !== null) return `Linux panics: ${attempt.panic}`;
  if (at !== null) return at >= 4 * GiB ? 'above 4 GiB' : 'below 4 GiB';
  return `no hole has ${wholeMiB(size)} MiB: the largest gives ${largest} MiB`;
}

function slotsOf(
  machine: FitsMachine,
  attempt: Attempt,
  { step, align }: Kind,
  append: string,
  size: number,
  fits: boolean,
): Fit['slots'] {
  const areas = machine.slots(append, attempt);
  if (areas.length === 0 || size === 0) return null;
  const image = imageSize(machine.profile.kernel.image);
  const fails = failing(holesBefore(attempt, step, false), { size, align, from: 0, to: Infinity }, image);
  return failsAt(fails, machine.kernelStart(attempt)) === fits ? null : countSlots(areas, fails);
}
