// `fits --memmap SPEC`: a range that the user takes out of the map, whether Linux survives it and what it becomes.
import { E820_TYPE_RAM, type E820Entry } from '../../arch/x86/e820_table.ts';
import { imageSize } from '../../arch/x86/boot/kaslr.ts';
import { memparse } from '../../kernel/params.ts';
import { alignDown, alignUp } from '../../lib/align.ts';
import { GiB, hex, MiB, SECTION_SIZE, type PhysAddr } from '../../lib/units.ts';
import { wholeMiB } from './largest.ts';
import type { Attempt, FitsMachine } from './machine.ts';
import type { Fit } from './types.ts';

const SUBSECTION = 2 * MiB;
const TEXT_LOST = '.text .data .bss are not marked as E820_TYPE_RAM!';
const KIND_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({ $: 'reserved', '#': 'ACPI data', '!': 'persistent memory', '@': 'usable memory' }),
);

interface Range {
  readonly start: PhysAddr;
  readonly end: PhysAddr;
}

interface Ask extends Range {
  /** `$`, `#`, `!`, `@`; empty for a limit; null where the kernel reads nothing. */
  readonly sign: string | null;
  readonly size: number;
}

function parse(spec: string): Ask {
  const { value: size, rest } = memparse(spec);
  if (rest === spec) return { sign: null, size: 0, start: 0, end: 0 };
  const sign = KIND_WORDS.has(rest.charAt(0)) ? rest.charAt(0) : rest === '' ? '' : null;
  const start = sign === '' || sign === null ? 0 : memparse(rest.slice(1)).value;
  return { sign, size, start, end: start + size };
}

const rangeText = ({ start, end }: Range): string => `${hex(start)}-${hex(end - 1)}`;

/** `others` are the other --memmap of the same question: they share sections. */
export function fitMemmap(machine: FitsMachine, spec: string, others: readonly string[]): Fit {
  const ask = parse(spec);
  const param = `memmap=${spec}`;
  const plain = machine.boot('');
  const attempt = machine.boot(param);
  const ram = ramOf(machine.map(plain));
  const kernel = kernelRange(machine, plain);
  const problems = problemsOf(ask, { attempt, ram, kernel });
  const words = attempt.log.filter(
    (line) => line.includes(TEXT_LOST) || line.startsWith('Invalid user supplied'),
  );
  const room = ram.find(({ start, end }) => ask.start >= start && ask.start < end);
  const blocked = room && kernel.start > ask.start ? Math.min(room.end, kernel.start) : room?.end;
  const fits = problems.length === 0;
  const slots = machine.slots(param, attempt);
  const all = slots.reduce((sum, { count }) => sum + count, 0);
  return {
    ...{
      option: 'memmap',
      spec,
      fits,
      at: ask.sign === null || ask.sign === '' ? null : ask.start,
      size: ask.size,
    },
    largestBytes: blocked === undefined ? 0 : alignDown(blocked - ask.start, MiB),
    largestLow: largestOf(ram, kernel, { start: 0, end: 4 * GiB }),
    largestHigh: largestOf(ram, kernel, { start: 4 * GiB, end: Infinity }),
    reason: fits
      ? [fine(ask), ...sharedSections(ask, others.map(parse))].join('; ')
      : problems.map(({ reason }) => reason).join('; '),
    words: [...words, ...problems.flatMap((problem) => problem.words ?? [])],
    instead: fits ? null : insteadOf(ask, ram, kernel),
    // the decompressor keeps out of the first four of these ranges
    slots:
      all === 0
        ? null
        : { fitting: fits || problems.every(({ kernelOnly }) => kernelOnly === true) ? all : 0, all },
  };
}

function fine({ sign }: Ask): string {
  if (sign === '$')
    return 'reserved; in GRUB write \\$ for $: without it the kernel gets memmap=SIZE, which cuts memory off at SIZE';
  if (sign === '') return 'no memory from there on';
  return KIND_WORDS.get(sign ?? '') ?? '';
}

interface Problem {
  readonly reason: string;
  readonly words?: readonly string[];
  /** It hurts only where the kernel stands at its preferred address: KASLR avoids the range. */
  readonly kernelOnly?: boolean;
}

