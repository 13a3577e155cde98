// Facts of a kernel image out of a log with memblock=debug, of any machine: what the image decides is the same on all of them.
import type { BootProfile } from './list.ts';
import { PROFILE_FILE_VERSION, type ProfileFile } from './profile_file.ts';
import { InputError } from '../lib/input-error.ts';
import { KiB, MiB, PAGE_SIZE, SECTION_SIZE } from '../lib/units.ts';
import { diffLines } from '../text/diff_lines.ts';
import { kernelFactsFromLines } from '../machine/import/kernel-lines.ts';
import { isMemoryLine, normaliseLine, withoutTimestamp } from './memory_lines.ts';

type ImageNumbers = { -readonly [K in keyof ProfileFile['image']]: ProfileFile['image'][K] };

/** Lines without timestamps; `find` gives the groups of the first that matches. */
class Log {
  readonly lines: readonly string[];

  constructor(raw: readonly string[]) {
    this.lines = raw.map(withoutTimestamp);
  }

  find(pattern: RegExp, after = 0): { readonly at: number; readonly groups: readonly string[] } | null {
    for (let at = after; at < this.lines.length; at++) {
      const match = pattern.exec(this.lines[at] as string);
      if (match) return { at, groups: match.slice(1).map((group) => group ?? '') };
    }
    return null;
  }

  number(pattern: RegExp): number | undefined {
    const found = this.find(pattern);
    return found ? Number(found.groups[0]) : undefined;
  }
}

/** Where the image and its brk area stand: from the first reservations that memblock=debug shows. */
function placement(log: Log, image: ImageNumbers): void {
  const brk = log.find(/^(?:__)?memblock_reserve: \[(0x[0-9a-f]+)-(0x[0-9a-f]+)\].* setup_arch\+/);
  const dump = log.find(/^MEMBLOCK configuration:/);
  if (!brk || !dump) return;
  const brkStart = Number(brk.groups[0]);
  for (let at = dump.at; at < log.lines.length; at++) {
    const region = /^ reserved\[0x[0-9a-f]+\]\s+\[(0x[0-9a-f]+)-(0x[0-9a-f]+)\]/.exec(
      log.lines[at] as string,
    );
    if (!region || Number(region[1]) > brkStart || Number(region[2]) < brkStart) continue;
    image.textStart = Number(region[1]);
    image.endOfKernelReserve = brkStart;
    return;
  }
}

/** Sizes of structs, from what was asked for. */
function structSizes(log: Log, image: ImageNumbers): { la57?: boolean } {
  const set = (key: keyof ImageNumbers, value: number | undefined): void => {
    if (value !== undefined && value > 0) image[key] = value;
  };
  set('realModeSize', log.number(/^memblock_phys_alloc_range: (\d+) bytes .* reserve_real_mode\+/));
  const node = log.find(/^NODE_DATA\(\d+\) allocated \[mem (0x[0-9a-f]+)-(0x[0-9a-f]+)\]/);
  const exact = log.number(/^memblock_alloc_try_nid: (\d+) bytes .* free_area_init\+/);
  set('sizeofPglistData', exact ?? (node ? Number(node.groups[1]) + 1 - Number(node.groups[0]) : undefined));
  const usage = log.find(/^memblock_alloc_try_nid: (\d+) bytes .* sparse_init_nid\+/);
  const memmap =
    usage && log.find(/^memblock_alloc_exact_nid_raw: (\d+) bytes .* sparse_init_nid\+/, usage.at);
  if (usage && memmap)
    set('sizeofMemSectionUsage', Number(usage.groups[0]) / (Number(memmap.groups[0]) / (2 * MiB)));
  const roots = log.number(/^memblock_alloc_try_nid: (\d+) bytes .* sparse_init\+/);
  if (roots === undefined) return {};
  // the array has a pointer for each page of section structs; 52 bits of physical address where that makes a whole size
  for (const [bits, la57] of [
    [52, true],
    [46, false],
  ] as const) {
    const size = PAGE_SIZE / (2 ** bits / SECTION_SIZE / (roots / 8));
    if (size < 16 || size > 64 || !Number.isInteger(size)) continue;
    set('sizeofMemSection', size);
    return { la57 };
  }
  return {};
}

