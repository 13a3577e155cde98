// What a log tells of memory beside the firmware's map: MTRRs, setup_data, EFI's tables, what the graphics device took.
import type { PhysRange, PlatformMemory } from '../../arch/x86/boot/params.ts';
import { MAX_MAP_ENTRIES } from '../spec/limits.ts';
import type { MapEntry } from '../spec.ts';
import { isPlain } from '../platform.ts';
import type { LogText } from './lines.ts';
import { drawnPlace } from './drawn-place.ts';
import type { MachineLines } from './machine-lines.ts';
import { cachedByMtrrs, cachedByTrims } from './mtrr-lines.ts';
import { addressOf, placeOf, refuseMore, sizeOf } from './numbers.ts';
import { rangesOf } from './ranges.ts';
import { setupDataFromLines } from './setup-data-lines.ts';

const UPDATE =
  /^e820: update \[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\] (?:usable|System RAM) ==> (?:reserved|device reserved)/;
const ESRT = /^esrt: Reserving ESRT space from 0x([0-9a-f]{1,16}) to 0x([0-9a-f]{1,16})\./;
const STOLEN =
  /^Reserving Intel graphics (?:stolen )?memory at (?:\[mem )?0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})/;
const ZONES = /^Zone ranges:/;
/** The change right before memory's end is looked for. */
const BIOS_AREA = /^e820: remove \[mem 0x000a0000-0x000fffff\]/;
const LAST_PFN = /^(?:e820: )?last_pfn = /;
/** Of the first zone only: what is taken below 16 MiB, the kernel's own share included. */
const LOW_RESERVED = /^  DMA zone: (\d{1,6}) pages reserved/;
const USABLE = 1;
const PAGE_SIZE = 4096;

/** undefined where no line tells anything; `drawn`: KASLR chose the kernel's place and nothing tells it. */
export function platformFromLines(
  lines: readonly LogText[],
  map: readonly MapEntry[],
  {
    kernel,
    cmdline,
    initrd,
    drawn,
  }: Pick<MachineLines, 'kernel' | 'cmdline' | 'initrd'> & { readonly drawn: boolean },
  path: string,
): PlatformMemory | undefined {
  const updates = updatesOf(lines, path);
  const inRam = (range: PhysRange): boolean => isRam(map, range);
  const trims = updates.filter((update) => update.first && !(update.single && inRam(update)));
  const others = updates.filter((update) => !trims.includes(update));
  const reserved = others.map(({ start, size, withAcpi }) => ({ start, size, withAcpi }));
  const setupData = setupDataFromLines(lines, map, path);
  const loaded = initrd === null ? [] : [{ start: initrd.image, size: initrd.size }];
  // a log with such lines has all of them
  const told = lines.some(({ text }) => text.startsWith('e820: update '));
  const platform: PlatformMemory = {
    cached: cachedByMtrrs(lines) ?? cachedByTrims(trims),
    setupData,
    firmwareReserved: told ? reserved : esrtOf(lines, path),
    stolen: rangesOf(lines, STOLEN, path),
    lowReservedPages: lowReserved(lines),
    kernelAt: drawn ? drawnPlace(kernel, cmdline, map, [...loaded, ...setupData]) : null,
  };
  return isPlain(platform) ? undefined : platform;
}

interface Update extends PhysRange {
  /** Right after memory's end was found, where MTRRs trim it. */
  readonly first: boolean;
  /** Memory's end below 4 GiB was not looked for, so that what comes later begins here, too. */
  readonly single: boolean;
  readonly withAcpi: boolean;
}

/** RAM that became reserved, but for page 0. Their order counts, not their place in the file: a page may be one line. */
function updatesOf(lines: readonly LogText[], path: string): Update[] {
  const ends = lines.flatMap(({ text }, at) => (LAST_PFN.test(text) ? [at] : []));
  const begin = ends[0] ?? lines.findIndex(({ text }) => BIOS_AREA.test(text));
  const found = lines.findIndex(({ text }) => ZONES.test(text));
  const zones = found < 0 ? Infinity : found;
  const updates: Update[] = [];
  lines.forEach(({ text, line }, at) => {
    const match = begin < 0 || at <= begin ? null : UPDATE.exec(text);
    if (!match) return;
    const where = placeOf(path, line);
    refuseMore(updates.length + 1, MAX_MAP_ENTRIES, 'e820 updates', where);
    updates.push({
      start: addressOf(match[1] ?? '', where),
      size: sizeOf(match[1] ?? '', match[2] ?? '', where),
      first: at < (ends[1] ?? zones),
      single: ends.length < 2,
      withAcpi: at > zones,
    });
  });
  return updates;
}

/** Whether all of a range lies in one usable entry of the firmware's map. */
function isRam(map: readonly MapEntry[], { start, size }: PhysRange): boolean {
  return map.some(
    (entry) =>
      entry.type === USABLE && entry.addr <= start && entry.addr + entry.size >= BigInt(start + size),
  );
}

/** Whole pages of the ESRT, where the update itself is not told. */
function esrtOf(lines: readonly LogText[], path: string): PlatformMemory['firmwareReserved'] {
  return rangesOf(lines, ESRT, path).map(({ start, size }) => {
    const first = Math.floor(start / PAGE_SIZE) * PAGE_SIZE;
    const end = Math.ceil((start + size) / PAGE_SIZE) * PAGE_SIZE;
    return { start: first, size: end - first, withAcpi: false };
  });
}

function lowReserved(lines: readonly LogText[]): number | null {
  for (const { text } of lines) {
    const match = LOW_RESERVED.exec(text);
    if (match) return Number(match[1]);
  }
  return null;
}
