// Why lines of a real log differ from the prediction, where that is known: each differing line gets the first cause that fits.
import type { RunRecord } from '../../init/record.ts';
import { dependsOn } from '../../kernel/assumed.ts';
import { PAGE_SIZE } from '../../lib/units.ts';
import type { DifferingLine, Fidelity } from './fidelity.ts';

/** One cause: `id` for programs, `text` for people. */
export interface Cause {
  readonly id: string;
  readonly text: string;
}

/** What the causes look at. */
interface Seen {
  /** Every line of the real log, as the kernel printed it. */
  readonly real: readonly string[];
  readonly record: Pick<RunRecord, 'assumedFacts'>;
  readonly efi: boolean;
  /** Changes of the map that only the real kernel made. */
  readonly updates: readonly Update[];
}

interface Update {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly cause: Cause;
}

const SETUP_DATA: Cause = {
  id: 'setup-data',
  text: 'setup_data: boot loader or EFI stub left data in usable memory, which the kernel splits off its map',
};
const EFI_RESERVED: Cause = {
  id: 'efi-reserved',
  text: 'EFI: memory bought back from boot services (ESRT, BGRT, MOK variables): efi_mem_reserve() takes it out of the map',
};
const TAKEN_OUT: Cause = {
  id: 'map-changed',
  text: "the kernel took memory out of the firmware's map (early quirks, apertures, the boot loader's data)",
};
const MTRR: Cause = {
  id: 'mtrr',
  text: "MTRRs: the kernel trims what is not write-back; only the CPU's registers tell what that is",
};
const DEFERRED_OFF: Cause = {
  id: 'deferral-off',
  text: 'deferral is off: this log has no line of deferred pages (CONFIG_DEFERRED_STRUCT_PAGE_INIT)',
};
const CUT: Cause = { id: 'cut', text: 'the log ends before this line' };
const INITRD: Cause = { id: 'initrd', text: 'the initrd was moved, or stood elsewhere' };
const KASLR: Cause = {
  id: 'kaslr',
  text: 'KASLR: the kernel stood at a random place, and what is allocated lies around it (--kernel-at says where)',
};

const UPDATE = /^e820: update \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] (\S.*) ==> (\S.*)$/;
const RANGE = /\[(?:mem )?0x([0-9a-f]+)-0x([0-9a-f]+)\]/g;
const FOUR_GIB = 2 ** 32;

/** Kinds of lines that a kernel prints or not by how it is built. */
const BUILT_WITH: readonly (readonly [RegExp, string])[] = [
  [/^PM: .*[Rr]egistered nosave memory/, 'HIBERNATION'],
  [/^  Device +(?:\[mem|empty)/, 'ZONE_DEVICE'],
  [/^(?:No NUMA configuration|Faking a node|NODE_DATA\(|Fallback order for|Policy zone: )/, 'NUMA'],
  [/^x86\/mm: Memory block size/, 'MEMORY_HOTPLUG'],
  [/^node \d+ .*initialised/, 'DEFERRED_STRUCT_PAGE_INIT'],
  [/^software IO TLB: /, 'SWIOTLB, or an IOMMU is used'],
  [/^SLUB: /, 'SLUB'],
];

function updateOf(text: string, efi: boolean): Update | null {
  const match = UPDATE.exec(text);
  if (!match) return null;
  const [start, last] = [parseInt(match[1] ?? '', 16), parseInt(match[2] ?? '', 16)];
  const [from, to] = [match[3], match[4]];
  const end = last + 1;
  const cause =
    from === to
      ? SETUP_DATA
      : end >= FOUR_GIB && end % FOUR_GIB === 0
        ? MTRR
        : efi
          ? EFI_RESERVED
          : TAKEN_OUT;
  return { start, end, cause };
}

const pageOf = (address: number): number => Math.floor(address / PAGE_SIZE);

/** A line that names a range which begins or ends where one of the updates does, or a gap that the trimmed memory left. */
function byUpdate(text: string, updates: readonly Update[]): Cause | null {
  if (/available for PCI devices/.test(text))
    return updates.find(({ cause }) => cause === MTRR)?.cause ?? null;
  for (const [, first = '', last = ''] of text.matchAll(RANGE)) {
    const [start, end] = [parseInt(first, 16), parseInt(last, 16) + 1];
    const tied = updates.find(
      (update) =>
        [pageOf(update.start), pageOf(update.end - 1) + 1].includes(pageOf(start)) ||
        [pageOf(update.start), pageOf(update.end - 1) + 1].includes(pageOf(end - 1) + 1),
    );
    if (tied) return tied.cause;
  }
  return null;
}

/** A fact that was assumed and that the line shows; what everything depends on comes last. */
function byAssumed(text: string, { record }: Seen, ofPlace: boolean): Cause | null {
  const facts = (record.assumedFacts ?? []).filter(({ fact }) => dependsOn(text, fact));
  const found = facts.find(({ fact }) => !dependsOn('', fact)) ?? (ofPlace ? undefined : facts[0]);
  if (!found) return null;
  const others = facts.filter((other) => other !== found && !dependsOn('', other.fact));
  const more: string[] = others.map(({ fact }) => fact);
  if (ofPlace && found.fact !== 'kernel.place') more.push("the kernel's place");
  const also = more.length > 0 ? `, and ${more.join(', ')}` : '';
  return { id: `assumed:${found.fact}`, text: `assumed: ${found.fact}, ${found.taken}${also}` };
}

/** A predicted line of a kind of which the real log has none. */
function byKind({ from, text }: DifferingLine, { real }: Seen): Cause | null {
  if (from === 'real') return null;
  const kind = BUILT_WITH.find(([pattern]) => pattern.test(text));
  if (!kind || real.some((line) => kind[0].test(line))) return null;
  return {
    id: `not-built:${kind[1].replace(/,.*/, '')}`,
    text: `no line of this kind in the log: a kernel without ${kind[1]}, or lines of its level are left out`,
  };
}

function causeOf(line: DifferingLine, isLast: boolean, seen: Seen): Cause | null {
  const { from, text } = line;
  const own = updateOf(text, seen.efi);
  if (own && from === 'real') return own.cause;
  if (/^(?:Allocated new|Move) RAMDISK/.test(text)) return INITRD;
  if (from === 'predicted' && isLast) return CUT;
  if (/^node \d+ .*initialised/.test(text) && byKind(line, seen)) return DEFERRED_OFF;
  return (
    byKind(line, seen) ??
    byUpdate(text, seen.updates) ??
    byAssumed(text, seen, line.dependsOnKernelPlace === true) ??
    (line.dependsOnKernelPlace === true ? KASLR : null)
  );
}

/** The cause of each differing line of `fidelity`, in their order; null where none is known. */
export function causesOf(
  { differing }: Pick<Fidelity, 'differing'>,
  real: readonly string[],
  record: Pick<RunRecord, 'assumedFacts'>,
  efi: boolean,
): readonly (Cause | null)[] {
  const updates = differing.flatMap(({ from, text }) => {
    const update = from === 'real' ? updateOf(text, efi) : null;
    return update ? [update] : [];
  });
  const seen: Seen = { real, record, efi, updates };
  const lastReal = differing.findLastIndex(({ from }) => from === 'real');
  return differing.map((line, at) => causeOf(line, at > lastReal && !line.followed, seen));
}