function problemsOf(
  ask: Ask,
  { attempt, ram, kernel }: { attempt: Attempt; ram: readonly Range[]; kernel: Range },
): Problem[] {
  if (ask.sign === null)
    return [
      { reason: 'the kernel does not read it: expected SIZE, or SIZE and one of @ # $ ! and an address' },
    ];
  const problems: Problem[] = [];
  if (attempt.panic !== null) problems.push({ reason: `Linux panics: ${attempt.panic}` });
  if (ask.sign === '@' || ask.sign === '') return problems;
  if (ask.size > 0 && ask.start < kernel.end && ask.end > kernel.start)
    problems.push({
      reason: `it eats the kernel, which stands at ${rangeText(kernel)} without KASLR`,
      words: attempt.log.some((line) => line.includes(TEXT_LOST)) ? [] : [TEXT_LOST],
      kernelOnly: true,
    });
  if (ask.sign !== '!') return problems;
  const inside = ram.find(({ start, end }) => ask.start >= start && ask.end <= end);
  if (!inside) problems.push({ reason: outsideReason(ask, ram) });
  if (ask.start % SUBSECTION !== 0 || ask.end % SUBSECTION !== 0)
    problems.push({
      reason: 'persistent memory must begin and end on 2 MiB (a subsection of struct pages)',
      words: ['Misaligned __add_pages start: … (mm/memory_hotplug.c, check_pfn_span, 6.1)'],
    });
  return problems;
}

/** Devices in one section of 128 MiB: subsections (5.3) let them share it, which no modelled kernel lacks. */
function sharedSections(ask: Ask, others: readonly Ask[]): string[] {
  if (ask.sign !== '!') return [];
  return others
    .filter(
      (other) => other.sign === '!' && sections(other).some((section) => sections(ask).includes(section)),
    )
    .map(
      (other) =>
        `it shares a section of 128 MiB with the device at ${rangeText(other)}: before 5.3 the second does not come up (-EEXIST of sparse_add_one_section)`,
    );
}

function outsideReason(ask: Ask, ram: readonly Range[]): string {
  const parts = ram.filter(({ start, end }) => start < ask.end && end > ask.start);
  if (parts.length === 0) return 'there is no usable memory at this address';
  const top = Math.max(0, ...ram.filter(({ start }) => start < 4 * GiB).map(({ end }) => end));
  const hole = ask.start < top && ask.end > top && top < 4 * GiB ? ', the hole for PCI below 4 GiB' : '';
  return `it runs across what is no memory${hole}: usable there is ${parts.map(rangeText).join(', ')}`;
}

/** First and last section that a range has a part of. */
const sections = ({ start, end }: Range): number[] => [
  Math.floor(start / SECTION_SIZE),
  Math.floor((end - 1) / SECTION_SIZE),
];

function ramOf(map: readonly E820Entry[]): Range[] {
  return map
    .filter(({ type }) => type === E820_TYPE_RAM)
    .map(({ addr, size }) => ({ start: addr, end: addr + size }));
}

function kernelRange(machine: FitsMachine, attempt: Attempt): Range {
  const start = machine.kernelStart(attempt);
  return { start, end: start + imageSize(machine.profile.kernel.image) };
}

/** The largest piece of memory in a window that begins on a section and does not touch the kernel. */
function largestOf(
  ram: readonly Range[],
  kernel: Range,
  window: Range,
): { bytes: number; at: PhysAddr } | null {
  let best: { bytes: number; at: PhysAddr } | null = null;
  for (const range of ram)
    for (const part of [
      { start: range.start, end: Math.min(range.end, kernel.start) },
      { start: Math.max(range.start, range.end > kernel.end ? kernel.end : range.end), end: range.end },
    ]) {
      const at = alignUp(Math.max(part.start, window.start), SECTION_SIZE);
      const bytes = alignDown(Math.min(part.end, window.end) - at, MiB);
      if (bytes > 0 && bytes > (best?.bytes ?? 0)) best = { bytes, at };
    }
  return best;
}

/** The same size at the top of the largest piece, on a section. */
function insteadOf({ sign, size }: Ask, ram: readonly Range[], kernel: Range): string | null {
  if (sign === null || sign === '' || size === 0) return null;
  const whole = alignUp(size, SUBSECTION);
  const pieces = [
    largestOf(ram, kernel, { start: 4 * GiB, end: Infinity }),
    largestOf(ram, kernel, { start: 0, end: 4 * GiB }),
  ];
  for (const piece of pieces) {
    if (piece === null || piece.bytes < whole) continue;
    const at = alignDown(piece.at + piece.bytes - whole, SECTION_SIZE);
    if (at >= piece.at) return `memmap=${wholeMiB(whole)}M${sign}${hex(at)}`;
  }
  return null;
}
