// VMM fast restart, the case of the series' cover letter: a host keeps its guests' memory across kexec, as ranges that the new
// kernel's map reserves, and the guests stand still until it is up.
import { InputError } from '../lib/input-error.ts';
import { GiB } from '../lib/units.ts';
import type { MapEntry, MachineSpec } from '../machine/spec.ts';

const RAM = 1;
const RESERVED = 2;
/** Guests live above this; below are the kernel, its crash kernel and devices. */
const GUESTS_FROM = BigInt(4 * GiB);
const ALIGN = BigInt(GiB);

/**
 * The machine with `percent` of its RAM above 4 GiB reserved for guests: of each range, cut at the nodes' boundaries, the
 * upper part, in whole GiB.
 * @throws InputError for a share that is none
 */
export function withGuestsKept(spec: MachineSpec, percent: number): MachineSpec {
  if (!(percent >= 0 && percent <= 95))
    throw new InputError('usage', `preserved share ${percent}%: expected 0 to 95: the host needs the rest`);
  const cuts = spec.nodes.flatMap(({ memory }) => memory.map(({ start }) => BigInt(start)));
  const map = spec.map
    .flatMap((entry) => (entry.type === RAM ? cutAt(entry, [GUESTS_FROM, ...cuts]) : [entry]))
    .flatMap((entry) => (isGuests(entry) ? reserveUpper(entry, percent) : [entry]));
  return { ...spec, name: `${spec.name} with ${percent}% kept`, map };
}

function isGuests({ type, addr, size }: MapEntry): boolean {
  return type === RAM && size > 0n && addr >= GUESTS_FROM;
}

/** The entry in pieces that none of `cuts` lies inside. */
function cutAt(entry: MapEntry, cuts: readonly bigint[]): MapEntry[] {
  const end = entry.addr + entry.size;
  const inside = [...new Set(cuts)].filter((cut) => cut > entry.addr && cut < end);
  const starts = [entry.addr, ...inside.sort((a, b) => (a < b ? -1 : 1))];
  return starts.map((addr, i) => ({ ...entry, addr, size: (starts[i + 1] ?? end) - addr }));
}

function reserveUpper(entry: MapEntry, percent: number): MapEntry[] {
  const end = entry.addr + entry.size;
  const wanted = (entry.size * BigInt(Math.round(percent * 100))) / 10_000n;
  const kept = ((end - wanted + ALIGN - 1n) / ALIGN) * ALIGN;
  if (kept >= end) return [entry];
  return [
    { ...entry, size: kept - entry.addr },
    { addr: kept, size: end - kept, type: RESERVED },
  ].filter(({ size }) => size > 0n);
}