/** Whether a boot printed what memblock did (memblock=debug). */
export function isDebugLog(raw: readonly string[]): boolean {
  return new Log(raw).find(/^(?:__)?memblock_reserve: /) !== null;
}

/** What the `percpu:` and `Memory:` lines say. */
function printedSizes(log: Log, image: ImageNumbers): void {
  const percpu = log.find(/^percpu: .* pages\/cpu s(\d+) r(\d+) d(\d+)/);
  if (percpu) {
    const [s = '', r = ''] = percpu.groups;
    image.percpuStatic = Number(s);
    image.percpuReserved = Number(r);
  }
  const memory = log.find(
    /^Memory: .*\((\d+)K kernel code, (\d+)K rwdata, (\d+)K rodata, (\d+)K init, (\d+)K bss/,
  );
  if (!memory) return;
  const [code, rwdata, rodata, init, bss] = memory.groups.map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  Object.assign(image, { codeK: code, rwdataK: rwdata, rodataK: rodata, initK: init, bssK: bss });
}

/** A predicted line whose caller is printed as its call-site id; ids have a `#` where a function has several. */
const withoutCaller = (line: string): string => normaliseLine(line).replace(/ \S+$/, '');

/**
 * The text of each call site: `predicted` is this machine's log with call-site ids in place of symbols. Lines are paired by
 * everything but the caller, in order.
 */
export function callersFromLog(raw: readonly string[], predicted: readonly string[]): Record<string, string> {
  const pick = (lines: readonly string[]): string[] =>
    lines.filter((line) => /^memblock_/.test(line) && isMemoryLine(line));
  const real = pick(raw.map(withoutTimestamp));
  const model = pick(predicted);
  const callers = new Map<string, string>();
  for (const entry of diffLines(real.map(withoutCaller), model.map(withoutCaller))) {
    if (entry.kind !== 'same') continue;
    const id = (model[entry.right] as string).trimEnd().split(' ').at(-1) ?? '';
    const text = (real[entry.left] as string).trimEnd().split(' ').at(-1) ?? '';
    if (id !== '' && text.startsWith(id.replace(/#.*/, '')) && !callers.has(id)) callers.set(id, text);
  }
  return Object.fromEntries(callers);
}

/**
 * A profile file of the image that printed `raw`; `callers` comes from callersFromLog. Without memblock=debug it is a partial one:
 * sizes that are printed, configuration and changes.
 * @throws InputError 'log' where the log shows nothing of a kernel
 */
export function profileFromLog(
  raw: readonly string[],
  base: Pick<BootProfile, 'name'>,
  name: string,
  callers: Readonly<Record<string, string>>,
): ProfileFile {
  const log = new Log(raw);
  const facts = kernelFactsFromLines(log.lines.map((text, at) => ({ text, line: at + 1 })));
  if (facts === undefined)
    throw new InputError(
      'log',
      `${name}: shows nothing of its kernel: expected a kernel log from its beginning`,
    );
  const image: ImageNumbers = {};
  const { image: sizes, ...others } = facts;
  const debug = isDebugLog(raw);
  if (!debug) Object.assign(image, sizes);
  placement(log, image);
  const { la57 } = structSizes(log, image);
  printedSizes(log, image);
  const banner = log.find(/^(Linux version .*)$/)?.groups[0];
  if (image.realModeSize !== undefined && image.realModeSize % (4 * KiB) !== 0) delete image.realModeSize;
  return {
    version: PROFILE_FILE_VERSION,
    name,
    base: base.name,
    ...(banner === undefined ? {} : { banner }),
    image,
    config: la57 === undefined ? {} : { x86FiveLevel: la57 },
    callers,
    ...(debug || Object.keys(others).length === 0 ? {} : { facts: others }),
  };
}
