// Where the kernel is put before it runs: the place that something tells, or the one it is assumed to have.
import type { KernelProfile } from '../kernel/profile.ts';
import { alignDown, alignUp } from '../lib/align.ts';
import { InputError } from '../lib/input-error.ts';
import { GiB, hex, MiB, type PhysAddr } from '../lib/units.ts';
import type { MachineSpec } from '../machine/spec.ts';
import { usableRanges } from '../machine/usable.ts';

/** Where a boot has the kernel. */
export interface KernelStart {
  /** Address of _text; undefined for where a boot loader puts it. */
  readonly kernelAt: PhysAddr | undefined;
  /** KASLR is at work: a place was told, or not known, and no nokaslr keeps a kernel that can do so from it. */
  readonly kaslr: boolean;
  /** KASLR chose the place and nothing tells it. */
  readonly kernelUnknown: boolean;
}

/** How a boot is told. `kernelAt` goes before what the machine tells. */
export interface KernelStartOptions {
  readonly cmdline: string;
  readonly kernelAt?: PhysAddr | undefined;
}

/** kaslr.c of arch/x86/boot/compressed looks for room up to here. */
const KASLR_END = 64 * 1024 * GiB;

/** How many bytes brk begins behind _text. */
function brkOffset({ image }: KernelProfile): number {
  return image.endOfKernelReserve - image.textStart;
}

/**
 * Where `profile`'s kernel is on `spec`.
 * @throws InputError 'map' where the place that was asked for is not usable memory
 */
export function kernelStart(
  spec: MachineSpec,
  profile: KernelProfile,
  { cmdline, kernelAt }: KernelStartOptions,
): KernelStart {
  const place = kernelAt === undefined ? spec.kernelAt : { text: kernelAt };
  if (place === null) {
    // a log's kernel without KASLR may have been built for another place
    const elsewhere = spec.origin.kind === 'log' ? besideInitrd(spec, profile) : undefined;
    return { kernelAt: elsewhere, kaslr: false, kernelUnknown: elsewhere !== undefined };
  }
  const kaslr = (profile.config.randomizeBase ?? true) && !cmdline.split(' ').includes('nokaslr');
  if (place === 'unknown')
    return { kernelAt: kaslr ? besideInitrd(spec, profile) : undefined, kaslr, kernelUnknown: kaslr };
  const at = 'brk' in place ? place.brk - brkOffset(profile) : checkRoom(spec, profile, place.text);
  return { kernelAt: at, kaslr, kernelUnknown: false };
}

function checkRoom(spec: MachineSpec, { image }: KernelProfile, at: PhysAddr): PhysAddr {
  const end = at + image.endOfKernelReserve - image.textStart;
  if (usableRanges(spec.map, MiB, KASLR_END).some((range) => range.start <= at && range.end >= end))
    return at;
  throw new InputError(
    'map',
    `${spec.origin.path}: kernel at ${hex(at)}: expected usable memory from there to ${hex(end - 1)}`,
  );
}

/** Usable memory from the place that `profile` prefers on, and whether its kernel has room at an address: beside the initrd too. */
function roomFor(spec: MachineSpec, { image }: KernelProfile) {
  const { initSize, textStart } = image;
  const free = usableRanges(spec.map, textStart, KASLR_END);
  const initrd = spec.initrd && { start: spec.initrd.image, end: spec.initrd.image + spec.initrd.size };
  const onInitrd = (place: PhysAddr): boolean =>
    initrd !== null && place < initrd.end && place + initSize > initrd.start;
  const fits = (place: PhysAddr): boolean =>
    !onInitrd(place) && free.some((range) => range.start <= place && range.end >= place + initSize);
  return { free, initrd, onInitrd, fits };
}

/**
 * The lowest place where the kernel can be, where the initrd lies on the one that it prefers; undefined where it does not, or there is
 * none.
 */
function besideInitrd(spec: MachineSpec, profile: KernelProfile): PhysAddr | undefined {
  const { kernelAlignment, textStart } = profile.image;
  const { free, initrd, onInitrd, fits } = roomFor(spec, profile);
  if (initrd === null || !onInitrd(textStart)) return undefined;
  const starts = [initrd.end, ...free.map((range) => range.start)];
  return starts
    .map((start) => alignUp(Math.max(start, textStart), kernelAlignment))
    .filter(fits)
    .sort((a, b) => a - b)[0];
}

/**
 * A few places where KASLR might have put the kernel instead of where it prefers to be, far from each other: as high as it fits, as high as it fits
 * below 4 GiB, and in the middle of the largest range.
 */
export function otherPlaces(spec: MachineSpec, profile: KernelProfile): PhysAddr[] {
  const { initSize, kernelAlignment, textStart } = profile.image;
  const room = roomFor(spec, profile);
  const { free } = room;
  const fits = (place: PhysAddr): boolean => place !== textStart && room.fits(place);
  const highest = (below: number): PhysAddr[] =>
    free.map((range) => alignDown(Math.min(range.end, below) - initSize, kernelAlignment)).filter(fits);
  const largest = free.toSorted((a, b) => b.end - b.start - (a.end - a.start))[0];
  const middle = largest ? [alignDown((largest.start + largest.end) / 2, kernelAlignment)].filter(fits) : [];
  const wanted = [highest(KASLR_END), highest(4 * GiB)].flatMap((places) =>
    places.length > 0 ? [Math.max(...places)] : [],
  );
  return [...new Set([...wanted, ...middle])];
}
